/** Matchers: a pattern, or a map with one key that says how a text is compared. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { suggest } from '../nearest.ts';
import { checkRegex } from '../pattern.ts';
import { capturesOf, checkMatcher } from '../match.ts';
import { report, reportAt } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import { noteTypes } from './caught.ts';
import { jsonNotes, leaf, missing, place, placeOf, problem, someItemsOf, textOf } from './shape.ts';
import { checkNames, checkReferences, defineName, locate, text } from './text.ts';
import { numberComparison } from './quantity.ts';

/** JSON as it stands in the file: leaves are texts, or matchers by their one key. */
export type JsonPattern = string | readonly JsonPattern[] | { readonly [key: string]: JsonPattern };

interface MatcherValues {
  /** The pattern language: expected text with holes. */
  readonly pattern: string;
  readonly equals: string;
  readonly contains: readonly Matcher[];
  readonly lacks: readonly Matcher[];
  readonly 'in-order': readonly Matcher[];
  readonly matches: string;
  readonly lines: string;
  readonly json: JsonPattern;
  readonly any: readonly Matcher[];
  readonly all: readonly Matcher[];
  readonly not: Matcher;
}
export type MatcherName = keyof MatcherValues;
export type Matcher = {
  readonly [K in MatcherName]: { readonly kind: K; readonly value: MatcherValues[K]; readonly at: Place };
}[MatcherName];

const matcherValue: z.ZodType<Matcher> = z.lazy(() => matcher);
const matchers: z.ZodType<readonly Matcher[]> = z.preprocess(
  (cell: Cell) => someItems(cell),
  z.array(matcherValue),
);

/** A list that must not be empty: `contains: []` would assert nothing. */
const someItems = (cell: Cell): readonly Cell[] => someItemsOf(cell, 'the matcher');

/** What is wrong in the pattern itself is told by `checked`, once for the whole matcher. */
const pattern = z.transform((cell: Cell): string => {
  const source = textOf(cell, 'the pattern') ?? '';
  checkNames(source, cell);
  return source;
});

const regex = leaf('the regular expression', '', (source, cell) => {
  checkReferences(source, cell);
  const wrong = checkRegex(source);
  if (wrong !== undefined)
    problem(
      cell,
      `not a regular expression: ${wrong}`,
      'the syntax is that of RE2, without look-around and back-references',
    );
  return source;
});

const json = z.transform((cell: Cell): JsonPattern => jsonOf(cell));
function jsonOf(cell: Cell): JsonPattern {
  if (cell.kind === 'list') return cell.items.map(jsonOf);
  if (cell.kind === 'map')
    return Object.fromEntries([...cell.entries].map(([key, entry]) => [key, jsonOf(entry.value)]));
  if (cell.kind === 'text') checkReferences(cell.text, cell);
  return cell.kind === 'text' ? cell.text : '';
}

/** The table of matchers: key and value. `pattern` is also what a plain text is. */
const matcherValues: { readonly [K in MatcherName]: z.ZodType<MatcherValues[K]> } = {
  pattern,
  equals: text('the text'),
  contains: matchers,
  lacks: matchers,
  'in-order': matchers,
  matches: regex,
  lines: numberComparison('the number of lines'),
  json,
  any: matchers,
  all: matchers,
  not: matcherValue,
};
/** Those with a key of their own: a pattern is simply a text. */
export const matcherNames: readonly string[] = Object.keys(matcherValues).filter(
  (name) => name !== 'pattern',
);

function option<K extends MatcherName>(kind: K) {
  return z.strictObject({ kind: z.literal(kind), value: matcherValues[kind], at: place });
}

export const matcher: z.ZodType<Matcher> = z.preprocess(
  (cell: Cell) => choose(cell),
  z.discriminatedUnion('kind', [
    option('pattern'),
    option('equals'),
    option('contains'),
    option('lacks'),
    option('in-order'),
    option('matches'),
    option('lines'),
    option('json'),
    option('any'),
    option('all'),
    option('not'),
  ]),
);

/** Of a whole text: what it catches whenever it matches is known from here on. */
export const catching: z.ZodType<Matcher> = z.transform((cell: Cell): Matcher => {
  const read = checked(cell);
  if (mayCatch(read)) {
    const types = capturesOf(read);
    for (const name of types.keys()) defineName(name, 'capture', cell);
    noteTypes(cell.source, types);
  }
  return read;
});
jsonNotes.set(catching, { ref: 'matcher' });

/** A matcher without problems, or with all of them told. */
export function checked(cell: Cell): Matcher {
  const { problems } = cell.source;
  const before = problems.length;
  const read = matcher.parse(cell);
  if (problems.length > before || !mayCatch(read)) return read;
  for (const { message, hint, at, offset } of checkMatcher(read)) {
    const line = read.kind === 'pattern' ? lineFrom(read.value, offset ?? 0) : '';
    if (line === '') reportAt(cell.source, at, message, hint);
    else report(cell.source, locate(cell, line), message, hint);
  }
  return read;
}

/** A plain text without holes and variables has no problems and catches nothing; most are of this kind. */
function mayCatch(read: Matcher): boolean {
  return read.kind !== 'pattern' || read.value.includes('<') || read.value.includes('${');
}

function lineFrom(text: string, offset: number): string {
  return (text.slice(offset).split('\n')[0] ?? '').trimEnd();
}

function choose(cell: Cell): unknown {
  const fallback = { kind: 'pattern', value: missing(cell), at: placeOf(cell) };
  if (cell.kind === 'text') return { ...fallback, value: cell };
  if (cell.kind === 'bad') return fallback;
  if (cell.kind === 'list') {
    problem(
      cell,
      'a list does not say how its items are matched',
      'write {contains: […]}, {in-order: […]}, {any: […]} or {all: […]}',
    );
    return fallback;
  }
  const [first, second] = cell.entries;
  if (first === undefined) {
    problem(cell, 'an empty map matches nothing', `a matcher is one of ${matcherNames.join(', ')}`);
    return fallback;
  }
  if (second !== undefined) {
    report(
      cell.source,
      second[1].offset,
      `a matcher has one key, and "${first[0]}" stands before this one`,
      'join them with {all: [{…}, {…}]}',
    );
    return fallback;
  }
  const [kind, entry] = first;
  if (matcherNames.includes(kind)) return { kind, value: entry.value, at: placeOf(cell) };
  report(cell.source, entry.offset, `unknown matcher "${kind}"`, suggest(kind, matcherNames));
  return fallback;
}
