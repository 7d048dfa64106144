/** Reads what a shell says on its status descriptor after each step. */

export interface Answer {
  readonly exit: number;
  /** bash's `$-`. */
  readonly flags: string;
  /** Bytes: it need not be UTF-8. */
  readonly directory: Buffer;
}

/**
 * `NUL token exit flags NUL directory NUL`. Whatever stands before it (a prompt command or a DEBUG trap may print
 * here) is thrown away. Returns the function that takes the bytes as they come: as text of one byte a character, which
 * costs a tenth of what the bytes do.
 */
export function readAnswers(token: string, onAnswer: (answer: Answer) => void): (chunk: Buffer) => void {
  const mark = `\0${token} `;
  let pending = '';
  return (chunk) => {
    pending += chunk.toString('latin1');
    for (;;) {
      const at = pending.indexOf(mark);
      if (at < 0) pending = pending.slice(-mark.length);
      if (at < 0) return;
      const directoryAt = pending.indexOf('\0', at + mark.length) + 1;
      const end = directoryAt === 0 ? -1 : pending.indexOf('\0', directoryAt);
      if (end < 0) return;
      const [exit, flags] = pending.slice(at + mark.length, directoryAt - 1).split(' ');
      const directory = Buffer.from(pending.slice(directoryAt, end), 'latin1');
      pending = pending.slice(end + 1);
      onAnswer({ exit: Number(exit), flags: flags ?? '', directory });
    }
  };
}
