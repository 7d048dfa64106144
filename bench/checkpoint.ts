/** Keeping a checkpoint against `cp -a` of what was written: `node --import=tsx bench/checkpoint.ts [IMAGE]`, as root. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { nspawnArguments, nspawnEnvironment } from '../runner/backends/nspawn/arguments.ts';
import { findLeader } from '../runner/backends/nspawn/leader.ts';
import { openCache } from '../runner/cache.ts';
import { startCapsule } from '../runner/capsule/capsule.ts';
import { openRun } from '../runner/capsule/run-scope.ts';
import { openCheckpoints } from '../runner/checkpoints.ts';
import { rootPath, writtenParts } from '../runner/root.ts';
import { parseScenario } from '../src/parse.ts';
import { planJobs } from '../src/plan.ts';
import { testImage } from '../test/system/image.ts';
import { least, ratio, show } from './measure.ts';

const rounds = Number(process.env['ROUNDS'] ?? 5);
const { signal } = new AbortController();
const text = 'title: T\nmachine: a\nsteps: [{id: one, run: x, checkpoint: true}, {run: x}]\n';

async function main(name: string): Promise<void> {
  const image = await testImage(name);
  if (image === undefined) throw new Error(`the image ${name} is not here`);
  await using run = await openRun({ jobs: 1 });
  const { layers } = image;
  await using capsule = startCapsule(run, {
    root: { name: 'bench', layers, trees: [], nests: true, hosts: undefined },
    storage: 'tmpfs',
    diskBytes: 2 * 1024 ** 3,
    limits: {},
    argv: nspawnArguments({ name: 'bench', root: rootPath, booted: false, network: 'own' }),
    env: nspawnEnvironment({ network: 'own', booted: true }),
    onOutput: () => {},
  });
  await findLeader(capsule.group.main, signal);
  const root = capsule.rootPath();
  // New files, and old ones of which only the owner is another.
  tool('cp', '-a', join(root, 'usr/share'), join(root, 'usr/lib'), join(root, 'opt'));
  tool('chown', '-R', '7', join(root, 'usr/bin'), join(root, 'usr/sbin'));

  const folder = mkdtempSync(join(tmpdir(), 'rootlab-bench-'));
  try {
    const parsed = parseScenario(text, { file: 'a.yaml', name: 'a', directory: '/' });
    const [job] = 'scenario' in parsed ? planJobs([parsed.scenario]) : [];
    if (job === undefined) throw new Error('there is no job');
    const built = { ...image, hash: 'bench' };
    const cache = openCache(join(folder, 'cache'));
    await using checkpoints = await openCheckpoints(job, { image: built, trees: [] }, cache);
    const copies: number[] = [];
    const kept: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const parts = writtenParts(0).map((part) => join(dirname(root), part));
      rmSync(join(folder, 'copy'), { recursive: true, force: true });
      copies.push(await took(() => tool('cp', '-a', '-t', makeFolder(folder), ...parts)));
      kept.push(
        await took(async () => checkpoints?.keep('one', {}, async (file) => capsule.save(file, signal))),
      );
    }
    show('a checkpoint / cp -a of what was written', ...ratio(least(kept), least(copies), 1.2));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function makeFolder(folder: string): string {
  tool('mkdir', '-p', join(folder, 'copy'));
  return join(folder, 'copy');
}

async function took(act: () => unknown): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

function tool(...argv: readonly string[]): void {
  const { status, stderr } = spawnSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
}

await main(process.argv[2] ?? 'debian-12');
