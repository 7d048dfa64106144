/** Whether what was seen of a resource is what a fact expects of it. */
import { match, matchFact } from '../../src/match.ts';
import type { FactMatcher, Matcher } from '../../src/scenario.ts';
import { substitute } from '../../src/substitute.ts';
import type { Value } from './resource.ts';

export type Variables = Readonly<Record<string, string>>;

export function factHolds(value: Value, expected: FactMatcher, variables: Variables): boolean {
  if (value === undefined) return false;
  if (typeof value === 'string') return matchFact(expected, value, variables).ok;
  // `3.10` is more than `3.9`: what is compared with is a version as well, whatever it looks like.
  if ('version' in value) return matchFact(expected, value.version, variables, { kind: 'version' }).ok;
  if ('counted' in value) return countHolds(value.counted, expected, variables);
  if ('items' in value) return itemsHold(value.items, expected, variables);
  return matchesSome(value.either, expected, variables);
}

/** Whether a text contains what one item of a `contains` or `lacks` fact says. */
export function textContains(text: string, expected: FactMatcher, variables: Variables): boolean {
  const at = expected.at;
  return match({ kind: 'contains', value: [asMatcher(expected)], at }, text, variables).ok;
}

/** The single expectations of a fact that may be given a list. */
export function listed(expected: FactMatcher): readonly FactMatcher[] {
  const isList = expected.kind === 'contains' || expected.kind === 'lacks' || expected.kind === 'all';
  return isList ? expected.value : [expected];
}

/** A list as a whole: its length, or exactly its members. */
function countHolds(items: readonly string[], expected: FactMatcher, variables: Variables): boolean {
  const isNumber =
    expected.kind === 'comparison' || (expected.kind === 'pattern' && /^\d+$/.test(expected.value));
  if (isNumber) return matchFact(expected, String(items.length), variables).ok;
  if (expected.kind === 'pattern') return items.length === 1 && itemsHold(items, expected, variables);
  return itemsHold(items, expected, variables);
}

/** `contains` and `lacks` speak of whole items, `equals` (a list in the file) of all of them in any order; else one item, or all of them joined, must match. */
function itemsHold(items: readonly string[], expected: FactMatcher, variables: Variables): boolean {
  const has = (one: Matcher): boolean => items.some((item) => matchFact(one, item, variables).ok);
  if (expected.kind === 'equals') return sameItems(items, substitute(expected.value, variables).text);
  if (expected.kind === 'contains') return expected.value.every(has);
  if (expected.kind === 'lacks') return !expected.value.some(has);
  if (expected.kind === 'all') return expected.value.every((one) => itemsHold(items, one, variables));
  if (expected.kind === 'any') return expected.value.some((one) => itemsHold(items, one, variables));
  if (expected.kind === 'not') return !itemsHold(items, expected.value, variables);
  return matchesSome([...items, items.join(' '), items.join(',')], expected, variables);
}

function sameItems(items: readonly string[], wanted: string): boolean {
  const texts = wanted.split('\n').filter((text) => text !== '');
  return texts.toSorted().join('\n') === items.toSorted().join('\n');
}

/** What says `not` must hold of every spelling. */
function matchesSome(texts: readonly string[], expected: FactMatcher, variables: Variables): boolean {
  const matches = (text: string): boolean => matchFact(expected, text, variables).ok;
  return denies(expected) ? texts.every(matches) : texts.some(matches);
}

function denies(expected: FactMatcher): boolean {
  if (expected.kind === 'comparison') return expected.value.trimStart().startsWith('!=');
  return expected.kind === 'not' || expected.kind === 'lacks';
}

function asMatcher(expected: FactMatcher): Matcher {
  return expected.kind === 'comparison'
    ? { kind: 'pattern', value: expected.value, at: expected.at }
    : expected;
}
