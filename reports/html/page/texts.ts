/** The texts of many rows as one long text, in which a word is looked for once for all of them. */

export interface Texts {
  /** More text of that row. */
  add(row: number, text: string): void;
  /** Makes it ready, while there is time. */
  join(): void;
  has(row: number, wanted: string): boolean;
}

/** Between rows; no text holds it. */
const END = '\0';
/** Of words looked for, that is known who has them. */
const MOST_WORDS = 8;

export function createTexts(): Texts {
  let parts: string[] = [];
  let joined = '';
  /** Where each row begins in it, and its end. */
  let starts: number[] = [];
  const found = new Map<string, Uint8Array>();
  const take = (): void => {
    // Slices hold no text of their own.
    if (parts.length === 0)
      parts = starts.slice(0, -1).map((start, row) => joined.slice(start, (starts[row + 1] ?? 0) - 1));
    starts = [];
  };
  const join = (): void => {
    if (starts.length > 0) return;
    joined = parts.join(END);
    starts = [0];
    let at = 0;
    for (const part of parts) starts.push((at += part.length + 1));
    parts = [];
    found.clear();
  };
  const rowsWith = (wanted: string): Uint8Array => {
    const rows = new Uint8Array(starts.length - 1);
    if (wanted === '') return rows.fill(1);
    let row = 0;
    for (let at = joined.indexOf(wanted); at >= 0; at = joined.indexOf(wanted, starts[row])) {
      while ((starts[row + 1] ?? 0) <= at) row += 1;
      rows[row] = 1;
      row += 1;
    }
    return rows;
  };
  return {
    add: (row, text) => {
      if (starts.length > 0) take();
      const before = parts[row];
      parts[row] = (before === undefined ? text : `${before}\n${text}`).toLowerCase();
    },
    join,
    has: (row, wanted) => {
      join();
      let rows = found.get(wanted);
      if (rows === undefined) {
        if (found.size >= MOST_WORDS) found.clear();
        found.set(wanted, (rows = rowsWith(wanted)));
      }
      return rows[row] === 1;
    },
  };
}
