/** Where the cgroup hierarchies of this computer are mounted. */
import { readFileSync } from 'node:fs';

export interface Hierarchies {
  /** As `systemd-nspawn` would call it: v2 at /sys/fs/cgroup, both, or v1 alone. */
  readonly kind: 'v1' | 'v2' | 'hybrid' | 'none';
  /** The cgroup2 mount, wherever it is. */
  readonly unified: string | undefined;
  /** name=systemd. */
  readonly systemd: string | undefined;
  /** Controllers bound to v1, each with its mount. */
  readonly controllers: ReadonlyMap<string, string>;
}

/** What v1 calls the controllers that systemd limits with; the others of v1 stay this computer's. */
export const v1Names: Readonly<Record<string, readonly string[]>> = {
  memory: ['memory'],
  cpu: ['cpu', 'cpuacct'],
  pids: ['pids'],
  io: ['blkio'],
};

/** systemd 257 refuses to boot where it finds v1, and later ones know nothing of it. */
export const firstWithoutV1 = 257;

/** A root without systemd does not care. */
export function readsV1(systemd: string | undefined): boolean {
  return systemd === undefined || Number(systemd) < firstWithoutV1;
}

export function findHierarchies(mountinfo = readFileSync('/proc/self/mountinfo', 'utf8')): Hierarchies {
  let unified: string | undefined;
  let systemd: string | undefined;
  const controllers = new Map<string, string>();
  for (const line of mountinfo.split('\n')) {
    const [left, right] = line.split(' - ');
    const path = left?.split(' ')[4];
    const [type, , options = ''] = right?.split(' ') ?? [];
    if (path === undefined || (type !== 'cgroup' && type !== 'cgroup2')) continue;
    if (type === 'cgroup2') unified ??= path;
    else if (options.includes('name=systemd')) systemd ??= path;
    else for (const name of options.split(',')) if (!flags.has(name)) controllers.set(name, path);
  }
  const v1 = systemd !== undefined || controllers.size > 0;
  const kind = unified === undefined ? (v1 ? 'v1' : 'none') : v1 ? 'hybrid' : 'v2';
  return { kind, unified, systemd, controllers };
}

const flags = new Set(['rw', 'ro', 'relatime', 'noprefix', 'xattr', 'clone_children', 'none']);
