/** What the program offers around a run: kept machines, shells, reporters, choices, and several runs at once. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

import { descendants, newSince, snapshotComputer, stillAlive } from './computer.ts';
import { missingImage } from './needs.ts';
import { rootlab, startRootlab } from './program.ts';
import { makeTinyTree } from './tiny-tree.ts';

t.setTimeout(300_000);
const skip = await missingImage('debian-12');

const passing =
  'title: Passes\nmachine: {image: debian-12, init: false}\nsteps: [{run: echo hello, expect: hello}]\n';
const failing =
  'title: Fails\nmachine: {image: debian-12, init: false}\nsteps: [{run: echo hello, expect: bye}]\n';

t.test('a kept machine can be entered until Ctrl-C, which leaves nothing', { skip }, async (t) => {
  const cwd = t.testdir({ 'fails.yaml': failing, 'passes.yaml': passing });
  const before = snapshotComputer();
  const running = startRootlab(t, ['run', '.', '--keep=on-failure', '--reporter=console'], { cwd });
  const [, words = ''] = await running.said(
    /Kept until Ctrl-C.*\n {2}fails@debian-12\n {4}rootlab (attach \S+)\n/,
  );
  t.match(await rootlab(t, [...words.split(' '), 'echo', 'entered'], { cwd }), {
    status: 0,
    stdout: /entered/,
  });
  const family = descendants(running.pid);
  running.child.kill('SIGINT');
  const { status, stdout } = await running.ended;
  t.equal(status, 1, 'the verdict stands');
  t.notMatch(stdout, /Kept[^]*passes@debian-12/, 'what passed is not kept');
  t.same({ ...newSince(before, snapshotComputer(), running.id), alive: stillAlive(family) }, { alive: [] });
});

t.test('a kept machine that goes on talking says nothing into the log of its run', { skip }, async (t) => {
  const loud = '{run: "(while sleep 0.05; do echo talking >/dev/console; done) >/dev/null 2>&1 &"}';
  const cwd = t.testdir({ 'loud.yaml': `title: Loud\nmachine: debian-12\nsteps: [${loud}]\n` });
  const running = startRootlab(t, ['run', '.', '--keep=always', '--reporter=console', '--output=out'], {
    cwd,
  });
  const [, words = ''] = await running.said(
    /Kept until Ctrl-C.*\n {2}loud@debian-12\n {4}rootlab (attach \S+)\n/,
  );
  const log = join(cwd, 'out/latest/events.jsonl');
  const before = readFileSync(log, 'utf8');
  t.match(before, /"type":"run-end".*\n$/);
  const look = [...words.split(' '), 'sh', '-c', 'sleep 1; pgrep -f "sleep 0.05"'];
  t.match(await rootlab(t, look, { cwd }), { status: 0, stdout: /^\d+\n/ }, 'it talks still');
  running.child.kill('SIGINT');
  t.match(await running.ended, { status: 0, stderr: '' });
  t.equal(readFileSync(log, 'utf8'), before);
});

t.test('--fail-fast begins no further job', { skip }, async (t) => {
  const cwd = t.testdir({ 'a.yaml': failing, 'b.yaml': passing });
  const { status, stdout } = await rootlab(t, ['run', '.', '--fail-fast', '--jobs=1', '--reporter=tap'], {
    cwd,
  });
  t.equal(status, 1);
  t.match(stdout, /not ok 1 - a@debian-12[^]*ok 2 - b@debian-12 # SKIP/);
  const why = '--fail-fast: 1 job did not run, since "a@debian-12" did not pass';
  t.match(stdout, `# note: ${why}\n`);
  const told = await rootlab(t, ['report', 'reports/out/latest', '--to=console,markdown'], { cwd });
  t.match(told.stdout, `note: ${why}\n`);
  for (const file of ['index.html', 'summary.md'])
    t.match(
      readFileSync(join(cwd, 'reports/out/latest', file), 'utf8'),
      /--fail-fast: 1 job did not run/,
      file,
    );
});

t.test('several reporters at once, and again from the log', { skip }, async (t) => {
  const cwd = t.testdir({ 'a.yaml': failing });
  const words = [
    '--reporter=tap',
    '--reporter=html=page.html',
    '--reporter=jsonl=log.jsonl',
    '--output=runs',
  ];
  const { status, stdout } = await rootlab(t, ['run', 'a.yaml', ...words], { cwd });
  t.equal(status, 1);
  t.match(stdout, /^TAP version 14\n1\.\.1\n/);
  t.match(readFileSync(join(cwd, 'page.html'), 'utf8'), /^<!doctype html>[^]*a@debian-12/i);
  const log = readFileSync(join(cwd, 'log.jsonl'), 'utf8');
  t.equal(log, readFileSync(join(cwd, 'runs/latest/events.jsonl'), 'utf8'));
  const again = await rootlab(t, ['report', 'runs/latest', '--reporter=tap'], { cwd });
  // Only a run that makes a page names it.
  t.equal(again.stdout, stdout.replace(/^# report: .*\n/m, ''), 'the log tells the same');
  t.equal(again.status, 0);
});

t.test('shell runs a command, or what it is given, and hands back its status', { skip }, async (t) => {
  const cwd = t.testdir();
  const before = snapshotComputer();
  const [booted, typed] = await Promise.all([
    rootlab(t, ['shell', 'debian-12', '--', 'sh', '-c', 'systemctl is-system-running; exit 7'], { cwd }),
    rootlab(t, ['shell', 'debian-12', '--no-init'], { cwd, stdin: 'id\necho $((6 * 7))\n' }),
  ]);
  t.match(booted, { status: 7, stdout: /^(running|degraded)\n$/ });
  t.match(typed, { status: 0, stdout: /^uid=0\(root\).*\n42\n$/ });
  t.same(newSince(before, snapshotComputer(), 'no other run counts'), {});
});

t.test('two runs of the same scenarios at once do not meet', { skip }, async (t) => {
  const text = [
    'title: A',
    'machine: debian-12',
    'steps:',
    '  - {run: "test ! -e /mine && echo x >>/mine && hostname twin"}',
    '  - {run: sleep 1; cat /mine; hostname, expect: "x\\ntwin"}',
    '',
  ].join('\n');
  const cwd = t.testdir({ 'a.yaml': text, 'b.yaml': text });
  const both = await Promise.all([1, 2].map(() => rootlab(t, ['run', '.', '--reporter=tap'], { cwd })));
  for (const { status, stdout, stderr } of both) t.equal(status, 0, `${stdout}${stderr}`);
  const runs = readdirSync(join(cwd, 'reports/out')).filter((name) => /^\d/.test(name));
  t.equal(runs.length, 2, 'each has its folder');
  for (const run of runs) t.ok(existsSync(join(cwd, 'reports/out', run, 'index.html')));
});

t.test('images are built, listed and pruned', { skip }, async (t) => {
  const cwd = t.testdir({
    'rootlab.yaml': 'images: [{name: tiny, directory: tree, run: "echo x >/made"}]\n',
    tree: {},
  });
  makeTinyTree(join(cwd, 'tree'));
  const options = { cwd, env: { ROOTLAB_CACHE: join(cwd, 'cache') } };
  const built = await rootlab(t, ['images', 'build', 'tiny'], options);
  t.match(built, { status: 0, stdout: /^tiny {2}Tiny 1 {2}\/.*\n$/ }, built.stderr);
  t.match((await rootlab(t, ['images', 'list'], options)).stdout, /^tiny +built +Tiny 1/m);
  t.match((await rootlab(t, ['images', 'prune', '--older-than=1h'], options)).stdout, /^0 ?B? freed|freed$/m);
  const recipe = (text: string): void =>
    writeFileSync(join(cwd, 'rootlab.yaml'), `images: [{name: tiny, directory: tree, run: "${text}"}]\n`);
  const others = ['images', 'prune', 'tiny', '--other-recipes'];
  t.match((await rootlab(t, others, options)).stdout, /^0 ?B? freed$/m, 'its recipe makes it still');
  recipe('exit 4');
  t.match(await rootlab(t, ['images', 'build', 'tiny'], options), {
    status: 3,
    stderr:
      /^error: cannot build image "tiny": its run: ended with 4\n {2}its recipe: \S*rootlab\.yaml:1:\d+\n/m,
  });
  t.match((await rootlab(t, others, options)).stdout, /^removed tiny\n/);
  t.match(await rootlab(t, ['images', 'prune', 'tinny', '--other-recipes'], options), {
    status: 2,
    stderr: /cannot find image "tinny".*\nhint: did you mean "tiny"\?/,
  });
  t.match(await rootlab(t, ['images', 'prune', 'tiny', '--max-size=0'], options), { status: 2 });
  recipe('echo y >/made');
  await rootlab(t, ['images', 'build', 'tiny'], options);
  t.match((await rootlab(t, ['images', 'prune', '--max-size=0'], options)).stdout, /^removed tiny\n/);
  t.match((await rootlab(t, ['images', 'list'], options)).stdout, /^tiny +not built/m);
  t.match(await rootlab(t, ['clean'], options), { status: 0, stdout: 'clean\n' });
});

t.test('what types on this very computer must be allowed to', async (t) => {
  const cwd = t.testdir({ 'a.yaml': 'title: A\nmachine: host\nsteps: [{run: echo typed, expect: typed}]\n' });
  const refused = await rootlab(t, ['run', 'a.yaml'], { cwd });
  t.match(refused, {
    status: 2,
    stderr: /cannot run "a@host": it types on this very computer\nhint: .*--allow-host/,
  });
  t.match(await rootlab(t, ['run', 'a.yaml', '--allow-host', '--reporter=tap'], { cwd }), {
    status: 0,
    stdout: /ok 1 - a@host/,
  });
});
