/** A gate in a stream: what passes is output, but for marks that nobody could print before they were drawn. */

export interface Gate {
  readonly add: (chunk: Uint8Array) => void;
  /** Settles when all before the mark has passed; the mark itself does not. */
  readonly until: (mark: string) => Promise<void>;
}

/** A mark stands in the stream after a NUL; all are of one length. */
export function makeGate(onData: (chunk: Uint8Array) => void): Gate {
  const marks = new Map<string, () => void>();
  let held: Uint8Array = new Uint8Array(0);

  function add(chunk: Uint8Array): void {
    let rest = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    held = new Uint8Array(0);
    for (;;) {
      const found = firstMark(rest);
      if (found === undefined) break;
      pass(rest.subarray(0, found.at));
      rest = rest.subarray(found.at + 1 + found.mark.length);
      marks.get(found.mark)?.();
      marks.delete(found.mark);
    }
    const open = beginning(rest);
    pass(rest.subarray(0, open));
    held = rest.subarray(open);
  }

  function pass(bytes: Uint8Array): void {
    if (bytes.length > 0) onData(bytes);
  }

  function firstMark(bytes: Buffer): { at: number; mark: string } | undefined {
    const found = [...marks.keys()].flatMap((mark) => {
      const at = bytes.indexOf(`\0${mark}`, 0, 'latin1');
      return at < 0 ? [] : [{ at, mark }];
    });
    return found.toSorted((one, other) => one.at - other.at)[0];
  }

  /** Where the last bytes may be the beginning of a mark; else their end. */
  function beginning(bytes: Buffer): number {
    const at = bytes.lastIndexOf(0);
    if (at < 0) return bytes.length;
    const tail = bytes.toString('latin1', at + 1);
    return [...marks.keys()].some((mark) => mark.startsWith(tail)) ? at : bytes.length;
  }

  return { add, until: (mark) => new Promise((resolve) => marks.set(mark, resolve)) };
}
