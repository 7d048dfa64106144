/** Standard output as programs read it: late, or into folders that are not there. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { program, rootlab, scenarioFolder, startRootlab } from './program.ts';

t.setTimeout(120_000);
const skip = process.getuid?.() === 0 ? false : 'needs root';

t.test('who reads standard output late holds up no step, and gets it all', { skip }, async (t) => {
  const cwd = scenarioFolder(t, {
    'it.yaml': `title: It
machine: host
steps:
  - {id: much, run: 'seq 60000; exit 1', expect: {exit: 1}}
cleanup:
  - {id: later, run: touch done}
`,
  });
  const argv = ['run', 'it.yaml', '--allow-host', '--output', 'out', '--reporter', 'jsonl'];
  const { child, ended } = startRootlab(t, argv, { cwd });
  child.stdout?.pause();
  const log = join(cwd, 'out/latest/events.jsonl');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  t.equal(child.exitCode, null, 'it waits for its reader');
  child.stdout?.resume();
  const { stdout, stderr } = await ended;
  t.equal(stderr, '');
  t.equal(stdout === readFileSync(log, 'utf8'), true, `${stdout.length} characters`);
  const events = stdout
    .trim()
    .split('\n')
    .map((line): { t: number; type: string } => JSON.parse(line));
  const times = events.map(({ t: at }) => at);
  t.ok((times.at(-1) ?? 0) - (times[0] ?? 0) < 2500, 'no step waited for the reader');
});

t.test('a report is not written into a folder that is not there', { skip }, async (t) => {
  const cwd = scenarioFolder(t, { 'it.yaml': `title: It\nmachine: host\nsteps: [{run: 'true'}]\n` });
  const words = ['run', 'it.yaml', '--allow-host', '--output', 'out'];
  for (const reporter of ['tap', 'html']) {
    const { status, stderr } = await rootlab(t, [...words, '--reporter', `${reporter}=no/such/file`], {
      cwd,
    });
    t.equal(status, 2);
    t.match(
      stderr,
      /^error: cannot write "no\/such\/file": there is no folder ".*\/no\/such"\nhint: .*mkdir/,
    );
  }
  t.notOk(existsSync(join(cwd, 'no')));
  t.notOk(existsSync(join(cwd, 'out')), 'nothing ran');
});

t.test('a folder that rootlab.yaml names is made, since git keeps no empty ones', { skip }, async (t) => {
  const cwd = scenarioFolder(t, {
    'it.yaml': `title: It\nmachine: host\nsteps: [{run: 'true'}]\n`,
    'rootlab.yaml': 'reporters: [jsonl=ci/log/events.jsonl, junit=ci/junit.xml]\n',
  });
  const { status, stderr } = await rootlab(t, ['run', 'it.yaml', '--allow-host', '--output=out'], { cwd });
  t.equal(status, 0, stderr);
  t.match(readFileSync(join(cwd, 'ci/junit.xml'), 'utf8'), '</testsuites>');
  t.match(readFileSync(join(cwd, 'ci/log/events.jsonl'), 'utf8'), '"run-end"');
});

/** In a shell, whose redirections these words hold. */
const run = (words: string): SpawnSyncReturns<string> =>
  spawnSync('sh', ['-c', `"$@" ${words}`, 'sh', ...program], { encoding: 'utf8', timeout: 60_000 });

t.test('what cannot be written ends the program, once, and is no bug of ours', async (t) => {
  const full = run('schema >/dev/full');
  t.equal(full.status, 3);
  t.equal(full.stderr, 'error: cannot write to standard output: the disk is full\nhint: make room there\n');
  // It cannot be told.
  t.equal(run('no-such-command 2>/dev/full').status, 3);
  t.equal(run('no-such-command 2>&-').status, 2);
  t.equal(run('list nothing >&-').status, 2);
});
