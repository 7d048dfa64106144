/** The program as a whole against its yardsticks, in turns: `node --import=tsx bench/program.ts [IMAGE]`, as root. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { homeDirectory } from '../runner/home.ts';
import { testImage } from '../test/system/image.ts';
import { bareMachine, bareRun } from './bare.ts';
import { least, middle, ratio, show, take, type Took } from './measure.ts';

const rounds = Number(process.env['ROUNDS'] ?? 9);
const program = [`${homeDirectory}dist/rootlab`];
const steps = 500;

async function main(name: string): Promise<void> {
  const image = await testImage(name);
  if (image === undefined) throw new Error(`the image ${name} is not here`);
  const directory = mkdtempSync(join(tmpdir(), 'rootlab-bench-'));
  try {
    const scenario = (file: string, machine: string, typed: readonly string[]): readonly string[] => {
      const text = `title: bench\nmachine: ${machine}\nsteps:\n${typed.map((run) => `  - run: ${run}\n`).join('')}`;
      writeFileSync(join(directory, file), text);
      return [...program, 'run', file, '--allow-host', '--output', 'out'];
    };
    const trues = Array.from({ length: steps }, () => 'true');
    const commands: Readonly<Record<string, readonly string[]>> = {
      node: [process.execPath, '-e', '0'],
      version: [...program, '--version'],
      help: [...program, 'help', 'run'],
      one: scenario('one.yaml', 'host', ['true']),
      many: scenario('many.yaml', 'host', trues),
      root: scenario('root.yaml', `{image: ${name}, init: false}`, ['true']),
    };
    // With this variable Node begins by reading certificates, which the program spares itself: the yardstick is another.
    const { NODE_EXTRA_CA_CERTS: certificates, ...bareEnv } = process.env;
    const took = new Map<string, Took[]>();
    const bare: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const [key, argv] of Object.entries(commands))
        took.set(key, [...(took.get(key) ?? []), take(argv, directory)]);
      took.set('bare node', [
        ...(took.get('bare node') ?? []),
        take(commands['node'] ?? [], directory, bareEnv),
      ]);
      const began = performance.now();
      bareRun(bareMachine(image, false));
      bare.push(performance.now() - began);
    }
    const cpu = (key: string): number => least((took.get(key) ?? []).map(({ cpuMs }) => cpuMs));
    const wall = (key: string): number => middle((took.get(key) ?? []).map(({ wallMs }) => wallMs));
    const step = (cpu('many') - cpu('one')) / (steps - 1);
    show('CPU of a step of `true`, beyond the start', step, 0.5, `${step.toFixed(2)} ms`);
    for (const node of certificates === undefined ? ['node'] : ['node', 'bare node']) {
      const without = node === 'node' ? '' : ' without certificates';
      show(`rootlab --version / node -e 0${without}`, ...ratio(wall('version'), wall(node), 1.5));
      // The version is told by the shell that starts the program; this is the program itself.
      show(`rootlab help run / node -e 0${without}`, ...ratio(wall('help'), wall(node), 2));
      const yardstick = middle(bare) + 2 * wall(node);
      show(`one step, unbooted / bare + 2 × node${without}`, ...ratio(wall('root'), yardstick, 1));
    }
    writeFileSync(
      join(directory, 'many.bats'),
      trues.map((run, at) => `@test "${at}" { ${run}; }\n`).join(''),
    );
    const bats = take(['bats', 'many.bats'], directory).cpuMs;
    const [part, limit, times] = ratio(cpu('many'), bats, 1 / 50);
    show(
      `CPU of ${steps} steps / bats on ${steps} tests`,
      part,
      limit,
      `1/${(1 / part).toFixed(0)} ${times.slice(5)}`,
    );
    const peak = await peakBytes(scenario('large.yaml', 'host', ['head -c 1000000000 /dev/zero']), directory);
    show('memory of the runner while a step prints 1 GB', peak / 1e6, 200, `${(peak / 1e6).toFixed(0)} MB`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The most memory it ever held, as the kernel counts it. */
async function peakBytes([file = '', ...args]: readonly string[], cwd: string): Promise<number> {
  const child = spawn(file, args, { cwd, stdio: 'ignore' });
  let peak = 0;
  while (child.exitCode === null) {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(statusOf(child.pid)) ?? [];
    peak = Math.max(peak, Number(kilobytes ?? 0) * 1024);
    await delay(20);
  }
  return peak;
}

function statusOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

await main(process.argv[2] ?? 'debian-12');
