/** What bash alone tells of another computer is what is seen here of this one. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { tracesThere } from '../../runner/backends/ssh/traces.ts';
import { snapshotHost } from '../../runner/leak-snapshot.ts';
import type { Machine } from '../../runner/machine.ts';
import type { Thing } from '../../src/leaks.ts';

const skip = process.getuid?.() === 0 ? false : 'a loop device needs root';

/** Mounted in a namespace of its own, and so gone with it. */
const withLoop = `cd "$1" && truncate -s 1M disk && mke2fs -q disk && mkdir on && mount -o loop disk on && echo up && read -r end`;

const exec: Machine['exec'] = async (words) => {
  const [file = '', ...argv] = words;
  const { status, stdout, stderr } = spawnSync(file, argv, { encoding: 'utf8' });
  return { exit: status ?? 1, stdout, stderr, timedOut: false };
};

/** Others make and remove files all the time. */
function lasting(things: readonly Thing[]): readonly Thing[] {
  return things.filter(({ kind }) => kind !== 'file');
}

t.test('mounts, units, machines, links and loop devices, the same both ways', { skip }, async (t) => {
  const folder = t.testdir({});
  const beside = spawn('unshare', ['--mount', 'sh', '-c', withLoop, 'sh', folder]);
  t.teardown(() => beside.stdin.end());
  await once(beside.stdout, 'data');
  const { signal } = new AbortController();
  const there = await tracesThere('here', folder, exec).things(signal);
  t.same(lasting(there), lasting(snapshotHost()));
  t.match(
    there.find(({ kind, detail }) => kind === 'loop-device' && detail === `${folder}/disk`),
    { name: /^\/dev\/loop\d+$/ },
  );
});
