/** Finds PID 1 of a machine, as seen from outside, as soon as it exists. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { groupPids } from '../../capsule/cgroup.ts';
import { watchFor } from '../../capsule/until.ts';

/** `group` is where systemd-nspawn makes `payload`, before it lets the machine's PID 1 go on. */
export async function findLeader(group: string, signal: AbortSignal): Promise<number> {
  const payload = join(group, 'payload');
  await watchFor(group, () => existsSync(payload) || undefined, signal);
  const events = join(payload, 'cgroup.events');
  return watchFor(existsSync(events) ? events : payload, () => groupPids(payload).find(isFirst), signal);
}

/** Resolves once `path`, given in steps below the machine's root, is there. */
export async function waitForPath(
  leader: number,
  steps: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  let path = `/proc/${leader}/root`;
  for (const step of steps) {
    const next = join(path, step);
    await watchFor(path, () => existsSync(next) || undefined, signal);
    path = next;
  }
}

/** NSpid lists the pids of one process from our namespace inwards. */
function isFirst(pid: number): boolean {
  try {
    return /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
