/** The output of one step in a result: whole while it is small, else its beginning and its end. */
import type { OutputChunk } from './result.ts';

export interface OutputKeeper {
  add(chunk: OutputChunk): void;
}

/** In characters; a report shows far less, and the event log has it all. */
const headLength = 2 << 20;
const tailLength = 4 << 20;

/** Keeps `chunks` in order and bounded; what was left out is said in a chunk between the two parts. */
export function keepOutput(chunks: OutputChunk[]): OutputKeeper {
  let head = 0;
  let tail = 0;
  let cut = 0;
  /** Where the tail begins, the chunk that says what was left out aside. */
  let first = 0;
  return {
    add: (chunk) => {
      chunks.push(chunk);
      if (head < headLength) {
        head += lengthOf(chunk);
        first = chunks.length;
        return;
      }
      tail += lengthOf(chunk);
      if (tail <= tailLength) return;
      if (cut === 0) {
        chunks.splice(first, 0, chunk);
        first += 1;
      }
      let drop = 0;
      while (tail > tailLength && first + drop < chunks.length - 1) {
        const length = lengthOf(chunks[first + drop]);
        tail -= length;
        cut += length;
        drop += 1;
      }
      chunks.splice(first, drop);
      const text = `\n… ${cut.toLocaleString('en')} characters left out; all that was kept is in the event log …\n`;
      chunks[first - 1] = { fd: chunk.fd, atMs: chunk.atMs, text };
    },
  };
}

export function lengthOf(chunk: OutputChunk | undefined): number {
  return (chunk?.text ?? chunk?.base64 ?? '').length;
}
