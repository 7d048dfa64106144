/** What drafts are made of: each fact of a computer that is a few texts. */
import t from 'tap';

import type { Computer, DraftFact } from '../../runner/draft/fact.ts';
import { floorOf, isPlain } from '../../runner/draft/fact.ts';
import { draftKinds } from '../../runner/draft/index.ts';
import { controlGroups, kernelSettings, kernelVersion } from '../../runner/draft/kernel.ts';
import { fileSystems, readMounts } from '../../runner/draft/mounts.ts';
import { listeningPorts } from '../../runner/draft/network.ts';
import { majorOf, programs } from '../../runner/draft/programs.ts';
import { distribution, enabledServices, firstProcess, systemState } from '../../runner/draft/system.ts';
import { writeDraft } from '../../runner/draft/write.ts';
import { readScenarioText } from '../../src/parse.ts';

/** Its files, and what its commands print, by the first words of each; a link is a file that begins `-> `. */
function computer(
  files: Readonly<Record<string, string>>,
  commands: Readonly<Record<string, string>> = {},
): Computer {
  const below = (path: string): readonly string[] =>
    Object.keys(files).filter((one) => one.startsWith(`${path}/`));
  const link = (path: string): string | undefined => /^-> (.*)/.exec(files[path] ?? '')?.[1];
  return {
    read: (path) => files[path] ?? '',
    list: (path) => [
      ...new Set(below(path).flatMap((one) => one.slice(path.length + 1).split('/')[0] ?? [])),
    ],
    target: link,
    isDirectory: (path) => path === '/' || below(path).length > 0,
    ask: (argv) => {
      const words = argv.join(' ');
      return Promise.resolve(Object.entries(commands).find(([start]) => words.includes(start))?.[1]);
    },
  };
}

async function checkFact(fact: DraftFact, from: Computer, expected: readonly unknown[]): Promise<void> {
  t.same(
    (await fact(from)).flatMap(({ check }) => check ?? []),
    expected,
  );
}

t.test('the distribution is told by its own words, and hostile ones are left out', async () => {
  const release = 'PRETTY_NAME="Debian 12"\nVERSION_ID="12"\nID=debian\n';
  await checkFact(distribution, computer({ '/etc/os-release': release }), [
    { file: '/etc/os-release', contains: ['ID=debian', 'VERSION_ID="12"'] },
  ]);
  await checkFact(distribution, computer({ '/etc/os-release': 'ID=<*>\n' }), []);
  await checkFact(distribution, computer({}), []);
});

t.test('PID 1 is asserted where it is an init, and else remarked on', async (t) => {
  await checkFact(firstProcess, computer({ '/proc/1/comm': 'systemd\n' }), [
    { file: '/proc/1/comm', contains: 'systemd' },
  ]);
  const remarks = await firstProcess(computer({ '/proc/1/comm': 'sleep\n' }));
  t.match(remarks, [{ why: /PID 1 is "sleep"/ }]);
  t.equal(remarks[0]?.check, undefined);
});

t.test('units are asked of a booted systemd only', async (t) => {
  const booted = { '/run/systemd/system/x': '' };
  const commands = {
    'systemctl show --value': 'running\n',
    'systemctl list-units': '',
    'systemctl show -p': [
      'Id=chrony.service\nActiveState=active\nUnitFileState=enabled',
      'Id=ssh.service\nActiveState=active\nUnitFileState=disabled',
      'Id=docker.service\nActiveState=failed\nUnitFileState=enabled\n',
    ].join('\n\n'),
  };
  await checkFact(systemState, computer(booted, commands), [{ system: 'running', 'failed-units': 0 }]);
  await checkFact(enabledServices, computer(booted, commands), [
    { unit: 'chrony.service', active: 'active', enabled: 'enabled' },
  ]);
  await checkFact(systemState, computer({}, commands), []);
  await checkFact(enabledServices, computer({}, commands), []);
  const degraded = { 'systemctl show': 'degraded\n', 'systemctl list-units': 'a.service loaded failed\n' };
  t.match(await systemState(computer(booted, degraded)), [
    { why: /"degraded" \(failed units: a\.service\)/ },
  ]);
});

t.test('versions and settings are floors, and what must not change is exact', async (t) => {
  await checkFact(kernelVersion, computer({ '/proc/sys/kernel/osrelease': '6.12.9-arch1\n' }), [
    { kernel: '>= 6.12' },
  ]);
  const settings = {
    '/proc/sys/fs/inotify/max_user_watches': '70000\n',
    '/proc/sys/fs/inotify/max_user_instances': '64\n',
    '/proc/sys/vm/overcommit_memory': '2\n',
  };
  await checkFact(kernelSettings, computer(settings), [
    { sysctl: 'fs.inotify.max_user_watches', value: '>= 65536' },
    { sysctl: 'vm.overcommit_memory', value: '2' },
  ]);
  t.equal(floorOf(0.4, [1, 2]), undefined);
  t.equal(floorOf(7, [1, 2, 5, 10]), 5);
  t.equal(floorOf(Number.NaN, [1, 2]), undefined);
  t.same(['3.12.1', '0.9.3', '12'].map(majorOf), ['3', '0.9', '12']);
});

