/**
 * A pattern against a text.
 *
 * `...` cuts the pattern into runs of lines: the first stands at the start, the last at the end, each other one at its
 * leftmost fit after the one before, and nothing is tried again. Whether a text line fits a pattern line is found out
 * once per shape of pattern line and kept as a byte, so that the scan for a run of k lines in n costs at most n matches
 * a shape and k·n looks at a byte. Names caught by earlier runs take part in the fit of later ones.
 */
import type { Mismatch } from './event.ts';
import { compileLine, makeTextLine, type LineMatcher, type TextLine } from './pattern-line.ts';
import { explainMismatch } from './pattern-mismatch.ts';
import { splitLines, type Pattern } from './pattern.ts';
import { splitVariables } from './substitute.ts';

export type Captures = Readonly<Record<string, string>>;
export type MatchResult =
  { readonly ok: true; readonly captures: Captures } | { readonly ok: false; readonly mismatch: Mismatch };
/** Where a pattern was found: line from 0, column in the line as it came. */
export type FindResult =
  | { readonly ok: true; readonly captures: Captures; readonly line: number; readonly end: Spot }
  | { readonly ok: false; readonly mismatch: Mismatch };
export interface Spot {
  readonly line: number;
  readonly column: number;
}

/** `captured`: names that must be caught again with equal text. */
export function matchPattern(
  pattern: Pattern,
  text: string,
  variables: Captures,
  captured: Captures = {},
): MatchResult {
  const result = matchRuns(pattern, splitLines(text), { variables, captured, within: false });
  return result.ok ? { ok: true, captures: result.captures } : result;
}

/** The first place where each line of the pattern stands within one line of text, one below the other. */
export function findPattern(
  pattern: Pattern,
  lines: readonly string[],
  variables: Captures,
  captured: Captures = {},
): FindResult {
  return matchRuns(pattern, lines, { variables, captured, within: true });
}

interface Setting {
  readonly variables: Captures;
  readonly captured: Captures;
  readonly within: boolean;
}

function matchRuns(
  pattern: Pattern,
  raw: readonly string[],
  { variables, captured, within }: Setting,
): FindResult {
  const unknown = splitVariables(pattern.source).find(
    (part) => part.kind === 'variable' && !Object.hasOwn(variables, part.name),
  );
  if (unknown?.kind === 'variable') {
    return {
      ok: false,
      mismatch: { message: `the pattern uses "${unknown.name}", which has no value`, rows: [] },
    };
  }
  const runs = splitRuns(pattern, variables, within);
  const lines = makeScan(raw);
  const caught = new Map(Object.entries(captured));
  const filled = runs.findIndex((run) => run.length > 0);
  let begin = 0;
  let at = 0;
  for (const [index, run] of runs.entries()) {
    const first = index === 0;
    const last = index === runs.length - 1;
    // Within lines, what stands before the first and after the last run is free.
    if (within && last) break;
    const start = placeRun(run, lines, { at, first, last }, caught);
    if (start === undefined) {
      return { ok: false, mismatch: explainMismatch({ runs, index, at, first, last, caught }, lines) };
    }
    take(run, lines, start, caught);
    if (index === filled) begin = start;
    at = start + run.length;
  }
  const captures = Object.fromEntries(
    [...pattern.names.keys()].map((name) => [name, caught.get(name) ?? '']),
  );
  const final = runs.flat().at(-1);
  const column = at === 0 || final === undefined ? 0 : final.endIn(lines.line(at - 1));
  return { ok: true, captures, line: begin, end: { line: Math.max(0, at - 1), column } };
}

function splitRuns(
  pattern: Pattern,
  variables: Captures,
  within: boolean,
): readonly (readonly LineMatcher[])[] {
  const runs: LineMatcher[][] = within ? [[], []] : [[]];
  for (const line of pattern.lines) {
    if (line.anyLines) runs.push([]);
    else runs.at(-1)?.push(...compileLine(line, variables, within));
  }
  return within ? [...runs, []] : runs;
}

/** A shape of pattern line against the text's lines, each found out when it is first asked for. */
export interface Column {
  /** Whether the line of that index fits. */
  readonly fits: (index: number) => boolean;
  /** A byte for each line: `FITS` once that is known. */
  readonly known: Uint8Array;
}
const FITS = 2;
const MISSES = 1;
/** The text's lines, and what is known of each against each shape of pattern line. */
export interface Scan {
  readonly count: number;
  readonly line: (index: number) => TextLine;
  readonly column: (matcher: LineMatcher) => Column;
}

function makeScan(raw: readonly string[]): Scan {
  const lines: (TextLine | undefined)[] = raw.map(() => undefined);
  const columns = new Map<string, Column>();
  const line = (index: number) => (lines[index] ??= makeTextLine(raw[index] ?? ''));
  const column = (matcher: LineMatcher) => {
    const made = columns.get(matcher.shape);
    if (made !== undefined) return made;
    const known = new Uint8Array(raw.length);
    const fits = (index: number) => {
      if (known[index] === 0)
        known[index] =
          startsWith(raw[index] ?? '', matcher.start) && matcher.fits(line(index)) ? FITS : MISSES;
      return known[index] === FITS;
    };
    columns.set(matcher.shape, { fits, known });
    return { fits, known };
  };
  return { count: raw.length, line, column };
}

/** Blanks before it do not matter; most lines are told apart so, before anything is made of them. */
function startsWith(line: string, word: string): boolean {
  let at = 0;
  while (line[at] === ' ' || line[at] === '\t') at += 1;
  return line.startsWith(word, at);
}

function placeRun(
  run: readonly LineMatcher[],
  lines: Scan,
  { at, first, last }: { at: number; first: boolean; last: boolean },
  caught: ReadonlyMap<string, string>,
): number | undefined {
  const end = lines.count - run.length;
  if (first && last && end !== 0) return undefined;
  if (end < at) return undefined;
  const from = last && !first ? end : at;
  const to = first ? at : end;
  const columns = run.map(lines.column);
  // The line of the run that did not fit last is the likeliest not to fit next.
  let odd = 0;
  for (let start = from; start <= to; start += 1) {
    if (columns[odd]?.fits(start + odd) === false) continue;
    const miss = firstMiss(columns, start);
    if (miss >= 0) odd = miss;
    else if (take(run, lines, start, new Map(caught))) return start;
  }
  return undefined;
}

/** Which line of a run does not fit that stands at `start`; -1 if all do. */
function firstMiss(columns: readonly Column[], start: number): number {
  let at = start;
  for (const { known, fits } of columns) {
    if (known[at] !== FITS && !fits(at)) return at - start;
    at += 1;
  }
  return -1;
}

/** Adds what the run catches; false if a name would have two texts. */
function take(run: readonly LineMatcher[], lines: Scan, start: number, caught: Map<string, string>): boolean {
  for (const [index, matcher] of run.entries()) {
    for (const [name, text] of matcher.match(lines.line(start + index)) ?? []) {
      if ((caught.get(name) ?? text) !== text) return false;
      caught.set(name, text);
    }
  }
  return true;
}
