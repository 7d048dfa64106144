/** What a run with a bug leaves of itself is told with its kind, and whose it is. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { remainsOf } from '../../runner/capsule/remains.ts';
import { openRun } from '../../runner/capsule/run-scope.ts';
import { rootlab } from './program.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root';

t.test('a run that cleans up has nothing left', { skip }, async (t) => {
  const run = await openRun({ jobs: 1 });
  run.directory();
  t.match(remainsOf(run.id), [/^file .*rootlab-/], 'its directory, while it lives');
  await run[Symbol.asyncDispose]();
  t.same(remainsOf(run.id), []);
});

t.test('each thing is named by its kind, its run and its job', { skip }, async (t) => {
  const program = join(import.meta.dirname, 'leaving-run.ts');
  const argv = ['--mount', process.execPath, '--import=tsx', program];
  const { stdout, stderr } = spawnSync('unshare', argv, { encoding: 'utf8' });
  t.equal(stderr, '');
  const plain = stdout.replaceAll(/loop\d+/g, 'loopN').replaceAll(/pid \d+/g, 'pid N');
  const { before, said }: { before: string[]; said: string } = JSON.parse(plain);
  const wanted = [
    /^process sleep \(pid N\)$/,
    /^cgroup .*\/rootlab\/RUN\/job-1$/,
    /^mount .*\/rootlab-RUN\.x$/,
    /^loop-device \/dev\/loopN \(.*\/rootlab-RUN\/job-1\)$/,
    /^file .*\/rootlab-RUN$/,
    /^file .*\/rootlab-RUN\.x$/,
  ];
  for (const one of wanted)
    t.ok(
      before.some((line) => one.test(line)),
      `${String(one)} in ${before.join(', ')}`,
    );
  t.equal(before.length, wanted.length);
  t.match(
    said,
    /^cannot clean up after the run: it left behind mount .*\/rootlab-RUN\.x, loop-device \/dev\/loopN/,
  );
  t.notMatch(said, /process|cgroup|RUN,/, 'those are ended with the run');
});

t.test('what is left after a job is told of that job, and its run fails', { skip }, async (t) => {
  const directory = t.testdir({
    'other.yaml': 'title: Leave nothing\nmachine: host\nsteps:\n  - run: "true"\n',
    tmp: {},
  });
  const leaving = `title: Leave something in our own place
machine: host
env: {folder: ${directory}/tmp}
steps:
  - run: |
      run=$(sed -n 's,.*/rootlab/\\([^/]*\\)/.*,\\1,p' /proc/self/cgroup | head -n 1)
      mkdir -p "$folder/rootlab-$run/job-1-left" "$folder/rootlab-$run/job-11"
`;
  writeFileSync(join(directory, 'leaving.yaml'), leaving);
  const { status, stderr } = await rootlab(
    t,
    ['run', 'leaving.yaml', 'other.yaml', '--allow-host', '--jobs=1', '--output=out'],
    { cwd: directory, env: { TMPDIR: join(directory, 'tmp') } },
  );
  t.equal(status, 3);
  t.match(
    stderr,
    new RegExp(`of the job "leaving@host" is left file ${directory}/tmp/rootlab-[-0-9]+/job-1-left\\n`),
  );
  t.notMatch(stderr, /"other@host"/);
});
