/** The name of a run: the runner's pid and start time, which no later process can share, and where that pid counts. */
import { readFileSync, readlinkSync } from 'node:fs';

/** `4711-85142-4026531836`: pid, clock ticks since the computer's boot, the pid namespace. */
export function runIdentity(pid = process.pid): string {
  return `${pid}-${startTime(pid) ?? 'gone'}-${pidNamespace()}`;
}

/**
 * Whether the process that named a run `id` is still there; undefined where `id` is no such name, or of another pid
 * namespace: containers that share a cgroup mount cannot see each other's processes, and must not sweep each other.
 */
export function isRunAlive(id: string): boolean | undefined {
  const [, pid, start, namespace] = /^(\d+)-(\d+)-(\d+)$/.exec(id) ?? [];
  if (pid === undefined || namespace !== pidNamespace()) return undefined;
  return startTime(Number(pid)) === start;
}

function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
}

/** Field 22 of /proc/PID/stat; the second field, the name, may hold anything. A zombie is dead. */
function startTime(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
