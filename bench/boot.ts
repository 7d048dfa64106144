/** Roots and machines against bare systemd-nspawn: `node --import=tsx bench/boot.ts [IMAGE]`, as root. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { nspawnArguments, nspawnEnvironment } from '../runner/backends/nspawn/arguments.ts';
import { type MachineImage, startMachine } from '../runner/backends/nspawn/machine.ts';
import { startCapsule } from '../runner/capsule/capsule.ts';
import { openRun, type RunScope } from '../runner/capsule/run-scope.ts';
import { rootPath, rootScript, workPath } from '../runner/root.ts';
import { openSession } from '../runner/session/index.ts';
import { testImage } from '../test/system/image.ts';

const rounds = Number(process.env['ROUNDS'] ?? 5);
const { signal } = new AbortController();

async function main(name: string): Promise<void> {
  const image = await testImage(name);
  if (image === undefined) throw new Error(`the image ${name} is not here`);
  await using run = await openRun({ jobs: 1 });
  const late: number[] = [];
  const ours = { root: 0, once: 0, boot: 0 };
  const bare = { nothing: 0, once: 0, boot: 0, node: 0 };
  const least = async (before: number, measure: () => Promise<void>): Promise<number> => {
    const began = performance.now();
    await measure();
    const took = performance.now() - began;
    return before === 0 ? took : Math.min(before, took);
  };
  // Taken in turns, so that a busy computer slows both sides alike; the least of all rounds counts.
  for (let round = 0; round < rounds; round++) {
    bare.nothing = await least(bare.nothing, async () => bareRun(':'));
    ours.root = await least(ours.root, async () => rootOnly(run, image));
    bare.node = await least(bare.node, async () => void spawnSync(process.execPath, ['-e', '0']));
    bare.once = await least(bare.once, async () => bareRun(bareMachine(image, false)));
    ours.once = await least(ours.once, async () => oneStep(run, image, false));
    bare.boot = await least(bare.boot, async () => bareBoot(image));
    ours.boot = await least(ours.boot, async () => void late.push(await oneStep(run, image, true)));
  }
  const show = (what: string, value: number, limit: number, text: string): void =>
    console.log(`${value <= limit ? 'ok  ' : 'OVER'} ${what.padEnd(46)} ${text}`);
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const ratio = (a: number, b: number): string => `${(a / b).toFixed(2)} (${ms(a)} / ${ms(b)})`;
  const root = ours.root - bare.nothing;
  show('a root, beyond an empty namespace', root, 30, ms(root));
  show('ready after "Startup finished"', Math.min(...late), 100, late.map(ms).join(', '));
  show(
    'boot, one step, end / bare boot and power off',
    ours.boot / bare.boot,
    1.3,
    ratio(ours.boot, bare.boot),
  );
  const allowed = bare.once + 2 * bare.node;
  show('one step unbooted / bare + 2 × node', ours.once / allowed, 1, ratio(ours.once, allowed));
}

/** Gives how long after the end of the boot, by the machine's own clock, it was ready for us. */
async function oneStep(run: RunScope, image: MachineImage, init: boolean): Promise<number> {
  const spec = { init, bootTimeoutMs: 60_000, diskBytes: 1024 ** 3, user: 'root' };
  const onConsole = (): void => {};
  const started = await startMachine({
    run,
    name: 'bench',
    image,
    trees: [],
    spec,
    openSession,
    onConsole,
    signal,
  });
  const ready = process.hrtime.bigint() / 1000n;
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  await using machine = started.machine;
  const session = await machine.session('main', signal);
  const step = init ? 'systemctl show -p FinishTimestampMonotonic --value' : 'true';
  const seen = await session.run(step, { signal, timeoutMs: 10_000, outputLimitBytes: 1000 });
  return init ? Number(ready - BigInt(Buffer.from(seen.stdout.bytes).toString().trim())) / 1000 : 0;
}

async function rootOnly(run: RunScope, { layers }: MachineImage): Promise<void> {
  await using capsule = startCapsule(run, {
    root: { name: 'bench', layers, trees: [], hosts: undefined },
    storage: 'tmpfs',
    diskBytes: 1024 ** 3,
    memoryBytes: undefined,
    argv: ['true'],
    env: {},
    onOutput: () => {},
  });
  const { mounted } = await capsule.ended();
  if (!mounted) throw new Error('no root');
}

function bareRun(script: string): void {
  const argv = ['-m', '-p', '-f', '--kill-child', '--mount-proc', '/bin/sh', '-ec', script];
  const { status, stderr } = spawnSync('unshare', argv, {
    env: { ...process.env, ...nspawnEnvironment },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`bare systemd-nspawn: ${stderr}`);
}

function bareMachine({ layers }: MachineImage, booted: boolean): string {
  const argv = nspawnArguments({ name: 'bench', root: rootPath, booted }).filter(
    (word) => word !== '--quiet',
  );
  const words = booted ? argv : [...argv.slice(0, argv.indexOf('/bin/sh')), '/bin/true'];
  return [
    'mount -t tmpfs tmpfs /run',
    `mkdir ${workPath}`,
    ...rootScript({ name: 'bench', layers, trees: [], hosts: undefined }),
    `exec ${words.join(' ')} </dev/null`,
  ].join('\n');
}

/** With a unit that powers off as soon as all else is up. */
function bareBoot(image: MachineImage): void {
  const layer = mkdtempSync(join(tmpdir(), 'rootlab-bench-'));
  const units = join(layer, 'etc/systemd/system');
  mkdirSync(join(units, 'graphical.target.wants'), { recursive: true });
  writeFileSync(
    join(units, 'off.service'),
    '[Unit]\nAfter=multi-user.target\n[Service]\nType=oneshot\nExecStart=systemctl --no-block poweroff\n',
  );
  symlinkSync('../off.service', join(units, 'graphical.target.wants/off.service'));
  try {
    bareRun(bareMachine({ ...image, layers: [layer, ...image.layers] }, true));
  } finally {
    rmSync(layer, { recursive: true });
  }
}

await main(process.argv[2] ?? 'debian-12');
