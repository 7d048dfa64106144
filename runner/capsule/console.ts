/** What a console said: kept up to a limit, the oldest dropped first. */
const limitBytes = 1024 * 1024;

export interface ConsoleLog {
  add(chunk: Uint8Array): void;
  bytes(): Uint8Array;
  /** The last lines as text, without the carriage returns of a terminal. */
  tail(lines: number): string;
  /** Resolves once `text` has been said. */
  said(text: string, signal: AbortSignal): Promise<void>;
}

export function keepConsole(): ConsoleLog {
  let chunks: Uint8Array[] = [];
  let size = 0;
  const listeners = new Set<() => void>();
  const bytes = (): Uint8Array => {
    const all = Buffer.concat(chunks);
    return all.subarray(Math.max(0, all.length - limitBytes));
  };
  return {
    add(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > 2 * limitBytes) {
        chunks = [bytes()];
        size = limitBytes;
      }
      for (const listener of Array.from(listeners)) listener();
    },
    bytes,
    tail: (lines) =>
      Buffer.from(bytes())
        .toString('utf8')
        .replaceAll('\r', '')
        // Ten a second while PID 1 waits for a job: of those in a row the last one says it all.
        .replaceAll(/(?:^.*\[[ *]+\] (?:\(\d+ of \d+\) )?(?:A )?[Jj]ob .*\n)+(?=.*\[[ *]+\])/gm, '')
        .trimEnd()
        .split('\n')
        .slice(-lines)
        .join('\n'),
    said: (text, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => end(() => reject(signal.reason));
        const look = (): void => {
          if (Buffer.from(bytes()).includes(text)) end(resolve);
        };
        const end = (settle: () => void): void => {
          listeners.delete(look);
          signal.removeEventListener('abort', abort);
          settle();
        };
        if (signal.aborted) return reject(signal.reason);
        listeners.add(look);
        signal.addEventListener('abort', abort);
        look();
      }),
  };
}
