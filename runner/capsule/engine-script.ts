/** The shell text that PID 1 of an engine's capsule runs. */
import { join } from 'node:path';
import { shellWord } from '../../src/describe-text.ts';
import type { JobGroup } from './cgroup.ts';
import { uplinkResolver } from './network-script.ts';

/** As much as a machine may write. */
const diskBytes = 4 * 1024 ** 3;

export function engineScript(engine: {
  readonly group: Pick<JobGroup, 'capsule' | 'machine'>;
  /** On a disk, of this engine alone. */
  readonly directory: string;
  readonly socket: string;
  readonly uplink: boolean;
}): string {
  const { group, directory, socket, uplink } = engine;
  const disk = shellWord(join(directory, 'disk'));
  return [
    'set -e',
    enter(group.capsule),
    'mount -t tmpfs -o mode=755 tmpfs /run',
    'mkdir /run/data',
    `truncate -s ${diskBytes} ${disk}`,
    `mke2fs -q -F -t ext4 -O ^has_journal -m 0 -E lazy_itable_init=1,nodiscard ${disk}`,
    `mount -o loop ${disk} /run/data`,
    `rm ${disk}`,
    ...['/etc', '/opt'].flatMap(cover),
    ...(uplink ? resolver : []),
    // Else it would read the one of this computer's own engine.
    'echo {} >/run/daemon.json',
    `(${enter(group.machine)}; exec unshare -C /bin/sh -ec ${shellWord(inside(socket))})`,
  ].join('\n');
}

/** dockerd keeps a key in /etc/docker, and containerd makes /opt/containerd, whatever else they are told. */
function cover(path: string): readonly string[] {
  const own = `/run/cover${path}`;
  const options = `lowerdir=${path},upperdir=${own}/up,workdir=${own}/wk,index=off`;
  return [
    `mkdir -p ${own}/up ${own}/wk`,
    `[ ! -d ${path} ] || mount -t overlay -o ${options} overlay ${path}`,
  ];
}

/** Where the computer's own may lead into the /run that is hidden. */
const resolver = [
  `printf %s ${shellWord(uplinkResolver)} >/run/resolver`,
  'file=$(readlink -m /etc/resolv.conf)',
  'mkdir -p "${file%/*}"',
  '[ -e "$file" ] || : >"$file"',
  'mount --bind /run/resolver "$file"',
];

/**
 * Its own cgroup is the root of all that it sees, and v2 whatever this computer has; processes may not stay in that
 * root, or no controller could be handed down.
 */
function inside(socket: string): string {
  return [
    'mount -t tmpfs tmpfs /sys/fs/cgroup',
    'mount -t cgroup2 cgroup2 /sys/fs/cgroup',
    'mkdir /sys/fs/cgroup/engine',
    'echo 0 >/sys/fs/cgroup/engine/cgroup.procs',
    [
      'exec dockerd --config-file=/run/daemon.json --data-root=/run/data --exec-root=/run/docker',
      '--pidfile=/run/dockerd.pid --group=root --storage-driver=overlay2 --exec-opt=native.cgroupdriver=cgroupfs',
      `--host=${shellWord(`unix://${socket}`)}`,
    ].join(' '),
  ].join('\n');
}

/** The shell puts itself there, and all that it starts. */
function enter(groups: readonly string[]): string {
  return groups.map((path) => `echo 0 >${shellWord(join(path, 'cgroup.procs'))}`).join('; ');
}
