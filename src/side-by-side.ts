/** Two outputs line beside line, normalised, with the words marked that differ; long stretches of equal lines are counted. */
import { count } from './describe-text.ts';
import { align, diffWords, similarity, type WordDiff } from './diff.ts';

export interface SideRow {
  readonly kind: 'same' | 'differs' | 'left' | 'right' | 'gap';
  /** In a gap, how many lines; the same words on both sides. */
  readonly left?: string | undefined;
  readonly right?: string | undefined;
  /** [start, end) of what differs. */
  readonly leftParts?: WordDiff['expectedParts'] | undefined;
  readonly rightParts?: WordDiff['actualParts'] | undefined;
}

/** The lines are normalised ones. At most `most` rows come back; a last gap counts what is left out. */
export function sideBySide(
  left: readonly string[],
  right: readonly string[],
  most = 400,
): readonly SideRow[] {
  const pairs = align(left.length, right.length, (i, j) => {
    const [a = '', b = ''] = [left[i], right[j]];
    return a === b ? 0 : similarity(a, b) > 0.4 ? 1.2 : 2.5;
  });
  const rows = pairs.map(([i, j]): SideRow => {
    const [a, b] = [i === undefined ? i : left[i], j === undefined ? j : right[j]];
    if (a === undefined) return { kind: 'right', right: b };
    if (b === undefined) return { kind: 'left', left: a };
    if (a === b) return { kind: 'same', left: a, right: b };
    const { expectedParts, actualParts } = diffWords(a, b);
    return { kind: 'differs', left: a, right: b, leftParts: expectedParts, rightParts: actualParts };
  });
  const folded = foldSame(rows);
  return folded.length <= most ? folded : [...folded.slice(0, most), gap(folded.length - most, 'more row')];
}

/** Equal lines that stand beside a difference. */
const CONTEXT = 3;

function foldSame(rows: readonly SideRow[]): readonly SideRow[] {
  const folded: SideRow[] = [];
  for (let at = 0; at < rows.length;) {
    let end = at;
    while (rows[end]?.kind === 'same') end += 1;
    const head = at === 0 ? 0 : CONTEXT;
    const tail = end === rows.length ? 0 : CONTEXT;
    if (end - at > head + tail + 1)
      folded.push(
        ...rows.slice(at, at + head),
        gap(end - at - head - tail, 'equal line'),
        ...rows.slice(end - tail, end),
      );
    else folded.push(...rows.slice(at, end));
    folded.push(...rows.slice(end, end + 1));
    at = end + 1;
  }
  return folded;
}

function gap(amount: number, what: string): SideRow {
  const words = `… ${count(amount, what)}`;
  return { kind: 'gap', left: words, right: words };
}
