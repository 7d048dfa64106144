/** Why a pattern does not match: its lines and those of the text side by side, small however long the text is. */
import { count, quoted } from './describe-text.ts';
import { align, diffWords, similarity, wordsOf } from './diff.ts';
import type { Mismatch, MismatchRow } from './event.ts';
import { fitOf, wordFit } from './pattern-fit.ts';
import type { LineMatcher, TextLine } from './pattern-line.ts';
import type { Scan } from './pattern-match.ts';

/** The first run of lines that has no place, and how far the text was used up before it. */
export interface Miss {
  readonly runs: readonly (readonly LineMatcher[])[];
  readonly index: number;
  readonly at: number;
  readonly first: boolean;
  readonly last: boolean;
  readonly caught: ReadonlyMap<string, string>;
}

const MAX_WINDOW = 120;
const MAX_ROWS = 40;
const MAX_LINE = 600;
const CONTEXT = 3;
/** Lines looked at for the one nearest to what was expected. */
const MAX_LOOK = 20_000;

export function explainMismatch(miss: Miss, lines: Scan): Mismatch {
  const run = miss.runs[miss.index] ?? [];
  const window = chooseWindow(miss, run, lines);
  const rows = alignRun(run, lines, window);
  const before = miss.index > 0 && window.from > 0 ? [gap(window.from)] : [];
  const after = window.to < lines.count ? [gap(lines.count - window.to)] : [];
  const repeated = rows.some(isBad) ? undefined : repeatedName(miss, run, rows, lines);
  const shown =
    repeated === undefined ? rows : rows.map((row) => (row.line === repeated.line ? repeated.row : row));
  return {
    message: repeated?.message ?? wordMiss(miss, run, rows, lines),
    rows: trim([...before, ...shown, ...after]),
  };
}

interface Window {
  readonly from: number;
  readonly to: number;
}

function chooseWindow(miss: Miss, run: readonly LineMatcher[], lines: Scan): Window {
  if (miss.first && miss.last) {
    let same = 0;
    while (same < run.length && same < lines.count && fitsAt(run, same, lines, same)) same += 1;
    const from = Math.max(0, same - CONTEXT);
    return { from, to: Math.min(lines.count, Math.max(run.length, from) + MAX_WINDOW) };
  }
  if (miss.first) return { from: 0, to: Math.min(lines.count, run.length) };
  if (miss.last) return { from: Math.max(miss.at, lines.count - run.length), to: lines.count };
  const from = nearestStart(run, lines, miss.at);
  return { from, to: Math.min(lines.count, from + run.length) };
}

/** Where most lines of the run fit; among equals, where the words of its first line are. */
function nearestStart(run: readonly LineMatcher[], lines: Scan, at: number): number {
  const wanted = [...wordsOf(run[0]?.source ?? '')].slice(0, 10);
  const columns = run.slice(0, 20).map(lines.column);
  let best = at;
  let bestScore = -1;
  for (let start = at; start < Math.min(lines.count, at + MAX_LOOK); start += 1) {
    const { text } = lines.line(start);
    let score = 0;
    for (const word of wanted) if (text.includes(word)) score += 1 / wanted.length;
    for (const [index, { fits }] of columns.entries())
      if (start + index < lines.count && fits(start + index)) score += 1;
    if (score > bestScore) [best, bestScore] = [start, score];
  }
  return best;
}

function fitsAt(run: readonly LineMatcher[], index: number, lines: Scan, line: number): boolean {
  const matcher = run[index];
  return matcher !== undefined && line < lines.count && lines.column(matcher).fits(line);
}

function alignRun(run: readonly LineMatcher[], lines: Scan, { from, to }: Window): readonly MismatchRow[] {
  const skipped = Math.min(from, run.length);
  const isWhole =
    to - from > 0 && from > 0 && fitsAt(run, 0, lines, 0) && fitsAt(run, from - 1, lines, from - 1);
  const start = isWhole ? skipped : 0;
  const shown = run.slice(start, start + MAX_WINDOW);
  const count = Math.min(to - from, MAX_WINDOW);
  const cost = (row: number, column: number) => {
    const matcher = shown[row];
    if (matcher === undefined) return 3;
    if (lines.column(matcher).fits(from + column)) return 0;
    return 1.95 - similarity(matcher.source, lines.line(from + column).text);
  };
  const rows = align(shown.length, count, cost).map(([row, column]): MismatchRow => {
    const matcher = row === undefined ? undefined : shown[row];
    const line = column === undefined ? undefined : lines.line(from + column);
    const number = column === undefined ? undefined : from + column + 1;
    if (matcher === undefined) return { kind: 'extra', actual: cut(line?.raw ?? ''), line: number };
    if (line === undefined) return { kind: 'missing', expected: cut(matcher.source) };
    if (column !== undefined && lines.column(matcher).fits(from + column)) {
      return { kind: 'same', expected: cut(matcher.source), actual: cut(line.raw), line: number };
    }
    return differs(matcher, line, number);
  });
  const more = run.length - start - shown.length;
  return more > 0 ? [...rows, { kind: 'gap', expected: `${more} more lines expected` }] : rows;
}

