/** The program ended from outside while its job runs: reports say so, and nothing of it remains. */
import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';

import { textOf } from '../../runner/glimpse.ts';
import { descendants, newSince, snapshotComputer, stillAlive } from './computer.ts';
import { missingImage } from './needs.ts';
import { rootlab, startRootlab } from './program.ts';

t.setTimeout(300_000);
const skip = await missingImage('debian-12');

/** A booted job whose third step goes on for ever; `loop`: its root lies in a loop image, as a limit of memory asks for. */
const scenario = (storage: string): string =>
  [
    'title: A',
    `machine: {image: debian-12${storage === 'loop' ? ', memory: 1G' : ''}}`,
    'steps:',
    '  - run: sleep 1000 & echo typed',
    '  - {run: systemctl is-system-running, background: true, expect: running}',
    '  - {title: Endless, run: "echo here; sleep 1001", timeout: 10m}',
    '',
  ].join('\n');

/** What is left of a run a second after its end; polled, for most of it is gone at once. */
async function leftovers(
  before: ReturnType<typeof snapshotComputer>,
  id: string,
  family: readonly string[],
): Promise<{ readonly left: object; readonly afterMs: number }> {
  const began = performance.now();
  let left: object;
  do {
    await sleep(25);
    left = { ...newSince(before, snapshotComputer(), id), processes: stillAlive(family) };
  } while (performance.now() - began < 1000 && JSON.stringify(left) !== '{"processes":[]}');
  return { left, afterMs: Math.round(performance.now() - began) };
}

async function checkKilled(t: Test, cwd: string, storage: string, momentMs: number): Promise<void> {
  const before = snapshotComputer();
  const running = startRootlab(t, ['run', `${storage}.yaml`, '--reporter=tap'], { cwd });
  await sleep(momentMs);
  const family = descendants(running.pid);
  running.child.kill('SIGKILL');
  await running.ended;
  const { left, afterMs } = await leftovers(before, running.id, family);
  t.same(
    left,
    { processes: [] },
    `killed after ${Math.round(momentMs)} ms: nothing left after ${afterMs} ms`,
  );
}

for (const storage of ['tmpfs', 'loop']) {
  t.test(`kill -9 at ten random moments of a booted job leaves nothing (${storage})`, { skip }, async (t) => {
    const cwd = t.testdir({ [`${storage}.yaml`]: scenario(storage) });
    // One in each tenth of the time that start, boot and the first steps take.
    const moments = Array.from({ length: 10 }, (_, at) => 300 + (at + Math.random()) * 350);
    for (let at = 0; at < moments.length; at += 2)
      await Promise.all(
        moments.slice(at, at + 2).map(async (moment) => checkKilled(t, cwd, storage, moment)),
      );
    const logs = readdirSync(join(cwd, 'reports/out')).filter((name) => /^\d/.test(name));
    t.ok(logs.length > 0);
    const [last = ''] = logs.toSorted().slice(-1);
    appendFileSync(join(cwd, 'reports/out', last, 'events.jsonl'), '{"torn');
    const { status, stdout } = await rootlab(t, ['report', join('reports/out', last), '--reporter=tap'], {
      cwd,
    });
    t.equal(status, 0);
    t.match(stdout, /interrupted/, 'the log of a killed run reports as interrupted');
  });
}

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  t.test(`${signal} ends a booted job at once, with its report`, { skip }, async (t) => {
    const cwd = t.testdir({ 'a.yaml': scenario('tmpfs') });
    const before = snapshotComputer();
    const running = startRootlab(t, ['run', 'a.yaml', '--reporter=console'], { cwd });
    await untilLogged(cwd, /"text":"here/);
    const family = descendants(running.pid);
    const began = performance.now();
    running.child.kill(signal);
    const ended = await running.ended;
    const tookMs = Math.round(performance.now() - began);
    t.equal(ended.status, status);
    t.ok(tookMs < 2500, `ended within ${tookMs} ms`);
    t.match(ended.stdout, /interrupted/);
    t.same((await leftovers(before, running.id, family)).left, { processes: [] });
    const run = join(cwd, 'reports/out/latest');
    t.match(readFileSync(join(run, 'index.html'), 'utf8'), /interrupted/);
    const last = readFileSync(join(run, 'events.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '';
    t.match(JSON.parse(last), { type: 'run-end', outcome: 'interrupted', exit: status });
  });
}

async function untilLogged(cwd: string, pattern: RegExp): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    await sleep(50);
    const [run] = readRuns(cwd);
    if (run !== undefined && pattern.test(textOf(join(run, 'events.jsonl')))) return;
  }
  throw new Error(`the log never showed ${String(pattern)}`);
}

function readRuns(cwd: string): readonly string[] {
  try {
    const out = join(cwd, 'reports/out');
    return readdirSync(out)
      .filter((name) => /^\d/.test(name))
      .map((name) => join(out, name));
  } catch {
    return [];
  }
}
