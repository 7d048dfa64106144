/** What every step waits for besides its answer, without a timer and a listener of its own, which would cost a tenth of it. */

export const watchMs = 1000;

const watching = new Set<() => void>();
let clock: NodeJS.Timeout | undefined;

/** Calls `act` each second, beginning within one, until what it gives is called. */
export function eachSecond(act: () => void): () => void {
  clock ??= setInterval(() => [...watching].forEach((each) => each()), watchMs).unref();
  watching.add(act);
  return () => void watching.delete(act);
}

const aborting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `act` when `signal` aborts, until what it gives is called. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const acts = aborting.get(signal) ?? new Set();
  if (!aborting.has(signal)) {
    aborting.set(signal, acts);
    signal.addEventListener('abort', () => [...acts].forEach((each) => each()), { once: true });
  }
  acts.add(act);
  return () => void acts.delete(act);
}
