/** What a run notes of its jobs, and what another program finds of it. */
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { runIdentity } from '../../runner/capsule/identity.ts';
import { memoryPrefix } from '../../runner/capsule/work.ts';
import { enterCommand, findRunning, openNotes, runningJobs } from '../../runner/running.ts';

const mine = (): readonly { readonly job: string; readonly argv: readonly string[] }[] =>
  runningJobs()
    .filter(({ pid }) => pid === process.pid)
    .map(({ job, argv }) => ({ job, argv }));

t.test('jobs are found while they run, by the way in that holds now', async (t) => {
  const undo: (() => Promise<void>)[] = [];
  const note = openNotes({ id: runIdentity(), defer: (one) => void undo.push(one) });
  const first = note('a b@debian-12');
  t.same(mine(), [], 'without a machine there is no way in');
  first.enter(['enter', '-t', '7']);
  const second = note('c@debian-12');
  second.enter(['enter', 'with a blank\nand a line']);
  t.same(
    mine().toSorted((a, b) => (a.job < b.job ? -1 : 1)),
    [
      { job: 'a b@debian-12', argv: ['enter', '-t', '7'] },
      { job: 'c@debian-12', argv: ['enter', 'with a blank\nand a line'] },
    ],
  );
  first.enter(['enter', '-t', '8']);
  second[Symbol.dispose]();
  t.same(mine(), [{ job: 'a b@debian-12', argv: ['enter', '-t', '8'] }]);
  for (const one of undo) await one();
  t.same(mine(), []);
  t.notOk(existsSync(`${memoryPrefix(runIdentity())}jobs`));
});

t.test('a beginning that one job alone has names it', async (t) => {
  const all = ['a/b@debian-12', 'a/b@debian-13', 'a/bc@debian-12', 'd@x', 'd@x'];
  const running = all.map((job, beganMs) => ({ job, pid: 1, beganMs, argv: ['enter'] }));
  const found = (name: string): number | undefined => findRunning(name, running)?.beganMs;
  t.same(['a/b@debian-13', 'a/bc', 'd', 'd@x'].map(found), [1, 2, 3, 3]);
  t.same(['a/bc.yaml', 'a/b.yml@debian-13', 'a/b.yaml'].map(found), [2, 1, undefined], 'by its file');
  t.same(['a/b', 'a', 'x', ''].map(found), [undefined, undefined, undefined, undefined]);
});

t.test('a kept machine is entered by the name of its job, one of several by its own way in', async (t) => {
  const machine = { shellArgv: () => ['enter', 'with a blank'] };
  t.equal(enterCommand('a@debian-12,repeat=1', machine, 1), 'rootlab attach a@debian-12,repeat=1');
  t.equal(enterCommand('a b@debian-12', machine, 1), "rootlab attach 'a b@debian-12'");
  t.equal(enterCommand('a@debian-12+debian-12', machine, 2), "enter 'with a blank'");
});

t.test('what another user, or a dead run, left there is not believed', async (t) => {
  const folder = `${memoryPrefix(runIdentity())}jobs`;
  const dead = `${memoryPrefix(`4194305-1-${runIdentity().split('-')[2]}`)}jobs`;
  t.teardown(() => [folder, dead].forEach((one) => rmSync(one, { recursive: true, force: true })));
  for (const one of [folder, dead]) {
    mkdirSync(one);
    writeFileSync(`${one}/1`, ['strange@debian-12', '1', 'enter'].join('\0'));
  }
  t.same(
    runningJobs().filter(({ job }) => job === 'strange@debian-12').length,
    1,
    'only that of the program that lives',
  );
  if (process.getuid?.() !== 0) return;
  chmodSync(folder, 0o755);
  chownSync(folder, 65534, 65534);
  t.same(mine(), []);
});
