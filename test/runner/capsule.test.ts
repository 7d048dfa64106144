/** The parts of a capsule that decide: hierarchies, identities, storage, root scripts, boot data, facts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import t from 'tap';

import { parseBootData } from '../../runner/backends/nspawn/boot-data.ts';
import { whyNotStarted } from '../../runner/backends/nspawn/refusal.ts';
import { keepConsole } from '../../runner/capsule/console.ts';
import { firstChild } from '../../runner/capsule/first-child.ts';
import { whatHolds, type Holders } from '../../runner/capsule/holders.ts';
import { findHierarchies } from '../../runner/capsule/hierarchy.ts';
import { isRunAlive, runIdentity } from '../../runner/capsule/identity.ts';
import { limitsOf, setLimit } from '../../runner/capsule/limits.ts';
import { watchFor } from '../../runner/capsule/until.ts';
import { rootScript, storageFor } from '../../runner/root.ts';

const mount = (path: string, type: string, options: string): string =>
  `30 24 0:26 / ${path} rw,relatime shared:9 - ${type} ${type} rw,${options}`;

t.test('hierarchies are found wherever they are mounted', async (t) => {
  const v2 = findHierarchies(mount('/sys/fs/cgroup', 'cgroup2', 'nsdelegate'));
  t.match(v2, { kind: 'v2', unified: '/sys/fs/cgroup', systemd: undefined });
  const hybrid = findHierarchies(
    [
      mount('/sys/fs/cgroup/unified', 'cgroup2', ''),
      mount('/sys/fs/cgroup/systemd', 'cgroup', 'xattr,name=systemd'),
      mount('/sys/fs/cgroup/cpu,cpuacct', 'cgroup', 'cpu,cpuacct'),
    ].join('\n'),
  );
  t.match(hybrid, { kind: 'hybrid', unified: '/sys/fs/cgroup/unified', systemd: '/sys/fs/cgroup/systemd' });
  t.same(
    [...hybrid.controllers],
    [
      ['cpu', '/sys/fs/cgroup/cpu,cpuacct'],
      ['cpuacct', '/sys/fs/cgroup/cpu,cpuacct'],
    ],
  );
  t.equal(findHierarchies(mount('/sys/fs/cgroup/systemd', 'cgroup', 'name=systemd')).kind, 'v1');
  t.equal(findHierarchies(mount('/proc', 'proc', '')).kind, 'none');
});

t.test('a run is alive while its runner is, and no other process can be taken for it', async (t) => {
  const me = runIdentity();
  t.equal(isRunAlive(me), true);
  const namespace = me.split('-')[2] ?? '';
  t.equal(isRunAlive(`${process.pid}-1-${namespace}`), false, 'a reused pid');
  t.equal(isRunAlive(`4194305-1-${namespace}`), false, 'no such pid');
  t.equal(isRunAlive('4194305-1-1'), undefined, 'of another pid namespace, where that pid may live');
  t.equal(isRunAlive('someone-elses'), undefined);
});

t.test('roots lie in memory unless a limit or their size forbids it', async (t) => {
  const run = { jobs: 2, ramBytes: 16 };
  t.equal(storageFor({ diskBytes: 4 }, run), 'tmpfs');
  t.equal(storageFor({ diskBytes: 5 }, run), 'loop');
  t.equal(storageFor({ diskBytes: 1, memoryBytes: 1 }, run), 'loop');
});

t.test('limits are set under the names of the hierarchy, those asked for and no others', async (t) => {
  t.same(limitsOf({}), []);
  t.same(limitsOf({ memoryBytes: 1024, cpus: 1.5 }), [
    {
      controller: 'memory',
      v1: [['memory.limit_in_bytes', '1024']],
      v2: [
        ['memory.max', '1024'],
        ['memory.swap.max', '0'],
      ],
    },
    { controller: 'cpu', v1: [['cpu.cfs_quota_us', '150000']], v2: [['cpu.max', '150000 100000']] },
  ]);
  const group = join(t.testdir({ a: { b: { c: {} } } }), 'a/b/c');
  t.throws(() => setLimit(join(group, 'none'), { controller: 'cpu', v1: [['x', '1']], v2: [] }, 'v1'));
  setLimit(
    group,
    {
      controller: 'cpu',
      v1: [],
      v2: [
        ['cpu.max', '1 2'],
        ['cpu.more', '3'],
      ],
    },
    'v2',
  );
  t.equal(readFileSync(join(group, 'cpu.max'), 'utf8'), '1 2');
  t.equal(readFileSync(join(group, '../../../cgroup.subtree_control'), 'utf8'), '+cpu');
  t.notOk(existsSync(join(group, 'cpu.more')), 'a file that the kernel does not have');
});

t.test('a root is laid out from its layers, uppermost first, and its trees from theirs', async (t) => {
  const plan = {
    name: 'm',
    layers: ['/a', '/b'],
    trees: [{ path: '/srv/a b', layers: ['/c'] }],
    nests: true,
    hosts: undefined,
  };
  const text = rootScript(plan).join('\n');
  t.match(text, /lowerdir=\/a:\/b,upperdir=\/run\/rootlab\/up,/);
  t.match(text, /lowerdir=\/c,upperdir=\/run\/rootlab\/tree-0\/up,.*'\/run\/rootlab\/root\/srv\/a b'/);
  t.match(text, /127\.0\.0\.1 localhost/);
  t.notMatch(rootScript({ ...plan, hosts: '127.0.0.1\tlocalhost' }).join('\n'), /localhost/);
});

t.test('a console keeps its newest, and says when a text has come', async (t) => {
  const log = keepConsole();
  const { signal } = new AbortController();
  const heard = log.said('READY', signal);
  log.add(Buffer.from('one\r\r\nREA'));
  log.add(Buffer.from('DY\r\n'));
  await heard;
  t.equal(log.tail(1), 'READY');
  for (const seconds of [1, 2, 3])
    log.add(Buffer.from(`[ ***  ] Job a.service/start running (${seconds}s / no limit)\r\n`));
  t.equal(log.tail(9), 'one\nREADY\n[ ***  ] Job a.service/start running (3s / no limit)');
  for (let count = 0; count < 50; count++) log.add(Buffer.alloc(100_000, 'x'));
  t.equal(log.bytes().length, 1024 * 1024);
  // A timer that keeps the process; that of AbortSignal.timeout does not.
  const late = new AbortController();
  setTimeout(() => late.abort(), 10);
  await t.rejects(log.said('never', late.signal));
});

t.test('a watch notices what comes later, and ends with its signal', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'rootlab-test-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  let looks = 0;
  const found = watchFor(directory, () => (looks++ > 0 ? looks : undefined), AbortSignal.timeout(5000));
  writeFileSync(join(directory, 'new'), '');
  t.ok(await found);
  await t.rejects(watchFor('/nonexistent/x', () => undefined, AbortSignal.timeout(20)));
});

t.test('boot data are the units of this boot, in milliseconds from its start', async (t) => {
  const text = `Version=252
UserspaceTimestampMonotonic=1000000
FinishTimestampMonotonic=1500000

Id=a.service
ActiveState=active
InactiveExitTimestampMonotonic=1100000
ActiveEnterTimestampMonotonic=1200000

Id=later.service
ActiveState=active
InactiveExitTimestampMonotonic=1600000
ActiveEnterTimestampMonotonic=1600000

Id=never.service
ActiveState=inactive
InactiveExitTimestampMonotonic=0
ActiveEnterTimestampMonotonic=0
`;
  t.same(parseBootData(text), {
    systemdVersion: '252',
    totalMs: 500,
    units: [{ name: 'a.service', activatingMs: 100, activatedMs: 200, activeState: 'active' }],
  });
  t.equal(
    parseBootData('Version=252\nUserspaceTimestampMonotonic=1\nFinishTimestampMonotonic=0\n'),
    undefined,
  );
});

t.test('a machine that was never started is told from one whose init died', async (t) => {
  const ending = { mounted: true, status: 1 };
  t.match(whyNotStarted(ending, 'execv(/sbin/init) failed: No such file or directory'), { cause: /no init/ });
  t.match(whyNotStarted({ mounted: false, status: 'gone' }, 'mount: wrong fs type'), {
    cause: /cannot be mounted/,
  });
  t.equal(whyNotStarted(ending, 'kernel panic'), undefined);
});

const skip = process.getuid?.() === 0 ? false : 'needs root';
t.test('who waits in the kernel is told from who is stopped', { skip }, async (t) => {
  // The parent of a vfork waits there until its child has become another program, which this one never does.
  const vfork = 'exit if syscall(58); sleep 60';
  const child = spawn('unshare', ['-p', '-f', '--kill-child', 'perl', '-e', vfork], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  const seen = await watchFor(
    '/proc',
    () => (/^perl \(\d+\) waits in the kernel/.test(perls()) ? whatHolds() : undefined),
    AbortSignal.timeout(10_000),
  );
  t.equal(seen.inKernel, true);
});

t.test('who has yet to be freed by the kernel is told', { skip }, async (t) => {
  const child = spawn('unshare', [
    '-p',
    '-f',
    '--kill-child',
    'perl',
    '-e',
    `$| = 1; $x = "x" x 5e8; print 1; sleep 60`,
  ]);
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  process.kill(firstChild(child.pid), 'SIGKILL');
  const seen: Holders[] = [];
  while (child.exitCode === null && child.signalCode === null) {
    seen.push(whatHolds(child.pid));
    await nextTurn();
  }
  const told = seen.find(({ text }) => /(?:^|, )perl \(\d+\) is being ended by the kernel/.test(text));
  t.equal(told?.inKernel, true);
});

function perls(): string {
  return whatHolds()
    .text.split(', ')
    .filter((one) => one.startsWith('perl '))
    .join(', ');
}
