/** The command lines of the nspawn backend. */
import type { Connection } from '../../capsule/connection.ts';

/**
 * `--capability=all` lets nested machines, mounts and links work, but for what is withheld; with CAP_SYS_MODULE a tree
 * of 257 would be degraded.
 * `TERM=dumb`: 262 otherwise loses 0.65 s asking the terminal. The console `read-only` is a terminal whose
 * output comes to us; with `pipe` a machine has no /dev/console at all.
 */
export function nspawnArguments(machine: {
  name: string;
  root: string;
  booted: boolean;
  network: Connection['network'];
  /** Controllers bound to v1 that it limits with. */
  v1?: readonly string[] | undefined;
  /**
   * Whether Docker or podman is to run in it. Their runtimes ask for a session keyring, and limit devices by BPF under
   * cgroup v2. Not everywhere: where systemd has BPF its systemd-nspawn@ may not make device nodes, nor an overlay
   * change the owner of one.
   */
  engine?: boolean;
}): readonly string[] {
  return [
    'systemd-nspawn',
    '--quiet',
    '--register=no',
    '--keep-unit',
    `--directory=${machine.root}`,
    `--machine=${machine.name}`,
    ...networkArguments[machine.network],
    // What a machine says there is written when its root is made.
    '--resolv-conf=off',
    '--link-journal=no',
    '--capability=all',
    `--drop-capability=${withheld(machine.network)
      .map((name) => `CAP_${name.toUpperCase()}`)
      .join(',')}`,
    // With CAP_BPF systemd-nspawn 257 lets all of them use it, earlier ones none.
    `--system-call-filter=${machine.engine === true ? '@keyring bpf' : '~bpf'}`,
    '--setenv=TERM=dumb',
    ...(machine.booted
      ? ['--console=read-only', '--notify-ready=yes', ...unmasked, ...bootWords(machine.v1 ?? [])]
      : // A marker says that the root is entered; then nothing runs but what is typed.
        ['--console=pipe', '--as-pid2', '/bin/sh', '-c', `echo ${enteredMarker}; exec sleep infinity`]),
  ];
}

/** Where Debian has the programs that start what Docker and podman run. */
export const engineRuntimes = ['usr/sbin/runc', 'usr/bin/runc', 'usr/bin/crun'];

export const enteredMarker = 'rootlab: the root is entered';

/**
 * The cgroup2 view inside, whatever the host has (262 refuses v1). Without the variable it is what the host has.
 * systemd-nspawn cannot know that a network it is given is the machine's alone, and shows its sysctls read-only.
 * Its filter of system calls holds for what it starts, not for what enters: in a root that is not booted that is
 * `sleep` alone, and making the filter takes longer than all the rest of the start.
 */
export function nspawnEnvironment({
  network,
  booted,
  v1 = [],
}: {
  network: Connection['network'];
  booted: boolean;
  v1?: readonly string[];
}): Readonly<Record<string, string>> {
  return {
    ...(!booted && { SYSTEMD_SECCOMP: '0' }),
    ...(v1.length === 0 && { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' }),
    ...(network === 'capsule' && { SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network' }),
  };
}

/**
 * For a tree without systemd that is started in the machine: before 258 systemd-nspawn gives it v1, which the kernel does
 * not mount anew in a cgroup namespace, so on a computer with v2 alone it does not start.
 */
export function nestedEnvironment(v1: readonly string[] = []): Readonly<Record<string, string>> {
  return v1.length === 0 ? { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' } : {};
}

/**
 * The kernel mounts proc and sysfs for a machine in this one, in a user namespace of its own, only where one of each can be
 * seen that nothing is mounted over. systemd-nspawn mounts over both; before 257 ours lay hidden below the machine's root.
 * systemd from 255 on makes such ones for those in it by itself.
 */
const unmasked = ['proc', 'sys'].map((name) => `--bind=/${name}:/run/host/${name}:norbind`);

/** systemd-nspawn mounts controllers of v1 read-only: those that are to limit are writable before PID 1 starts. */
function bootWords(v1: readonly string[]): readonly string[] {
  if (v1.length === 0) return ['--boot'];
  const writable = v1.map((name) => `mount -o remount,bind,rw /sys/fs/cgroup/${name}`);
  return ['--kill-signal=SIGRTMIN+3', '/bin/sh', '-c', [...writable, 'exec /sbin/init'].join('; ')];
}

const networkArguments: Readonly<Record<Connection['network'], readonly string[]>> = {
  own: ['--private-network'],
  capsule: ['--network-namespace-path=/proc/self/ns/net'],
  host: [],
};

/** Capabilities that no namespace holds in: modules, clock and ports are the host's own, and perhaps its network. */
function withheld(network: Connection['network']): readonly string[] {
  const always = ['sys_module', 'sys_time', 'sys_rawio'];
  return network === 'host' ? [...always, 'net_admin'] : always;
}

/**
 * Enters all namespaces of the machine whose PID 1 is `leader`, its root and its directory, with no more
 * capabilities than that has: nsenter alone would keep all of ours.
 */
export function enterArguments(leader: number, network: Connection['network']): readonly string[] {
  const dropped = withheld(network).map((name) => `-${name}`);
  const bounded = ['setpriv', '--bounding-set', dropped.join(','), '--'];
  return [...bounded, 'nsenter', '-t', String(leader), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--'];
}

/** Signals that systemd as PID 1 understands: SIGRTMIN+n. */
export const bootSignals = { poweroff: 38, halt: 37, reboot: 39 } as const;
