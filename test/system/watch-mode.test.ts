/** `run --watch`: saves run again what they touch, soon, and nothing else. */
import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';

import { descendants, newSince, snapshotComputer, stillAlive } from './computer.ts';
import { rootlab, startRootlab } from './program.ts';

t.setTimeout(120_000);
const skip = process.getuid?.() === 0 ? false : 'needs root';

const scenario = (title: string, run: string): string =>
  `title: ${title}\nmachine: host\nsteps:\n  - run: ${run}\n`;

t.test('a save runs again what it touches, a broken one is shown, Ctrl-C ends', { skip }, async (t) => {
  const cwd = t.testdir({ 'rootlab.yaml': 'allow-host: true\n', s: { 'a.yaml': scenario('A', 'echo a') } });
  const file = (name: string): string => join(cwd, name);
  writeFileSync(file('copied'), 'one');
  const copies = `  - write: ${file('target')}\n    from: ../copied\n`;
  writeFileSync(file('s/b.yaml'), scenario('B', 'echo b') + copies);
  const before = snapshotComputer();
  const running = startRootlab(t, ['run', 's', '--watch', '--reporter=tap', '--output=out'], { cwd });
  let rounds = 0;
  /** What ran because of a save, and how long after it the run began. */
  const saved = async (act: () => void): Promise<{ jobs: readonly string[]; afterMs: number }> => {
    const began = Date.now();
    act();
    rounds += 1;
    await running.said(new RegExp(`(watching [^]*){${rounds + 1}}`));
    const log = readFileSync(file('out/latest/events.jsonl'), 'utf8').split('\n').filter(Boolean);
    const [first, plan] = log.map((line) => JSON.parse(line));
    return { jobs: plan.jobs.map(({ job }: { job: string }) => job), afterMs: first.t - began };
  };
  await running.said(/1\.\.2[^]*watching .*s\/a\.yaml.*Ctrl-C ends/);

  const one = await saved(() => writeFileSync(file('s/a.yaml'), scenario('A', 'echo again')));
  t.same(one.jobs, ['s/a@host']);
  const replaced = await saved(() => {
    writeFileSync(file('.swap'), 'two');
    renameSync(file('.swap'), file('copied'));
  });
  t.same(replaced.jobs, ['s/b@host'], 'what a scenario copies');
  t.equal(readFileSync(file('target'), 'utf8'), 'two');
  // The computer may be busy with other tests once, hardly twice.
  const afterMs = Math.min(one.afterMs, replaced.afterMs);
  t.comment(`save to start: ${afterMs} ms`);
  t.same((await saved(() => writeFileSync(file('rootlab.yaml'), 'allow-host: true\n\n'))).jobs.length, 2);
  t.same((await saved(() => writeFileSync(file('s/c.yaml'), scenario('C', 'echo c')))).jobs, ['s/c@host']);
  const runs = readdirSync(file('out')).length;
  await saved(() => writeFileSync(file('s/c.yaml'), 'title: C\nmachine: host\nsetps: []\n'));
  await running.said(/s\/c\.yaml:3:1: unknown key "setps"/);
  t.equal(readdirSync(file('out')).length, runs, 'nothing ran');

  const slow = `touch ${file('started')}; sleep 50`;
  writeFileSync(file('s/c.yaml'), scenario('C', slow));
  while (!existsSync(file('started'))) await sleep(20);
  const family = descendants(running.pid);
  const last = await saved(() => writeFileSync(file('s/c.yaml'), scenario('C', 'echo quick')));
  t.same(last.jobs, ['s/c@host']);
  t.comment(`save to start, with a run under way: ${last.afterMs} ms`);
  t.match(runEnds(file('out')).slice(-2), [{ outcome: 'interrupted' }, { outcome: 'passed' }]);
  running.child.kill('SIGINT');
  t.equal((await running.ended).status, 130);
  t.same({ ...newSince(before, snapshotComputer(), running.id), alive: stillAlive(family) }, { alive: [] });
});

function runEnds(output: string): readonly unknown[] {
  return readdirSync(output)
    .filter((name) => /^\d{4}-/.test(name))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) =>
      readFileSync(join(output, name, 'events.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .at(-1),
    )
    .map((line) => JSON.parse(line ?? ''));
}

t.test('what cannot stand beside --watch is refused', async (t) => {
  const cwd = t.testdir({ 'a.yaml': scenario('A', 'echo a') });
  const words = ['run', 'a.yaml', '--watch'];
  t.match(await rootlab(t, [...words, '--keep=always'], { cwd }), {
    status: 2,
    stderr: /"--watch" cannot stand beside "--keep"\nhint: leave out --keep/,
  });
  t.match(await rootlab(t, ['run', 'b.yaml', '--watch'], { cwd }), { status: 2, stderr: /no such file/ });
});
