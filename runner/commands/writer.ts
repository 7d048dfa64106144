/** Text on its way to a descriptor: what a slow reader leaves waits in its order, and the program goes on meanwhile. */
import { writeSync } from 'node:fs';
import { errorCode } from '../file-error.ts';

export interface Writer {
  /** Never throws. */
  write(text: string | Uint8Array): void;
  /** Once all is written, or there is nobody left to write to. */
  settled(): Promise<void>;
}

export interface WriterOptions {
  /** Called once; what follows is dropped. A reader that went away is no fault. */
  readonly onFault: (error: unknown) => void;
  /** Beyond this much the program does wait for the reader. */
  readonly heldBytes?: number;
}

const retryMs = 5;

export function openWriter(target: number, { onFault, heldBytes = 64 << 20 }: WriterOptions): Writer {
  let queue: Uint8Array[] = [];
  let held = 0;
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const waiting: (() => void)[] = [];
  const drain = (): void => {
    clearTimeout(timer);
    timer = undefined;
    try {
      for (let bytes = queue[0]; bytes !== undefined; bytes = queue[0]) {
        const done = tryWrite(target, bytes);
        if (done === 'full' && held <= heldBytes) {
          timer = setTimeout(drain, retryMs);
          return;
        }
        if (done === 'full') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
        else if (done < bytes.length) queue[0] = bytes.subarray(done);
        else queue.shift();
        held -= done === 'full' ? 0 : done;
      }
    } catch (error) {
      over = true;
      queue = [];
      if (errorCode(error) !== 'EPIPE') onFault(error);
    }
    for (const resolve of waiting.splice(0)) resolve();
  };
  return {
    write: (text) => {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      if (over || bytes.length === 0) return;
      queue.push(bytes);
      held += bytes.length;
      if (timer === undefined || held > heldBytes) drain();
    },
    settled: async () => {
      if (timer !== undefined) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

/** Node makes descriptor 1 non-blocking where it is a pipe (20.20): a full one answers EAGAIN. */
function tryWrite(target: number, bytes: Uint8Array): number | 'full' {
  try {
    return writeSync(target, bytes);
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return 'full';
    throw error;
  }
}
