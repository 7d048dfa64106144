/** Reads what a shell says on its status descriptor after each step. */

export interface Answer {
  readonly exit: number;
  /** bash's `$-`. */
  readonly flags: string;
  /** Bytes: it need not be UTF-8. */
  readonly directory: Buffer;
}

const empty = Buffer.alloc(0);

/**
 * `NUL token exit flags NUL directory NUL`. Whatever stands before it (a prompt command or a DEBUG trap may print
 * here) is thrown away. Returns the function that takes the bytes as they come.
 */
export function readAnswers(token: string, onAnswer: (answer: Answer) => void): (chunk: Uint8Array) => void {
  const mark = Buffer.from(`\0${token} `);
  let pending: Buffer = empty;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const at = pending.indexOf(mark);
      if (at < 0) pending = pending.subarray(Math.max(0, pending.length - mark.length));
      if (at < 0) return;
      const directoryAt = pending.indexOf(0, at + mark.length) + 1;
      const end = directoryAt === 0 ? -1 : pending.indexOf(0, directoryAt);
      if (end < 0) return;
      const [exit, flags] = pending.toString('latin1', at + mark.length, directoryAt - 1).split(' ');
      const directory = pending.subarray(directoryAt, end);
      pending = pending.subarray(end + 1);
      onAnswer({ exit: Number(exit), flags: flags ?? '', directory });
    }
  };
}
