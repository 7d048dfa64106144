/** One line of a pattern, with the variables put in, against one line of text. */
import { compilePiece, QUICK_LIMIT, type Piece, type PiecePart } from './pattern-piece.ts';
import { wholeLine } from './pattern-whole.ts';
import type { Hole, PatternLine } from './pattern.ts';

/** Names and texts in the order of the line; a name may come twice. */
export type Caught = readonly (readonly [string, string])[];
export interface LineMatcher {
  /** As a person wrote it, the variables put in. */
  readonly source: string;
  readonly parts: readonly (PiecePart | typeof ANY)[];
  /** What a line that matches begins with, up to the first blank; empty where that may be anything. */
  readonly start: string;
  /** Lines of one shape match the same texts. */
  readonly shape: string;
  readonly match: (line: TextLine) => Caught | undefined;
  /** Whether it matches, which takes less than to say what it catches. */
  readonly fits: (line: TextLine) => boolean;
  /** Where in the raw line its last piece ends, once it matches. */
  readonly endIn: (line: TextLine) => number;
}
/** A line of text: without blanks at its ends, and with every run of blanks as one. */
export interface TextLine {
  readonly raw: string;
  readonly text: string;
}
export const ANY = Symbol('<*>');

export function trimStart(line: string): string {
  return line.startsWith(' ') || line.startsWith('\t') ? line.replace(/^[ \t]+/, '') : line;
}

export function makeTextLine(line: string): TextLine {
  const raw = trimStart(line);
  return { raw, text: raw.includes('  ') || raw.includes('\t') ? raw.replace(/[ \t]{2,}|\t/g, ' ') : raw };
}

/** A value of several lines makes several lines. `within`: the pattern may stand anywhere within the line. */
export function compileLine(
  line: PatternLine,
  variables: Readonly<Record<string, string>>,
  within: boolean,
): readonly LineMatcher[] {
  const rows: (PiecePart | typeof ANY)[][] = [[]];
  for (const token of line.tokens) {
    if (token.kind === 'any') rows.at(-1)?.push(ANY);
    else if (token.kind === 'hole') rows.at(-1)?.push(token);
    else {
      const value = token.kind === 'text' ? token.text : (variables[token.name] ?? '');
      const [first = '', ...rest] = value.split('\n');
      rows.at(-1)?.push(first);
      for (const next of rest) rows.push([next]);
    }
  }
  return rows.map((parts) => makeMatcher(tidy(parts), within));
}

/** Neighbouring texts joined, runs of blanks made one, none at the ends. */
function tidy(parts: readonly (PiecePart | typeof ANY)[]): readonly (PiecePart | typeof ANY)[] {
  const joined: (PiecePart | typeof ANY)[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else if (part !== '' && !(part === ANY && last === ANY)) joined.push(part);
  }
  return joined
    .map((part, index) => {
      if (typeof part !== 'string') return part;
      const single = part
        .replace(/[ \t\r]*$/, index === joined.length - 1 ? '' : '$&')
        .replace(/[ \t]+/g, ' ');
      return index === 0 ? single.replace(/^ /, '') : single;
    })
    .filter((part) => part !== '');
}

