/** The name of a run: the runner's pid and start time, which no later process can share. */
import { readFileSync } from 'node:fs';

/** `4711-85142`; the second number is in clock ticks since the computer's boot. */
export function runIdentity(pid = process.pid): string {
  return `${pid}-${startTime(pid) ?? 'gone'}`;
}

/** Whether the process that named a run `id` is still there; undefined where `id` is no such name. */
export function isRunAlive(id: string): boolean | undefined {
  const [, pid, start] = /^(\d+)-(\d+)$/.exec(id) ?? [];
  if (pid === undefined) return undefined;
  return startTime(Number(pid)) === start;
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
