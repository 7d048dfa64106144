/**
 * One piece of a pattern line: what stands between two wildcards, found at its leftmost fit.
 *
 * A hole takes the longest text of its type and gives back only what the rest of its piece needs (`<name>.service`).
 * JavaScript's engine would search for that in more than linear time, so it gets an expression in which holes are
 * atomic, which is all that most pieces need and fails fast; RE2, linear but slower, gets the pieces that may give
 * back, and long lines in which the piece could begin anywhere.
 */
import { RE2JS } from 're2js';
import type { Hole } from './pattern.ts';
import { HOLE_TYPES } from './pattern-types.ts';

export type PiecePart = string | Hole;
export interface Piece {
  /** Whether it begins and ends with a blank. */
  readonly startsBlank: boolean;
  readonly endsBlank: boolean;
  /**
   * The end of the leftmost fit at or after `from`, -1 if there is none; adds start and end of each hole to `spans`,
   * if somebody wants to know them.
   */
  readonly find: (line: string, from: number, spans?: number[]) => number;
}
export interface Anchors {
  readonly start: boolean;
  readonly end: boolean;
  /** Lines keep their runs of blanks: a user's expression may speak of them. */
  readonly raw: boolean;
}

export function compilePiece(parts: readonly PiecePart[], anchors: Anchors): Piece {
  const texts = parts.filter((part) => typeof part === 'string');
  const [first, last] = [parts[0], parts.at(-1)];
  const ends = {
    startsBlank: typeof first === 'string' && first.startsWith(' '),
    endsBlank: typeof last === 'string' && last.endsWith(' '),
  };
  if (texts.length === parts.length && !anchors.raw) {
    return { ...ends, find: findLiteral(texts.join(''), anchors) };
  }
  const careful = lazy(() => compileCareful(parts, anchors));
  if (anchors.raw) return { ...ends, find: (line, from, spans) => careful()(line, from, spans) };
  const quick = lazy(() => compileQuick(parts, anchors));
  const soft = parts.some((part, index) => typeof part !== 'string' && mayGiveBack(part, parts[index + 1]));
  const find: Piece['find'] = (line, from, spans) => {
    if (!anchors.start && line.length > QUICK_LIMIT) return careful()(line, from, spans);
    // Further to the right a strict fit could hide one that gives back, hence RE2 alone decides there.
    if (soft && !anchors.start) return hasLiterals(texts, line, from) ? careful()(line, from, spans) : -1;
    const end = quick()(line, from, spans);
    if (end >= 0 || !soft) return end;
    return hasLiterals(texts, line, from) ? careful()(line, from, spans) : -1;
  };
  return { ...ends, find };
}

/** A failed start costs at most a line's length, so a bound on that keeps the whole linear. */
export const QUICK_LIMIT = 512;

function findLiteral(text: string, { start, end }: Anchors): Piece['find'] {
  if (start && end) return (line) => (line === text ? text.length : -1);
  if (start) return (line) => (line.startsWith(text) ? text.length : -1);
  if (end) {
    return (line, from) => (line.length - text.length >= from && line.endsWith(text) ? line.length : -1);
  }
  return (line, from) => {
    const at = line.indexOf(text, from);
    return at < 0 ? -1 : at + text.length;
  };
}

/** Whether a shorter text of the hole could let what follows fit. */
export function mayGiveBack(hole: Hole, next: PiecePart | undefined): boolean {
  if (next === undefined) return false;
  if (typeof next !== 'string' || hole.type === 'regex') return true;
  return HOLE_TYPES[hole.type].eats.test(next[0] ?? '');
}

function hasLiterals(texts: readonly string[], line: string, from: number): boolean {
  let at = from;
  for (const part of texts) {
    const found = line.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

function compileQuick(parts: readonly PiecePart[], { start, end }: Anchors): Piece['find'] {
  let group = 0;
  const source = parts.map((part) =>
    typeof part === 'string' ? escapeRegex(part) : `(?=(${part.expression}))\\${(group += 1)}`,
  );
  const regex = new RegExp(source.join('') + (end ? '$' : ''), start ? 'y' : 'g');
  const first = typeof parts[0] === 'string' ? parts[0] : '';
  return (line, from, spans) => {
    if (start ? !line.startsWith(first) : line.indexOf(first, from) < 0) return -1;
    regex.lastIndex = from;
    if (spans === undefined) return regex.test(line) ? regex.lastIndex : -1;
    const match = regex.exec(line);
    if (match === null) return -1;
    let at = match.index;
    let hole = 0;
    for (const part of parts) {
      const length = typeof part === 'string' ? part.length : (match[(hole += 1)]?.length ?? 0);
      if (typeof part !== 'string') spans.push(at, at + length);
      at += length;
    }
    return at;
  };
}

function compileCareful(parts: readonly PiecePart[], { start, end }: Anchors): Piece['find'] {
  const groups: number[] = [];
  let group = 0;
  const source = parts.map((part, index) => {
    if (typeof part === 'string') return blanks(escapeRegex(part), index === parts.length - 1 && !end);
    groups.push((group += 1));
    group += part.type === 'regex' ? RE2JS.compile(part.expression).groupCount() : 0;
    return `(${part.expression})`;
  });
  const regex = RE2JS.compile(`${start ? '^' : ''}${source.join('')}${end ? '$' : ''}`);
  return (line, from, spans) => {
    const matcher = regex.matcher(line);
    if (!matcher.find(from)) return -1;
    for (const index of groups) spans?.push(matcher.start(index), matcher.end(index));
    return matcher.end();
  };
}

/** The last blank before a wildcard is one blank: the wildcard takes the rest. */
function blanks(source: string, open: boolean): string {
  const flexible = source.replaceAll(' ', '[ \\t]+');
  return open && source.endsWith(' ') ? flexible.slice(0, -1) : flexible;
}

export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