function differs(matcher: LineMatcher, line: TextLine, number: number | undefined): MismatchRow {
  const expected = cut(matcher.source);
  const actual = cut(line.raw);
  const holes = new Map(
    matcher.parts.flatMap((part) => (typeof part === 'object' ? [[part.source, part] as const] : [])),
  );
  // What fits from the start on does not differ, however many words a hole took.
  const { from, to } = fitOf(matcher, line);
  const { expectedParts, actualParts } = diffWords(expected.slice(from), actual.slice(to), (word, seen) => {
    const hole = holes.get(word);
    // A user's expression is RE2's and stays out of this; its place is then shown as different.
    return hole !== undefined && hole.type !== 'regex' && new RegExp(`^(?:${hole.expression})$`).test(seen);
  });
  const shift = (parts: typeof actualParts, by: number): typeof actualParts =>
    parts.map(([start, end]) => [start + by, end + by]);
  return {
    kind: 'differs',
    expected,
    actual,
    line: number,
    expectedParts: shift(expectedParts, from),
    actualParts: shift(actualParts, to),
  };
}

function gap(lines: number): MismatchRow {
  return { kind: 'gap', actual: count(lines, 'line') };
}

function cut(line: string): string {
  return line.length <= MAX_LINE
    ? line
    : `${line.slice(0, MAX_LINE)} … ${line.length - MAX_LINE} characters more`;
}

/** The rows around the first that differs. */
function trim(rows: readonly MismatchRow[]): readonly MismatchRow[] {
  const first = rows.findIndex(isBad);
  const from = Math.max(0, first - CONTEXT);
  const kept = rows.slice(from, from + MAX_ROWS);
  const left = rows.length - from - kept.length;
  return [
    ...(from > 0 && rows[0]?.kind !== 'gap' ? [gap(from)] : rows.slice(0, from > 0 ? 1 : 0)),
    ...kept,
    ...(left > 0 ? [gap(left)] : []),
  ];
}

function wordMiss(
  miss: Miss,
  run: readonly LineMatcher[],
  rows: readonly MismatchRow[],
  lines: Scan,
): string {
  const bad = rows.find(isBad);
  if (bad === undefined) return 'the text has fewer lines than are expected here';
  if (lines.count === 0) return `expected ${quoted(bad.expected ?? '')}, saw no output`;
  const where = miss.index === 0 ? '' : ' after "..."';
  if (!miss.first && !miss.last && run.length === 1) {
    return `no line from line ${miss.at + 1} on matches ${quoted(bad.expected ?? '')}`;
  }
  if (bad.kind === 'missing')
    return `${quoted(bad.expected ?? '')} is missing${where === '' ? placeOf(bad, rows) : where}`;
  const [only] = run;
  if (bad.kind === 'extra' && miss.first && miss.last && only !== undefined && run.length === 1)
    return `expected only ${quoted(only.source)}, saw ${count(lines.count, 'line')}`;
  if (bad.kind === 'extra') return wordExtra(bad, run.length === 0 ? lines.count - 1 : undefined);
  const why = blame(bad, run, lines);
  return `line ${bad.line}: expected ${quoted(bad.expected ?? '')}${where}, saw ${quoted(bad.actual ?? '')}${why}`;
}

/** Which hole it is that does not fit, where it is one. */
function blame({ line, expected }: MismatchRow, run: readonly LineMatcher[], lines: Scan): string {
  const matcher = run.find(({ source }) => source === expected);
  if (matcher === undefined || line === undefined) return '';
  return wordFit(matcher, lines.line(line - 1));
}

/** Beside the nearest line that was seen. */
function placeOf(missing: MismatchRow, rows: readonly MismatchRow[]): string {
  const at = rows.indexOf(missing);
  const before = rows.slice(0, at).findLast(({ line }) => line !== undefined)?.line;
  const after = rows.slice(at).find(({ line }) => line !== undefined)?.line;
  if (before !== undefined) return ` after line ${before}`;
  return after === undefined ? '' : ` before line ${after}`;
}

/** `more` lines follow where none was expected. */
function wordExtra({ line, actual = '' }: MismatchRow, more: number | undefined): string {
  if (more === undefined) return `line ${line} is not expected: ${quoted(actual)}`;
  return `expected no output, saw ${quoted(actual)}${more === 0 ? '' : ` and ${count(more, 'more line')}`}`;
}

/** Every line fits by itself, so a name must have caught two texts. */
function repeatedName(
  miss: Miss,
  run: readonly LineMatcher[],
  rows: readonly MismatchRow[],
  lines: Scan,
): { readonly message: string; readonly line: number; readonly row: MismatchRow } | undefined {
  const caught = new Map(miss.caught);
  const start = (rows.find((row) => row.kind === 'same')?.line ?? 1) - 1;
  for (const [index, matcher] of run.entries()) {
    if (start + index >= lines.count) break;
    for (const [name, text] of matcher.match(lines.line(start + index)) ?? []) {
      const earlier = caught.get(name);
      if (earlier !== undefined && earlier !== text) {
        const line = start + index + 1;
        const message = `<${name}> caught ${quoted(earlier)} first and ${quoted(text)} on line ${line}`;
        const actual = lines.line(line - 1).text;
        const expected = actual.replace(text, () => earlier);
        return {
          message,
          line,
          row: { kind: 'differs', line, expected, actual, ...diffWords(expected, actual) },
        };
      }
      caught.set(name, text);
    }
  }
  return undefined;
}

function isBad({ kind }: MismatchRow): boolean {
  return kind !== 'same' && kind !== 'gap';
}
