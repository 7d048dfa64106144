/** The host backend, and what dead runs leave: both live in the run's own cgroups. */
import { runIdentity } from '../../runner/capsule/identity.ts';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import t from 'tap';

import { startHost } from '../../runner/backends/host.ts';
import { groupPids, runGroups } from '../../runner/capsule/cgroup.ts';
import { openRun } from '../../runner/capsule/run-scope.ts';
import { workPrefix, workRoot } from '../../runner/capsule/work.ts';
import { findLeftovers, sweepLeftovers } from '../../runner/leftovers.ts';
import { openSession } from '../../runner/session/index.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root';
const { signal } = new AbortController();

t.test('what is typed on the host lives in the run, and ends with it', { skip }, async (t) => {
  const run = await openRun({ jobs: 1 });
  const host = await startHost({ run, openSession, signal });
  t.match(host.facts, { backend: 'host', kernel: /^\d/ });
  const session = await host.session('main', signal);
  const seen = await session.run('setsid sleep 300 >/dev/null 2>&1 & echo $!; cat /proc/self/cgroup', {
    signal,
    timeoutMs: 10_000,
    outputLimitBytes: 10_000,
  });
  const text = Buffer.from(seen.stdout.bytes).toString();
  t.match(text, new RegExp(`/rootlab/${run.id}/job-1`));
  t.match(await host.exec(['sh', '-c', 'echo out; echo err >&2; exit 3'], { signal }), {
    exit: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  await t.rejects(host.reboot(signal), { message: /cannot reboot "host"/ });
  const pids = runGroups(run.id).flatMap(groupPids);
  t.ok(pids.length >= 2, 'the shell and its child');
  await host[Symbol.asyncDispose]();
  for (const pid of pids) t.notOk(alive(pid), `process ${pid} is gone`);
  await run[Symbol.asyncDispose]();
  for (const group of runGroups(run.id)) t.notOk(existsSync(group), group);
});

t.test('a job on the host has a folder of its own, which goes with it', { skip }, async (t) => {
  await using run = await openRun({ jobs: 2 });
  const folders = await Promise.all(
    [1, 2].map(async () => {
      await using host = await startHost({ run, openSession, signal });
      const made = await host.exec(['sh', '-c', 'mkdir "$ROOTLAB_TMPDIR/deep" && echo "$ROOTLAB_TMPDIR"'], {
        signal,
      });
      const folder = made.stdout.trim();
      t.ok(existsSync(join(folder, 'deep')), made.stderr);
      return folder;
    }),
  );
  t.equal(new Set(folders).size, 2);
  for (const folder of folders) t.notOk(existsSync(folder), folder);
});

t.test('a sweep removes what dead runs left, and nothing of runs that live', { skip }, async (t) => {
  const dead = `4194305-1-${runIdentity().split('-')[2]}`;
  const groups = runGroups(dead);
  for (const group of groups) mkdirSync(join(group, 'job-1', 'machine', 'payload'), { recursive: true });
  const directory = join(workRoot(), workPrefix + dead);
  mkdirSync(join(directory, 'deep'), { recursive: true });
  const run = await openRun({ jobs: 1 });
  t.teardown(() => run[Symbol.asyncDispose]());
  for (const path of [...groups, directory])
    t.notOk(existsSync(path), `${path} went at the start of another run`);
  const mine = run.directory();
  mkdirSync(join(runGroups(run.id)[0] ?? '', 'job-1'), { recursive: true });
  await sweepLeftovers(signal);
  t.ok(existsSync(mine));
  t.ok(existsSync(join(runGroups(run.id)[0] ?? '', 'job-1')));
  t.same(
    findLeftovers().filter(({ path }) => path.includes(dead) || path.includes(run.id)),
    [],
  );
});

/** A zombie has ended; only its parent has not looked yet. */
function alive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
