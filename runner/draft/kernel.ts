/** Facts of the kernel: its version, control groups, and the settings that containers and machines run into. */
import { type DraftFact, floorOf } from './fact.ts';
import { readMounts } from './mounts.ts';

export const kernelVersion: DraftFact = ({ read }) => {
  const [release] = /^\d+\.\d+/.exec(read('/proc/sys/kernel/osrelease')) ?? [];
  const why = 'Programs may use what came with this kernel; a newer one is welcome.';
  return release === undefined ? [] : [{ why, check: { kernel: `>= ${release}` } }];
};

export const architecture: DraftFact = async ({ ask }) => {
  const name = (await ask(['uname', '-m']))?.trim() ?? '';
  const why = 'Binaries are built for this processor.';
  return /^\w+$/.test(name) ? [{ why, check: { 'output-of': 'uname -m', stdout: name } }] : [];
};

/** Whose limits machines and containers set. */
const controllers = ['cpu', 'memory', 'pids', 'io'];

export const controlGroups: DraftFact = ({ read }) => {
  const mounts = readMounts(read('/proc/self/mountinfo'));
  const unified = mounts.find(({ type }) => type === 'cgroup2')?.path;
  const old = mounts.filter(({ type }) => type === 'cgroup').map(({ path }) => path);
  if (unified === undefined)
    return old.slice(0, 1).map((mount) => ({
      why: 'Control groups are of version 1 alone.',
      check: { mount, type: 'cgroup' },
    }));
  const kind = old.length === 0 ? 'version 2 alone' : 'both versions';
  const here = read(`${unified}/cgroup.controllers`).trim().split(' ');
  const found = controllers.filter((name) => here.includes(name));
  const memory = old.find((path) => path.endsWith('/memory'));
  return [
    { why: `Control groups are of ${kind}.`, check: { mount: unified, type: 'cgroup2' } },
    ...(memory === undefined
      ? []
      : [{ why: 'The limits of memory are set here.', check: { mount: memory, type: 'cgroup' } }]),
    ...(found.length === 0
      ? []
      : [
          {
            why: 'A limit without its controller is accepted and limits nothing.',
            check: { file: `${unified}/cgroup.controllers`, contains: found },
          },
        ]),
  ];
};

/** A setting is kept as it is, or at the highest rung that it reaches: more does no harm. */
const settings: readonly (readonly [key: string, why: string, rungs?: readonly number[]])[] = [
  ['user.max_user_namespaces', 'Containers without root need user namespaces.', [1, 1000, 10_000]],
  ['user.max_net_namespaces', 'Each machine has a network of its own.', [1, 100, 1000, 10_000]],
  ['kernel.unprivileged_userns_clone', 'Whether users may make namespaces (Debian).'],
  ['kernel.apparmor_restrict_unprivileged_userns', 'Whether users may make namespaces (Ubuntu).'],
  ['fs.inotify.max_user_instances', 'Each systemd holds about ten.', [128, 256, 512, 1024, 8192]],
  ['fs.inotify.max_user_watches', 'Watching a source tree takes one a folder.', [8192, 65_536, 524_288]],
  ['kernel.pid_max', 'All processes of all machines share these.', [32_768, 65_536, 4_194_304]],
  ['kernel.keys.maxkeys', 'Each container takes a keyring or two.', [200, 1000, 2000, 20_000]],
  ['fs.nr_open', 'The highest limit of open files that systemd can set.', [524_288, 1_048_576]],
  ['vm.max_map_count', 'Databases and language runtimes map much.', [65_530, 262_144, 1_048_576]],
  ['vm.overcommit_memory', 'With 2 large programs cannot fork.'],
];

export const kernelSettings: DraftFact = ({ read }) => {
  return settings.flatMap(([key, why, rungs]) => {
    const value = read(`/proc/sys/${key.replaceAll('.', '/')}`).trim();
    if (!/^\d+$/.test(value)) return [];
    const floor = rungs === undefined ? undefined : floorOf(Number(value), rungs);
    const expected = rungs === undefined ? value : floor === undefined ? undefined : `>= ${floor}`;
    return expected === undefined ? [] : [{ why, check: { sysctl: key, value: expected } }];
  });
};

export const forwarding: DraftFact = ({ read }) => {
  if (read('/proc/sys/net/ipv4/ip_forward').trim() !== '1') return [];
  const why = 'What containers and machines send is passed on.';
  return [{ why, check: { sysctl: 'net.ipv4.ip_forward', value: '1' } }];
};
