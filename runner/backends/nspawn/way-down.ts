/** What is typed into a machine must not hold up its way down. */
import { readlinkSync } from 'node:fs';
import { eachSecond } from '../../session/clock.ts';
import { commandOf, sendSignal } from '../../session/kill.ts';

/** As the kernel cuts the name of `systemd-shutdown`, which takes the place of PID 1. */
const goingDown = 'systemd-shutdow';

export interface WayDown extends Disposable {
  /** One of the shells that we brought in; by its pid here. */
  typedInto(pid: number): void;
}

/**
 * On its way down systemd waits up to 90 s (252) for what its TERM has not ended, and an interactive bash is deaf to that.
 * A terminal's own would be hung up. Nor does it hear of the end of a process that is no child of its own: it looks again
 * after 10 s, or at the next signal of a child.
 */
export function easeWayDown(leader: () => number): WayDown {
  const shells = new Set<number>();
  const stop = eachSecond(() => {
    const first = leader();
    if (commandOf(first) !== goingDown) return;
    const inside = namespaceOf(first);
    for (const pid of shells) if (namespaceOf(pid) === inside) sendSignal(pid, 'SIGKILL');
    shells.clear();
    sendSignal(first, 'SIGCHLD');
  });
  return {
    typedInto: (pid) => void shells.add(pid),
    [Symbol.dispose]: stop,
  };
}

/** Undefined for a process that is gone. */
function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}
