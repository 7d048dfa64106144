/** The shell text that PID 1 of an engine's capsule runs. */
import { join } from 'node:path';
import { shellWord } from '../../src/describe-text.ts';
import type { JobGroup } from './cgroup.ts';
import { uplinkResolver } from './network-script.ts';

/** As much as a machine may write. */
export const engineDiskBytes = 4 * 1024 ** 3;

export const engineNames = ['docker', 'podman'] as const;
export type EngineName = (typeof engineNames)[number];

export function engineScript(engine: {
  readonly name: EngineName;
  readonly group: Pick<JobGroup, 'capsule' | 'machine'>;
  readonly storage: 'tmpfs' | 'loop';
  /** On a disk, of this engine alone. */
  readonly directory: string;
  readonly socket: string;
  readonly uplink: boolean;
}): string {
  const { name, group, storage, directory, socket, uplink } = engine;
  const { covers, files, serve } = engines[name];
  const disk = shellWord(join(directory, 'disk'));
  return [
    'set -e',
    enter(group.capsule),
    'mount -t tmpfs -o mode=755 tmpfs /run',
    // podman counts its locks there, for all that use one store.
    'mount -t tmpfs tmpfs /dev/shm',
    'mkdir /run/data',
    ...(storage === 'loop'
      ? loop(disk)
      : [`mount -t tmpfs -o size=${engineDiskBytes},mode=711 tmpfs /run/data`]),
    ...covers.flatMap(cover),
    ...(uplink ? resolver : []),
    ...Object.entries(files).map(([path, text]) => `printf %s ${shellWord(text)} >${path}`),
    `(${enter(group.machine)}; exec unshare -C /bin/sh -ec ${shellWord(inside(serve(`unix://${socket}`)))})`,
  ].join('\n');
}

/** As a machine's own: without a name as soon as it is mounted. */
function loop(disk: string): readonly string[] {
  return [
    `truncate -s ${engineDiskBytes} ${disk}`,
    `mke2fs -q -F -t ext4 -O ^has_journal -m 0 -E lazy_itable_init=1,nodiscard ${disk}`,
    `mount -o loop ${disk} /run/data`,
    `rm ${disk}`,
  ];
}

/** Each is told where its own things are, for else it would use those of this computer. */
const engines: Readonly<
  Record<
    EngineName,
    {
      /** Where it writes whatever else it is told. */
      readonly covers: readonly string[];
      readonly files: Readonly<Record<string, string>>;
      readonly serve: (address: string) => readonly string[];
    }
  >
> = {
  docker: {
    // dockerd keeps a key in /etc/docker, and containerd makes /opt/containerd.
    covers: ['/etc', '/opt'],
    files: { '/run/daemon.json': '{}' },
    serve: (address) => [
      'dockerd --config-file=/run/daemon.json --data-root=/run/data --exec-root=/run/docker',
      '--pidfile=/run/dockerd.pid --group=root --storage-driver=overlay2 --exec-opt=native.cgroupdriver=cgroupfs',
      `--host=${shellWord(address)}`,
    ],
  },
  podman: {
    // Networks in /etc/cni and addresses in /var/lib/cni.
    covers: ['/etc', '/var/lib'],
    files: {
      '/run/storage.conf':
        '[storage]\ndriver = "overlay"\nrunroot = "/run/storage"\ngraphroot = "/run/data/storage"\n',
      // Where the controllers are bound to cgroup v1 v2 has none of them, and podman starts nothing with a limit.
      '/run/containers.conf':
        '[containers]\npids_limit = 0\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
    },
    serve: (address) => [
      'env CONTAINERS_STORAGE_CONF=/run/storage.conf CONTAINERS_CONF=/run/containers.conf TMPDIR=/run/data',
      `podman system service --time=0 ${shellWord(address)}`,
    ],
  },
};

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
function inside(serve: readonly string[]): string {
  return [
    'mount -t tmpfs tmpfs /sys/fs/cgroup',
    'mount -t cgroup2 cgroup2 /sys/fs/cgroup',
    'mkdir /sys/fs/cgroup/engine',
    'echo 0 >/sys/fs/cgroup/engine/cgroup.procs',
    `exec ${serve.join(' ')}`,
  ].join('\n');
}

/** The shell puts itself there, and all that it starts. */
function enter(groups: readonly string[]): string {
  return groups.map((path) => `echo 0 >${shellWord(join(path, 'cgroup.procs'))}`).join('; ');
}
