/** Facts of the disks: file systems that stay, how they are mounted, and room on them. */
import { type DraftFact, type Drafted, floorOf, isPlain } from './fact.ts';

export interface Mount {
  readonly path: string;
  readonly type: string;
  readonly writable: boolean;
}

/** The newest of each path, in the order of the paths. */
export function readMounts(mountinfo: string): readonly Mount[] {
  const found = new Map<string, Mount>();
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , , path = '', options = ''] = before.split(' ');
    const [type = ''] = after.split(' ');
    const writable = options.split(',').includes('rw');
    if (path !== '' && type !== '') found.set(path, { path, type, writable });
  }
  return [...found.values()].toSorted((a, b) => a.path.localeCompare(b.path));
}

/** File systems of disks and of the network; what lies in memory comes and goes. */
const lasting = /^(?:ext[234]|xfs|btrfs|zfs|f2fs|bcachefs|vfat|nfs4?|cifs|virtiofs|9p)$/;
/** Below these, programs mount by themselves: containers, packages, media, jobs. */
const passing =
  /^\/(?:run|tmp|var\/tmp|proc|sys|dev|snap|media|var\/lib\/(?:docker|containers|containerd|kubelet|machines|snapd))(?:\/|$)/;

const giga = 1024 ** 3;
const rungs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

export const fileSystems: DraftFact = async ({ read, ask, isDirectory }) => {
  const mounts = readMounts(read('/proc/self/mountinfo')).filter(
    ({ path, type }) =>
      (path === '/' || lasting.test(type)) && isPlain(path) && !passing.test(path) && isDirectory(path),
  );
  const drafted: Drafted[] = [];
  for (const { path, type, writable } of mounts) {
    const df = `df -B1 --output=avail ${path} | tail -n 1`;
    const free = Number((await ask(['/bin/sh', '-c', df]))?.trim());
    // Half of what is free today: builds come and go.
    const floor = floorOf(free / 2 / giga, rungs);
    const kept = writable
      ? `${path} is there, and can be written to: after an error the kernel goes on read-only.`
      : `${path} is there.`;
    const mount = { mount: path, type, ...(writable ? { options: { lacks: 'ro' } } : {}) };
    const room = `Room for work on ${path}: a full disk breaks everything in odd ways.`;
    const where = { free: `>= ${floor}G` };
    drafted.push({ why: kept, check: mount });
    if (writable && floor !== undefined)
      drafted.push({ why: room, check: { 'output-of': df, stdout: '<free:size>', where } });
  }
  return drafted;
};
