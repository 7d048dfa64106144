/** How long is waited between tries. */
import { setTimeout as delay } from 'node:timers/promises';

/** 50 ms, then longer, up to a second. */
export function* pauses(): Iterable<number> {
  for (let pause = 50; ; pause = Math.min(1000, pause * 1.5)) yield pause;
}

/** Before the next try; the last one begins at the deadline itself. False where there is no next one. */
export async function rest(pauseMs: number, deadlineMs: number, signal: AbortSignal): Promise<boolean> {
  const leftMs = deadlineMs - performance.now();
  return leftMs > 0 && delay(Math.min(pauseMs, leftMs), true, { signal }).catch(() => false);
}