const v2 = '30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n';
t.test('control groups of each kind', async () => {
  const files = { '/proc/self/mountinfo': v2, '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu memory\n' };
  await checkFact(controlGroups, computer(files), [
    { mount: '/sys/fs/cgroup', type: 'cgroup2' },
    { file: '/sys/fs/cgroup/cgroup.controllers', contains: ['cpu', 'memory'] },
  ]);
  const v1 = '30 1 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n';
  await checkFact(controlGroups, computer({ '/proc/self/mountinfo': v1 }), [
    { mount: '/sys/fs/cgroup/memory', type: 'cgroup' },
  ]);
});

t.test('of disks only those that stay, with half of what is free', async (t) => {
  const mountinfo = [
    '1 0 8:1 / / rw,relatime - ext4 /dev/sda1 rw',
    '2 1 8:2 / /data ro - xfs /dev/sdb rw',
    '3 1 8:2 / /var/lib/docker/x rw - ext4 /dev/sdb rw',
    String.raw`4 1 8:2 / /odd\040name rw - ext4 /dev/sdb rw`,
    '5 1 0:5 / /dev/shm rw - tmpfs tmpfs rw',
    '6 1 8:1 /f /etc/hosts rw - ext4 /dev/sda1 rw',
  ].join('\n');
  const files = { '/proc/self/mountinfo': mountinfo, '/data/x': '', '/var/lib/docker/x/x': '' };
  await checkFact(fileSystems, computer(files, { 'df -B1': ` ${30 * 1024 ** 3}\n` }), [
    { mount: '/', type: 'ext4', options: { lacks: 'ro' } },
    {
      'output-of': 'df -B1 --output=avail / | tail -n 1',
      stdout: '<free:size>',
      where: { free: '>= 10G' },
    },
    { mount: '/data', type: 'xfs' },
  ]);
  t.equal(readMounts('').length, 0);
});

/** Of /proc/net/tcp. */
const row = (port: string, state: string, inode: number): string =>
  `   0: 00000000:${port} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100\n`;

t.test('of ports only those that stay, and not what a person started', async () => {
  const files = {
    '/proc/net/tcp':
      row('0016', '0A', 11) + row('1F90', '0A', 12) + row('0017', '01', 13) + row('C350', '0A', 14),
    '/proc/net/tcp6': row('0016', '0A', 15),
    '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
    '/proc/7/fd/3': '-> socket:[11]',
    '/proc/7/comm': 'sshd\n',
    '/proc/7/cgroup': '0::/system.slice/ssh.service\n',
    '/proc/8/fd/4': '-> socket:[12]',
    '/proc/8/comm': 'python3\n',
    '/proc/8/cgroup': '0::/user.slice/user-0.slice/session-1.scope\n',
  };
  await checkFact(listeningPorts, computer(files), [{ port: '22/tcp' }, { process: 'sshd' }]);
});

t.test('programs without a version are asserted to be there', async () => {
  const said = '\n== program git\ngit version 2.39.5\n\n== program ssh\nunknown option 1.2\n== failed\n';
  await checkFact(programs, computer({}, { 'type -P': said }), [
    { command: 'git', version: '>= 2' },
    { command: 'ssh' },
  ]);
});

t.test('what is written is a scenario that holds those checks', async (t) => {
  const [kind] = Object.values(draftKinds);
  if (kind === undefined) throw new Error('there is a kind');
  const { text, checks, types } = await writeDraft(
    kind,
    computer(
      {
        '/etc/os-release': 'ID=debian\nVERSION_ID="12: #{"\n',
        '/proc/1/comm': 'x',
        '/proc/self/mountinfo': v2,
      },
      { uname: 'x86_64\n' },
    ),
  );
  const { scenario, source } = readScenarioText(text, { file: 'a.yaml', name: 'a', directory: '/' });
  t.same(source.problems, []);
  const read = scenario.steps.flatMap((step) => step.check);
  t.equal(read.length, checks);
  t.equal(types, true);
  t.match(read[0]?.facts[0]?.expected, { value: [{ value: 'ID=debian' }, { value: 'VERSION_ID="12: #{"' }] });
  t.equal(text.match(/^ {6}# /gm)?.length, checks + 1, 'each check has its reason, and there is one remark');
  t.same(['a b', '-x', '<a>', '$x', '/a.b-c@d:1'].map(isPlain), [false, false, false, false, true]);
});
