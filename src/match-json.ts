/** The matcher `json`: objects may have more keys, lists go item by item, leaves are texts, comparisons or matchers. */
import { quoted } from './describe-text.ts';
import type { Place } from './error.ts';
import type { MismatchRow } from './event.ts';
import { matchFact } from './match.ts';
import { differ, rowOf, type Context, type Match, type MatcherProblem } from './match-table.ts';
import { parseComparison } from './quantity.ts';
import type { FactMatcher, JsonPattern, Matcher } from './scenario.ts';

export function matchJson(expected: JsonPattern, text: string, at: Place, context: Context): Match {
  let actual: unknown;
  try {
    JSON.parse(text);
    actual = JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?[0-9][-+0-9.eE]*/g, quoteNumber));
  } catch (error) {
    const shown = text.trimEnd().slice(0, 600).split('\n').slice(0, 10);
    return differ(
      text.trim() === ''
        ? 'expected JSON, saw no output'
        : `expected JSON, saw ${quoted(shown[0] ?? '')} (${whereNot(error)})`,
      shown.map((actual, index) => ({ kind: 'extra', actual, line: index + 1 })),
    );
  }
  const walk: Walk = { at, context, captures: {}, rows: [], message: '' };
  compare(expected, actual, '$', walk);
  const [first] = walk.rows;
  if (first === undefined) return { ok: true, captures: walk.captures };
  const more = walk.rows.length > 1 ? ` (and ${walk.rows.length - 1} more)` : '';
  return differ(walk.message + more, walk.rows.slice(0, 20));
}

/** What the parser says, without the text that it repeats. */
function whereNot(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return said
    .replace(/,? ?(?:\.\.\.)?"[^]*"(?:\.\.\.)? is not valid JSON$/, '')
    .replace(/^./, (letter) => letter.toLowerCase());
}

/** JSON.parse rounds numbers above 2^53, which systemd prints for "no limit"; leaves are compared as texts anyway. */
function quoteNumber(token: string): string {
  return token.startsWith('"') ? token : `"${token}"`;
}

/** The matchers at the leaves. */
export function jsonParts(expected: JsonPattern, at: Place): readonly Matcher[] {
  if (typeof expected === 'string')
    return isComparison(expected) ? [] : [{ kind: 'pattern', value: expected, at }];
  const matcher = asMatcher(expected, at);
  if (matcher !== undefined) return [matcher];
  return Object.values(expected).flatMap((one) => jsonParts(one, at));
}

export function checkJson(expected: JsonPattern, at: Place): readonly MatcherProblem[] {
  return jsonParts(expected, at).flatMap((one) => rowOf(one).check());
}

interface Walk {
  readonly at: Place;
  readonly context: Context;
  captures: Context['captured'];
  readonly rows: MismatchRow[];
  /** Of the first row. */
  message: string;
}

function compare(expected: JsonPattern, actual: unknown, path: string, walk: Walk): void {
  const inner = { ...walk.context, captured: { ...walk.context.captured, ...walk.captures } };
  if (typeof expected === 'string') {
    if (isBranch(actual)) return miss(walk, path, expected, actual);
    const fact: FactMatcher = {
      kind: isComparison(expected) ? 'comparison' : 'pattern',
      value: expected,
      at: walk.at,
    };
    const result = matchFact(fact, String(actual), inner.variables, { captured: inner.captured });
    if (!result.ok) return miss(walk, path, expected, actual);
    walk.captures = { ...walk.captures, ...result.captures };
    return undefined;
  }
  const matcher = asMatcher(expected, walk.at);
  if (matcher !== undefined && !(isRecord(actual) && Object.hasOwn(actual, matcher.kind))) {
    const result = rowOf(matcher).match(isBranch(actual) ? JSON.stringify(actual) : String(actual), inner);
    if (!result.ok) return miss(walk, path, expected, actual);
    walk.captures = { ...walk.captures, ...result.captures };
    return undefined;
  }
  if (isList(expected)) {
    if (!Array.isArray(actual)) return miss(walk, path, expected, actual);
    if (expected.length !== actual.length) {
      miss(walk, `${path}.length`, String(expected.length), String(actual.length));
    }
    for (const [index, one] of expected.entries()) {
      if (index < actual.length) compare(one, actual[index], `${path}[${index}]`, walk);
    }
    return undefined;
  }
  if (!isRecord(actual)) return miss(walk, path, expected, actual);
  for (const [key, one] of Object.entries(expected)) {
    if (Object.hasOwn(actual, key)) compare(one, actual[key], `${path}.${key}`, walk);
    else {
      walk.message ||= `${path} has no "${key}", expected ${show(one)}`;
      walk.rows.push({ kind: 'missing', expected: `${path}.${key}: ${show(one)}` });
    }
  }
  return undefined;
}

function miss(walk: Walk, path: string, expected: JsonPattern, actual: unknown): void {
  const head = `${path}: `;
  const [left, right] = [show(expected), show(actual)];
  walk.message ||= `${head}expected ${left}, saw ${right}`;
  walk.rows.push({
    kind: 'differs',
    expected: head + left,
    actual: head + right,
    expectedParts: [[head.length, head.length + left.length]],
    actualParts: [[head.length, head.length + right.length]],
  });
}

function show(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 200);
}

function isComparison(text: string): boolean {
  return parseComparison(text.replace(/\$\{[a-z][a-z0-9_]*\}/g, '1')) !== undefined;
}

function isList(value: JsonPattern): value is readonly JsonPattern[] {
  return Array.isArray(value);
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isBranch(value) && !Array.isArray(value);
}

/** A map whose one key is a matcher's name; an object that has such a key itself is compared as an object. */
function asMatcher(expected: JsonPattern, at: Place): Matcher | undefined {
  if (typeof expected === 'string' || isList(expected)) return undefined;
  const [entry, more] = Object.entries(expected);
  if (entry === undefined || more !== undefined) return undefined;
  const [key, value] = entry;
  const texts = { equals: true, matches: true, lines: true, pattern: true };
  if (
    typeof value === 'string' &&
    (key === 'equals' || key === 'matches' || key === 'lines' || key === 'pattern')
  ) {
    return texts[key] ? { kind: key, value, at } : undefined;
  }
  if (key === 'not') return { kind: key, value: itemMatcher(value, at), at };
  if (key === 'contains' || key === 'lacks' || key === 'in-order' || key === 'any' || key === 'all') {
    const items = isList(value) ? value : [value];
    return { kind: key, value: items.map((one) => itemMatcher(one, at)), at };
  }
  return undefined;
}

function itemMatcher(value: JsonPattern, at: Place): Matcher {
  if (typeof value === 'string') return { kind: 'pattern', value, at };
  return asMatcher(value, at) ?? { kind: 'json', value, at };
}
