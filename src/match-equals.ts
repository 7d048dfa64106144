/** Where two texts that must be equal first differ, also where that cannot be seen. */
import { count, quoted } from './describe-text.ts';
import { diffWords } from './diff.ts';
import type { Mismatch, MismatchRow } from './event.ts';

const CONTEXT = 3;
const MOST = 20;

export function explainUnequal(expected: string, actual: string): Mismatch {
  const [left, right] = [expected.split('\n'), actual.split('\n')];
  let first = 0;
  while (first < left.length && left[first] === right[first]) first += 1;
  const above = Math.min(first, CONTEXT);
  const rows = Array.from({ length: Math.max(left.length, right.length) - first + above }, (_, index) =>
    rowOf(left[first - above + index], right[first - above + index], first - above + index + 1),
  );
  return {
    message: wordOf(left[first], right[first], first + 1),
    rows: [...gap(first - above), ...rows.slice(0, MOST), ...gap(rows.length - MOST)],
  };
}

function rowOf(expected: string | undefined, actual: string | undefined, line: number): MismatchRow {
  if (actual === undefined) return { kind: 'missing', expected };
  if (expected === undefined) return { kind: 'extra', actual, line };
  if (expected === actual) return { kind: 'same', actual, line };
  return { kind: 'differs', expected, actual, line, ...diffWords(expected, actual) };
}

/** Quoted, so that blanks and what a terminal would obey are seen. */
function wordOf(expected: string | undefined, actual: string | undefined, line: number): string {
  if (actual === undefined) return `line ${line} is missing: ${quoted(expected ?? '')}`;
  if (expected === undefined) return `line ${line} is not expected: ${quoted(actual)}`;
  const blanks = expected.trimEnd() === actual.trimEnd() ? ' (only blanks at its end differ)' : '';
  return `line ${line} is not equal: expected ${quoted(expected)}, saw ${quoted(actual)}${blanks}`;
}

function gap(lines: number): readonly MismatchRow[] {
  return lines > 0 ? [{ kind: 'gap', actual: count(lines, 'line') }] : [];
}
