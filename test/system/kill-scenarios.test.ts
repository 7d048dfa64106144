/**
 * The runner killed in the midst of shipped scenarios: one of each area at a moment of chance, or each of their jobs
 * once where ROOTLAB_TEST_KILLS is `all`. Nothing remains of any.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';

import { homeDirectory } from '../../runner/home.ts';
import { loadJobs } from '../../runner/load.ts';
import { rootsOf } from '../../src/machines.ts';
import type { Job } from '../../src/plan.ts';
import { descendants, newSince, snapshotComputer, stillAlive } from './computer.ts';
import { testImage } from './image.ts';
import { startRootlab } from './program.ts';

// Images may have to be made first.
t.setTimeout(1_800_000);
const skip = process.getuid?.() === 0 ? false : 'needs root';
const scenarios = join(homeDirectory, 'scenarios');
/** Most jobs are over by then; the workshop is in its bootstrap. */
const latestMs = 12_000;
const shortestMs = 150;
/** As long as the kernel may take to free what a machine had in memory, on a busy computer. */
const patienceMs = 5000;

const { jobs } = await loadJobs([scenarios], {});
const areas = new Map<string, Job[]>();
for (const job of jobs) {
  const [area = ''] = job.name.split('/');
  areas.set(area, [...(areas.get(area) ?? []), job]);
}

t.test('nothing remains of a scenario whose runner is killed', { skip }, async (t) => {
  t.ok(areas.size >= 10, [...areas.keys()].join(', '));
  const chosen = process.env['ROOTLAB_TEST_KILLS'] === 'all' ? jobs : [...areas.values()].map(anyOf);
  for (let at = 0; at < chosen.length; at += 2)
    await Promise.all(
      chosen.slice(at, at + 2).map(async (job) => checkKilled(t, job, Math.random() * latestMs)),
    );
});

async function checkKilled(t: Test, job: Job, momentMs: number): Promise<void> {
  for (const { image, trees } of rootsOf(job))
    for (const name of [image, ...trees.map((tree) => tree.image)]) await testImage(name);
  const before = snapshotComputer();
  const words = ['run', job.name, '--allow-host', `--output=${t.testdirName}`, '--reporter=tap'];
  const running = startRootlab(t, words, { cwd: scenarios });
  await Promise.race([sleep(momentMs), running.ended]);
  const family = descendants(running.pid);
  running.child.kill('SIGKILL');
  const { status } = await running.ended;
  const began = performance.now();
  let left: object;
  do {
    await sleep(20);
    left = { ...newSince(before, snapshotComputer(), running.id), processes: stillAlive(family) };
  } while (performance.now() - began < patienceMs && JSON.stringify(left) !== '{"processes":[]}');
  // What was over is killed in another run of it, earlier; what needs something else than is here is over at once.
  if (status !== null && momentMs > shortestMs) return checkKilled(t, job, momentMs * Math.random());
  const when = status === null ? `killed after ${Math.round(momentMs)} ms` : 'over at once';
  t.same(
    left,
    { processes: [] },
    `${job.name}, ${when}: nothing after ${Math.round(performance.now() - began)} ms`,
  );
}

function anyOf(list: readonly Job[]): Job {
  const job = list[Math.floor(Math.random() * list.length)];
  if (job === undefined) throw new Error('an area without jobs');
  return job;
}
