/** A step's output on its way into the log: as it comes, whole characters only, head and tail beyond a limit. */
import { Buffer } from 'node:buffer';
import type { Emit, Stream } from '../src/event.ts';
import type { Collected } from './machine.ts';

export interface OutputLog {
  /** Called with each chunk as it comes. */
  add(fd: Stream, chunk: Uint8Array): void;
  /** The streams have ended: what was held back, and the tails of what went over the limit. */
  end(collected: Readonly<Partial<Record<Stream, Collected>>>): void;
}

/** A tail of megabytes as one event would cost several times its size on the way into the log. */
const pieceBytes = 64 * 1024;

export function logOutput(emit: Emit, job: string, step: string, headLimitBytes: number): OutputLog {
  const streams = new Map<Stream, { written: number; held: Uint8Array }>();
  const say = (fd: Stream, bytes: Uint8Array): void => {
    for (let from = 0; from < bytes.length;) {
      const piece = bytes.subarray(from, from + pieceBytes);
      const taken = from + piece.length < bytes.length ? wholeCharacters(piece) : piece.length;
      emit({ type: 'output', job, step, fd, ...textOrBase64(piece.subarray(0, taken)) });
      from += taken;
    }
  };
  const stateOf = (fd: Stream): { written: number; held: Uint8Array } => {
    const known = streams.get(fd);
    if (known !== undefined) return known;
    const fresh = { written: 0, held: new Uint8Array() };
    streams.set(fd, fresh);
    return fresh;
  };
  return {
    add: (fd, chunk) => {
      const state = stateOf(fd);
      const room = headLimitBytes - state.written;
      if (room <= 0) return;
      const taken = chunk.length > room ? chunk.subarray(0, room) : chunk;
      state.written += taken.length;
      const bytes = state.held.length === 0 ? taken : Buffer.concat([state.held, taken]);
      const whole = wholeCharacters(bytes);
      // The chunk's memory belongs to the reader, so what is held is copied.
      state.held = Buffer.from(bytes.subarray(whole));
      say(fd, bytes.subarray(0, whole));
    },
    end: (collected) => {
      for (const fd of ['out', 'err', 'tty', 'console'] as const) {
        const all = collected[fd];
        if (!streams.has(fd) && (all === undefined || all.totalBytes === 0)) continue;
        const state = stateOf(fd);
        if (all === undefined || (all.cutBytes === 0 && state.written >= all.totalBytes)) {
          say(fd, state.held);
        } else if (all.cutBytes === 0) {
          say(fd, Buffer.concat([state.held, all.bytes.subarray(state.written)]));
        } else {
          const head = Math.min(state.written, all.cutAt);
          say(fd, state.held);
          say(fd, all.bytes.subarray(head, all.cutAt));
          say(fd, Buffer.from(`\n… ${all.cutBytes.toLocaleString('en')} bytes cut …\n`));
          say(fd, all.bytes.subarray(all.cutAt));
        }
        streams.delete(fd);
      }
    },
  };
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function textOrBase64(bytes: Uint8Array): { text: string } | { base64: string } {
  try {
    return { text: strict.decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

/** How many bytes there are before a character that is not whole yet (at most three bytes are held back). */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}
