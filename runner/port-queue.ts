/** Ports of this computer that jobs publish: of jobs at once that want the same one, the later waits for the earlier. */
import { unlessAborted } from './capsule/until.ts';

/** Resolves once all of them are the caller's, with what gives them back. Rejects when `signal` aborts first. */
export type TakePorts = (ports: readonly number[], signal: AbortSignal) => Promise<() => void>;

export function portQueue(): TakePorts {
  const taken = new Map<number, Promise<unknown>>();
  return async (ports, signal) => {
    const mine: number[] = [];
    const over = new AbortController();
    const given = new Promise((resolve) => over.signal.addEventListener('abort', resolve));
    const giveBack = (): void => {
      for (const port of mine.splice(0)) taken.delete(port);
      over.abort();
    };
    try {
      // In one order for all, so that no two wait for each other.
      for (const port of ports.toSorted((a, b) => a - b)) {
        for (let other = taken.get(port); other !== undefined; other = taken.get(port))
          await unlessAborted(other, signal);
        taken.set(port, given);
        mine.push(port);
      }
      return giveBack;
    } catch (error) {
      giveBack();
      throw error;
    }
  };
}