function makeMatcher(parts: readonly (PiecePart | typeof ANY)[], within: boolean): LineMatcher {
  const source = parts
    .map((part) => (part === ANY ? '<*>' : typeof part === 'string' ? part : part.source))
    .join('');
  const open = within ? tidy([ANY, ...parts, ANY]) : parts;
  const holes = parts.filter(isHole);
  const raw = holes.some((hole) => hole.type === 'regex');
  const groups = splitAtWildcards(open);
  const pieces = groups.map((group, index) =>
    compilePiece(group, { start: index === 0, end: index === groups.length - 1, raw }),
  );
  // A wildcard that is empty at an end leaves a blank there, which never matters.
  const before = pieces.length > 1 && groups[0]?.length === 0 && pieces[1]?.startsBlank ? ' ' : '';
  const after = pieces.length > 1 && groups.at(-1)?.length === 0 && pieces.at(-2)?.endsBlank ? ' ' : '';
  const shape = JSON.stringify(
    open.map((part) => (isHole(part) ? [part.expression] : part === ANY ? 0 : part)),
  );
  const [first] = open;
  const start = typeof first === 'string' ? (/^[^ \t]*/.exec(first)?.[0] ?? '') : '';
  const named = holes.some((hole) => hole.name !== undefined);
  const textOf = (line: TextLine) => before + (raw ? line.raw : line.text) + after;
  const match: LineMatcher['match'] = (line) => {
    const text = textOf(line);
    const spans: number[] = [];
    if (findPieces(pieces, text, spans) < 0) return undefined;
    if (raw && holes.some((_, index) => spans[2 * index] === spans[2 * index + 1])) return undefined;
    return named ? readCaught(holes, spans, text, raw ? undefined : line.raw, before.length) : NOTHING;
  };
  let asked = 0;
  let whole: RegExp | undefined;
  const fits: LineMatcher['fits'] = (line) => {
    if (raw) return match(line) !== undefined;
    asked += 1;
    if (asked === MANY && holes.length > 0) whole = wholeLine(groups);
    const text = textOf(line);
    return whole !== undefined && text.length <= QUICK_LIMIT
      ? whole.test(text)
      : findPieces(pieces, text) >= 0;
  };
  const endIn: LineMatcher['endIn'] = (line) => {
    const end = findPieces(within ? pieces.slice(0, -1) : pieces, raw ? line.raw : line.text);
    return raw ? end : rawOffset(line.raw, end);
  };
  return { source, parts: open, start, shape, match, fits, endIn };
}

const NOTHING: Caught = [];
/** So many lines are worth an expression of their own. */
const MANY = 100;

/** How much of a pattern line fits the beginning of a line of text. */
export interface Fit {
  /** Of the matcher's parts, from the first on. */
  readonly parts: number;
  /** Where in the raw line they end. */
  readonly end: number;
  /** What the last hole among them took. */
  readonly took: string;
}

/** As many parts as fit. */
export function fitsUntil({ parts }: LineMatcher, line: TextLine): Fit {
  const raw = parts.some((part) => part !== ANY && isHole(part) && part.type === 'regex');
  const text = raw ? line.raw : line.text;
  let best: Fit = { parts: 0, end: 0, took: '' };
  for (let count = 1; count <= parts.length; count += 1) {
    const pieces = splitAtWildcards(parts.slice(0, count)).map((group, index) =>
      compilePiece(group, { start: index === 0, end: false, raw }),
    );
    const spans: number[] = [];
    const end = findPieces(pieces, text, spans);
    if (end < 0) break;
    const took = text.slice(...spans.slice(-2));
    best = { parts: count, end: raw ? end : rawOffset(line.raw, end), took };
  }
  return best;
}

/** Where the last piece ends, or -1. */
function findPieces(pieces: readonly Piece[], text: string, spans?: number[]): number {
  let at = 0;
  let blankBefore = false;
  for (const piece of pieces) {
    // `a <*> b` with nothing caught is one run of blanks.
    const from = blankBefore && piece.startsBlank ? at - 1 : at;
    at = piece.find(text, from, spans);
    if (at < 0) return -1;
    blankBefore = piece.endsBlank;
  }
  return at;
}

function readCaught(
  holes: readonly Hole[],
  spans: readonly number[],
  text: string,
  raw: string | undefined,
  shift: number,
): Caught {
  return holes.flatMap((hole, index) => {
    const start = spans[2 * index] ?? 0;
    const end = spans[2 * index + 1] ?? 0;
    if (hole.name === undefined) return [];
    const caught = text.slice(start, end);
    if (raw === undefined || hole.type !== 'text' || !caught.includes(' '))
      return [[hole.name, caught] as const];
    return [[hole.name, raw.slice(rawOffset(raw, start - shift), rawOffset(raw, end - shift))] as const];
  });
}

/** Where in the raw line the character stands that has this offset once runs of blanks are one. */
function rawOffset(raw: string, offset: number): number {
  let seen = 0;
  let at = 0;
  while (at < raw.length && seen < offset) {
    const blank = isBlank(raw[at]);
    at += 1;
    if (blank) while (isBlank(raw[at])) at += 1;
    seen += 1;
  }
  return at;
}

function splitAtWildcards(parts: readonly (PiecePart | typeof ANY)[]): readonly PiecePart[][] {
  const groups: PiecePart[][] = [[]];
  for (const part of parts) {
    if (part === ANY) groups.push([]);
    else groups.at(-1)?.push(part);
  }
  return groups;
}

function isHole(part: PiecePart | typeof ANY): part is Hole {
  return typeof part === 'object';
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
