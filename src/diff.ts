/** Where two lines differ, word by word, and how two lists of lines stand beside each other. */

export interface WordDiff {
  /** [start, end) of what differs. */
  readonly expectedParts: readonly (readonly [number, number])[];
  readonly actualParts: readonly (readonly [number, number])[];
}
/** Whether a word of the expectation stands for a word seen (a hole does for many). */
export type SameWord = (expected: string, actual: string) => boolean;
export type Aligned = readonly [expected: number | undefined, actual: number | undefined];

const WORDS = /<[^<>\s]+>|[^\s()[\]{},;='"<>]+|\s+|[^\s]/g;
const MAX_CELLS = 40_000;

export function diffWords(
  expected: string,
  actual: string,
  same: SameWord = (left, right) => left === right,
): WordDiff {
  const left = words(expected);
  const right = words(actual);
  const cost = (i: number, j: number) => {
    const [a = '', b = ''] = [left[i]?.[0], right[j]?.[0]];
    return a === b || (a.trim() === '' && b.trim() === '') || same(a, b) ? 0 : 2.5;
  };
  const pairs = align(left.length, right.length, cost);
  const expectedParts: (readonly [number, number])[] = [];
  const actualParts: (readonly [number, number])[] = [];
  for (const [i, j] of pairs) {
    if (i !== undefined && j !== undefined) continue;
    if (i !== undefined) addPart(expectedParts, left[i]);
    if (j !== undefined) addPart(actualParts, right[j]);
  }
  return { expectedParts, actualParts };
}

/**
 * The cheapest way to stand `rows` beside `columns`: a pair costs what `cost` says (0: same), one that stands alone 1.
 * Beyond a bound on the work all that is left after the equal ends stands alone.
 */
export function align(
  rows: number,
  columns: number,
  cost: (row: number, column: number) => number,
): readonly Aligned[] {
  let head = 0;
  while (head < rows && head < columns && cost(head, head) === 0) head += 1;
  let tail = 0;
  while (tail < rows - head && tail < columns - head && cost(rows - 1 - tail, columns - 1 - tail) === 0)
    tail += 1;
  const middle = alignMiddle(rows - head - tail, columns - head - tail, (i, j) => cost(i + head, j + head));
  return [
    ...range(head).map((index): Aligned => [index, index]),
    ...middle.map(([i, j]): Aligned => [i === undefined ? i : i + head, j === undefined ? j : j + head]),
    ...range(tail).map((index): Aligned => [rows - tail + index, columns - tail + index]),
  ];
}

function alignMiddle(
  rows: number,
  columns: number,
  cost: (row: number, column: number) => number,
): readonly Aligned[] {
  if (rows === 0 || columns === 0 || rows * columns > MAX_CELLS) {
    return [
      ...range(rows).map((index): Aligned => [index, undefined]),
      ...range(columns).map((index): Aligned => [undefined, index]),
    ];
  }
  const width = columns + 1;
  const best = new Float64Array((rows + 1) * width);
  const pair = new Float64Array(rows * columns);
  for (let i = rows; i >= 0; i -= 1) {
    for (let j = columns; j >= 0; j -= 1) {
      if (i === rows || j === columns) best[i * width + j] = rows - i + columns - j;
      else {
        pair[i * columns + j] = cost(i, j);
        const down = 1 + (best[(i + 1) * width + j] ?? 0);
        const right = 1 + (best[i * width + j + 1] ?? 0);
        const both = (pair[i * columns + j] ?? 0) + (best[(i + 1) * width + j + 1] ?? 0);
        best[i * width + j] = Math.min(down, right, both);
      }
    }
  }
  const pairs: Aligned[] = [];
  let i = 0;
  let j = 0;
  while (i < rows || j < columns) {
    const here = best[i * width + j] ?? 0;
    if (
      i < rows &&
      j < columns &&
      here === (pair[i * columns + j] ?? 0) + (best[(i + 1) * width + j + 1] ?? 0)
    ) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if (i < rows && (j === columns || here === 1 + (best[(i + 1) * width + j] ?? 0))) {
      pairs.push([i, undefined]);
      i += 1;
    } else {
      pairs.push([undefined, j]);
      j += 1;
    }
  }
  return pairs;
}

/** 1: the same words; 0: none in common. */
export function similarity(left: string, right: string): number {
  const [a, b] = [wordsOf(left), wordsOf(right)];
  if (a.size + b.size === 0) return left === right ? 1 : 0;
  let common = 0;
  for (const word of a) if (b.has(word)) common += 1;
  return (2 * common) / (a.size + b.size);
}

export function wordsOf(line: string): ReadonlySet<string> {
  return new Set(line.slice(0, 1000).match(/[^\s()[\]{},;='"<>]+/g));
}

function words(line: string): readonly (readonly [string, number])[] {
  return [...line.matchAll(WORDS)].map((match) => [match[0], match.index] as const);
}

function addPart(parts: (readonly [number, number])[], word: readonly [string, number] | undefined): void {
  if (word === undefined) return;
  const [text, start] = word;
  const last = parts.at(-1);
  if (last?.[1] === start) parts[parts.length - 1] = [last[0], start + text.length];
  else parts.push([start, start + text.length]);
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
