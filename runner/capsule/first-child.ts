/** PID 1 of a capsule as seen from here: the only child of the `unshare` that made it. */
import { readFileSync } from 'node:fs';

import { UserError } from '../../src/error.ts';

export function firstChild(pid: number | undefined): number {
  const text = pid === undefined ? '' : readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const first = Number(text.trim().split(' ')[0]);
  if (!first) throw new UserError('cannot look into the machine: its capsule has ended', { status: 3 });
  return first;
}

/** The kernel ends all of a pid namespace with its PID 1; `unshare` ends once the last of them is gone. */
export function killFirst(pid: number | undefined): void {
  try {
    process.kill(firstChild(pid), 'SIGKILL');
  } catch {
    // No child yet, or all of it over; its parent ends with it.
    if (pid !== undefined) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Over.
      }
    }
  }
}
