/** The table of matchers: how each one compares, what it catches, which variables it uses, what can be wrong in it. */
import { RE2JS } from 're2js';
import type { Place } from './error.ts';
import type { Mismatch } from './event.ts';
import { explainUnequal } from './match-equals.ts';
import { checkJson, jsonParts, matchJson } from './match-json.ts';
import { findLine, matchAll, matchAny, matchInOrder, matchLacks, matchNot } from './match-lines.ts';
import { matchPattern } from './pattern-match.ts';
import type { HoleTypeName } from './pattern-types.ts';
import { checkRegex, isPattern, parsePattern, splitLines } from './pattern.ts';
import { holds, parseComparison } from './quantity.ts';
import type { Matcher, MatcherName } from './scenario.ts';
import { checkSubstitution, namesIn, substitute } from './substitute.ts';

export type Variables = Readonly<Record<string, string>>;
export type Match =
  { readonly ok: true; readonly captures: Variables } | { readonly ok: false; readonly mismatch: Mismatch };
export type CaptureTypes = ReadonlyMap<string, HoleTypeName | 'regex'>;
export interface Context {
  readonly variables: Variables;
  /** What was caught before: a name must catch equal text again. */
  readonly captured: Variables;
}
export interface MatcherProblem {
  /** Of the matcher; `offset` is within its text. */
  readonly at: Place;
  readonly offset?: number | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface MatcherRow {
  readonly match: (text: string, context: Context) => Match;
  readonly check: () => readonly MatcherProblem[];
  readonly captures: () => CaptureTypes;
  readonly variables: () => readonly string[];
}
type Of<K extends MatcherName> = Extract<Matcher, { readonly kind: K }>;
type Table = { readonly [K in MatcherName]: (matcher: Of<K>) => MatcherRow };

const TABLE: Table = {
  pattern: ({ value, at }) => {
    const parsed = parsePattern(value);
    return {
      match: (text, { variables, captured }) =>
        isPattern(parsed)
          ? matchPattern(parsed, text, variables, captured)
          : differ(parsed.map((problem) => problem.message).join('; ')),
      check: () =>
        isPattern(parsed) ? [] : parsed.map(({ offset, message, hint }) => ({ at, offset, message, hint })),
      captures: () => (isPattern(parsed) ? parsed.names : NONE),
      variables: () => usedIn(value),
    };
  },
  equals: ({ value, at }) =>
    leaf(value, at, (wanted, text) => {
      const [expected, actual] = [chomp(wanted), chomp(text)];
      if (expected === actual) return MATCHED;
      return { ok: false, mismatch: explainUnequal(brief(expected), brief(actual)) };
    }),
  matches: ({ value, at }) => ({
    ...leaf(
      value,
      at,
      () => MATCHED,
      (wanted) => {
        const wrong = checkRegex(wanted);
        return wrong === undefined
          ? undefined
          : { message: `bad regular expression: ${wrong}`, hint: 'the syntax is RE2’s' };
      },
    ),
    match: (text, { variables }) => {
      const quoted = Object.fromEntries(
        Object.entries(variables).map(([name, one]) => [name, RE2JS.quote(one)]),
      );
      const wanted = substitute(value, quoted).text;
      const seen = splitLines(text).join('\n');
      if (RE2JS.compile(wanted, RE2JS.MULTILINE).matcher(seen).find()) return MATCHED;
      return differ(`nothing matches /${wanted}/`, [
        { kind: 'differs', expected: `/${wanted}/`, actual: brief(seen) },
      ]);
    },
  }),
  lines: ({ value, at }) =>
    leaf(
      value,
      at,
      (wanted, text) => {
        const count = countLines(text);
        const comparison = parseComparison(wanted);
        if (comparison !== undefined && holds(comparison, String(count)).ok) return MATCHED;
        return differ(`expected ${wanted} lines, saw ${count}`);
      },
      (wanted) =>
        parseComparison(wanted) === undefined
          ? { message: `"${wanted}" is not a comparison`, hint: 'such as 3, "> 0", "1..5"' }
          : undefined,
    ),
  json: ({ value, at }) => ({
    match: (text, context) => matchJson(value, text, at, context),
    check: () => checkJson(value, at),
    captures: () => union(jsonParts(value, at).map((one) => rowOf(one).captures())),
    variables: () => jsonParts(value, at).flatMap((one) => rowOf(one).variables()),
  }),
  contains: ({ value, at }) => ({
    ...list(value, at),
    match: (text, context) =>
      matchAll(value, context, (one, inner) => findLine(one, splitLines(text), inner)),
  }),
  lacks: ({ value, at }) => ({
    ...list(value, at),
    match: (text, context) => matchLacks(value, text, context),
    captures: () => NONE,
  }),
  'in-order': ({ value, at }) => ({
    ...list(value, at),
    match: (text, context) => matchInOrder(value, text, context),
  }),
  all: ({ value, at }) => ({
    ...list(value, at),
    match: (text, context) => matchAll(value, context, (one, inner) => rowOf(one).match(text, inner)),
  }),
  any: ({ value, at }) => ({
    ...list(value, at),
    match: (text, context) => matchAny(value, text, context),
    captures: () => intersection(value.map((one) => rowOf(one).captures())),
  }),
  not: ({ value, at }) => ({
    ...list([value], at),
    match: (text, context) => matchNot(value, text, context),
    captures: () => NONE,
  }),
};

/** The one place that pairs a matcher with its row: each case passes its own kind on. */
export function rowOf(matcher: Matcher): MatcherRow {
  return makeRow(TABLE, matcher);
}

function makeRow<K extends MatcherName>(
  table: { readonly [P in K]: (matcher: Of<P>) => MatcherRow },
  matcher: Of<K>,
): MatcherRow {
  const make: ((matcher: Of<K>) => MatcherRow) | undefined = table[matcher.kind];
  return make(matcher);
}

export const MATCHED: Match = { ok: true, captures: {} };
const NONE: CaptureTypes = new Map();

export function differ(message: string, rows: Mismatch['rows'] = []): Match {
  return { ok: false, mismatch: { message, rows } };
}

function leaf(
  value: string,
  at: Place,
  compare: (wanted: string, text: string) => Match,
  check: (value: string) => Omit<MatcherProblem, 'at'> | undefined = () => undefined,
): MatcherRow {
  return {
    match: (text, { variables }) => compare(substitute(value, variables).text, text),
    check: () => {
      const open = namesIn(value).length > 0;
      const problem = open ? undefined : check(value);
      const stray = checkSubstitution(value);
      return [...stray, ...(problem === undefined ? [] : [problem])].map((one) => ({ ...one, at }));
    },
    captures: () => NONE,
    variables: () => usedIn(value),
  };
}

function list(value: readonly Matcher[], at: Place): Omit<MatcherRow, 'match'> {
  const empty = { at, message: 'an empty list asserts nothing' };
  return {
    check: () => [...(value.length === 0 ? [empty] : []), ...value.flatMap((one) => rowOf(one).check())],
    captures: () => union(value.map((one) => rowOf(one).captures())),
    variables: () => value.flatMap((one) => rowOf(one).variables()),
  };
}

function usedIn(text: string): readonly string[] {
  return namesIn(text).map((use) => use.name);
}

function union(all: readonly CaptureTypes[]): CaptureTypes {
  return new Map(all.flatMap((one) => [...one]));
}

function intersection(all: readonly CaptureTypes[]): CaptureTypes {
  return new Map([...(all[0] ?? [])].filter(([name]) => all.every((one) => one.has(name))));
}

/** As `wc -l` counts, and a last line without a newline as well. */
function countLines(text: string): number {
  return text === '' ? 0 : chomp(text).split('\n').length;
}

function chomp(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

function brief(text: string): string {
  return text.length <= 2000 ? text : `${text.slice(0, 2000)} … ${text.length - 2000} characters more`;
}
