/** Roots and machines against bare systemd-nspawn: `node --import=tsx bench/boot.ts [IMAGE]`, as root. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type MachineImage, startMachine } from '../runner/backends/nspawn/machine.ts';
import { type Capsule, startCapsule } from '../runner/capsule/capsule.ts';
import { openRun, type RunScope } from '../runner/capsule/run-scope.ts';
import { openSession } from '../runner/session/index.ts';
import { testImage } from '../test/system/image.ts';
import { bareBootScript, bareMachine, bareRun } from './bare.ts';
import { ms, ratio, show } from './measure.ts';

const rounds = Number(process.env['ROUNDS'] ?? 5);
const { signal } = new AbortController();

async function main(name: string): Promise<void> {
  const image = await testImage(name);
  if (image === undefined) throw new Error(`the image ${name} is not here`);
  await using run = await openRun({ jobs: 1 });
  const late: number[] = [];
  const took = new Map<string, number>();
  const measure: Measure = async (what, act) => {
    const began = performance.now();
    await act();
    took.set(what, Math.min(took.get(what) ?? Infinity, performance.now() - began));
  };
  // Taken in turns, so that a busy computer slows both sides alike; the least of all rounds counts.
  for (let round = 0; round < rounds; round++) {
    for (let again = 0; again < 5; again++) {
      await measure('namespace', () => bareRun(':'));
      await rootOnly(run, image, measure);
    }
    await measure('node', () => spawnSync(process.execPath, ['-e', '0']));
    await measure('bare step', () => bareRun(bareMachine(image, false)));
    await measure('step', () => oneStep(run, image, false));
    await measure('bare boot', () => bareBoot(image));
    await measure('boot', async () => late.push(await oneStep(run, image, true)));
  }
  const of = (what: string): number => took.get(what) ?? Number.NaN;
  const root = of('root') - of('namespace');
  show('a root, beyond an empty namespace', root, 30, ms(root));
  show('ready after "Startup finished"', Math.min(...late), 100, late.map(ms).join(', '));
  show('boot, one step, end / bare boot and power off', ...ratio(of('boot'), of('bare boot'), 1.3));
  show('one step unbooted / bare + 2 × node', ...ratio(of('step'), of('bare step') + 2 * of('node'), 1));
}

type Measure = (what: string, act: () => unknown) => Promise<void>;

const ignore = (): void => {};

/** Gives how long after the end of the boot, by the machine's own clock, it was ready for us. */
async function oneStep(run: RunScope, image: MachineImage, init: boolean): Promise<number> {
  const spec = { init, bootTimeoutMs: 60_000, diskBytes: 1024 ** 3, user: 'root' };
  const started = await startMachine({
    run,
    name: 'bench',
    image,
    trees: [],
    spec,
    openSession,
    onConsole: ignore,
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

/** Up to the first program in it; its end is not measured. */
async function rootOnly(run: RunScope, { layers }: MachineImage, measure: Measure): Promise<void> {
  let capsule: Capsule | undefined;
  await measure('root', () => {
    capsule = startCapsule(run, {
      root: { name: 'bench', layers, trees: [], nests: false, hosts: undefined },
      storage: 'tmpfs',
      diskBytes: 1024 ** 3,
      limits: {},
      argv: ['true'],
      env: {},
      onOutput: ignore,
    });
    return capsule.ended();
  });
  await capsule?.[Symbol.asyncDispose]();
}

function bareBoot(image: MachineImage): void {
  const layer = mkdtempSync(join(tmpdir(), 'rootlab-bench-'));
  try {
    bareRun(bareBootScript(image, layer));
  } finally {
    rmSync(layer, { recursive: true });
  }
}

await main(process.argv[2] ?? 'debian-12');
