/** Waiting for a file or directory without sleeping: inotify, with a slow tick where a file system does not notify. */
import { watch } from 'node:fs';

/** Calls `look` now and at each event under `path` until it gives a value. Rejects when `signal` aborts. */
export function watchFor<Value>(
  path: string,
  look: () => Value | undefined,
  signal: AbortSignal,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const close: (() => void)[] = [];
    const end = (settle: () => void): void => {
      for (const one of close.splice(0)) one();
      settle();
    };
    const again = (): void => {
      try {
        const value = look();
        if (value !== undefined) end(() => resolve(value));
      } catch (error) {
        end(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    };
    const abort = (): void => end(() => reject(signal.reason));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    close.push(() => signal.removeEventListener('abort', abort));
    try {
      const watcher = watch(path, again);
      // The path may vanish while we look; the tick notices whatever that means to `look`.
      watcher.on('error', () => {});
      close.push(() => watcher.close());
    } catch {
      // Gone already, or no inotify left: the tick alone.
    }
    const tick = setInterval(again, 100);
    close.push(() => clearInterval(tick));
    again();
  });
}

/** `signal`, or that much time. Node 20 forgets a limit that only a combined signal knows; its own listener keeps it. */
export function withLimit(limitMs: number, signal: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(limitMs);
  const either = AbortSignal.any([signal, limit]);
  limit.addEventListener('abort', () => void either);
  return either;
}

/** Rejects when `signal` aborts first. */
export function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
