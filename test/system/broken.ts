/** Expectations with one part changed, so that what satisfied the whole one cannot satisfy them. */
import type { Expectation, JsonPattern, Matcher } from '../../src/scenario.ts';
import type { Fact, FactMatcher, ResourceCheck } from '../../src/scenario/resource.ts';

export interface Broken<T> {
  readonly what: string;
  readonly value: T;
}

/** What no machine says. */
const nonsense = '‽';

export function brokenExpectations(expectation: Expectation, exit: number): readonly Broken<Expectation>[] {
  const { stdout, stderr, output, where, took } = expectation;
  const matchers = Object.entries({ stdout, stderr, output }).flatMap(([stream, matcher]) =>
    matcher === undefined
      ? []
      : brokenMatchers(matcher).map(({ what, value }) => ({
          what: `${stream}: ${what}`,
          value: { ...expectation, [stream]: value },
        })),
  );
  const comparisons = Object.entries(where).map(([name, text]) => ({
    what: `where ${name} ${invert(text)}`,
    value: { ...expectation, where: { [name]: invert(text) } },
  }));
  return [
    ...matchers,
    ...comparisons,
    ...(expectation.exit.includes('*')
      ? []
      : [{ what: 'another exit', value: { ...expectation, exit: [String(exit + 1)] } }]),
    ...(took === undefined ? [] : [{ what: 'took', value: { ...expectation, took: invert(took) } }]),
  ];
}

type Table = {
  readonly [K in Matcher['kind']]: (
    matcher: Extract<Matcher, { readonly kind: K }>,
  ) => readonly Broken<Matcher>[];
};

const breakers: Table = {
  pattern: (matcher) =>
    eachOf(matcher.value.replace(/\n$/, '').split('\n'), (line) => [
      { what: `the line "${line}"`, value: line.trim() === '...' ? nonsense : line + nonsense },
    ]).map(({ what, value }) => ({ what, value: { ...matcher, value: value.join('\n') } })),
  equals: (matcher) => [{ what: 'equals', value: { ...matcher, value: matcher.value + nonsense } }],
  matches: (matcher) => [{ what: 'matches', value: { ...matcher, value: matcher.value + nonsense } }],
  lines: (matcher) => [{ what: 'lines', value: { ...matcher, value: invert(matcher.value) } }],
  contains: (matcher) => inList(matcher, matcher.value),
  'in-order': (matcher) => inList(matcher, matcher.value),
  all: (matcher) => inList(matcher, matcher.value),
  any: (matcher) => [
    { what: 'none of any', value: { ...matcher, value: [{ ...matcher, kind: 'equals', value: nonsense }] } },
  ],
  lacks: (matcher) =>
    matcher.value.map((one) => ({
      what: 'contains what it lacks',
      value: { ...matcher, kind: 'contains', value: [one] },
    })),
  not: (matcher) => [{ what: 'not not', value: matcher.value }],
  json: (matcher) =>
    brokenJson(matcher.value).map(({ what, value }) => ({ what, value: { ...matcher, value } })),
};

function brokenMatchers(matcher: Matcher): readonly Broken<Matcher>[] {
  return pair(breakers, matcher);
}

/** Each case gets its own kind, as the compiler can see here. */
function pair<K extends Matcher['kind']>(
  table: {
    readonly [P in K]: (matcher: Extract<Matcher, { readonly kind: P }>) => readonly Broken<Matcher>[];
  },
  matcher: Extract<Matcher, { readonly kind: K }>,
): readonly Broken<Matcher>[] {
  const breaker: (matcher: Extract<Matcher, { readonly kind: K }>) => readonly Broken<Matcher>[] =
    table[matcher.kind];
  return breaker(matcher);
}

function inList(
  matcher: Extract<Matcher, { readonly value: readonly Matcher[] }>,
  list: readonly Matcher[],
): readonly Broken<Matcher>[] {
  return eachOf(list, brokenMatchers).map(({ what, value }) => ({ what, value: { ...matcher, value } }));
}

function brokenJson(pattern: JsonPattern): readonly Broken<JsonPattern>[] {
  if (typeof pattern === 'string') return [{ what: `the leaf "${pattern}"`, value: pattern + nonsense }];
  if (isList(pattern)) return eachOf(pattern, brokenJson);
  return Object.entries(pattern).flatMap(([key, inner]) =>
    brokenJson(inner).map(({ what, value }) => ({
      what: `${key}: ${what}`,
      value: { ...pattern, [key]: value },
    })),
  );
}

function isList(pattern: JsonPattern): pattern is readonly JsonPattern[] {
  return Array.isArray(pattern);
}

/** The list once for each way to break one of its items. */
function eachOf<T>(
  list: readonly T[],
  broken: (one: T) => readonly Broken<T>[],
): readonly Broken<readonly T[]>[] {
  return list.flatMap((one, index) =>
    broken(one).map(({ what, value }) => ({ what, value: list.with(index, value) })),
  );
}

/** Which facts are no facts but say what is looked at. */
const options: Readonly<Record<string, readonly string[]>> = { journal: ['since', 'priority'] };

/** One check for each fact, which must not hold where the whole check holds. */
export function brokenChecks(check: ResourceCheck): readonly ResourceCheck[] {
  const kept = check.facts
    .filter(({ name }) => options[check.kind]?.includes(name) === true)
    // The step in question began before: a later one must look at all there is.
    .filter(({ name }) => name !== 'since');
  const facts = check.facts.filter(({ name }) => options[check.kind]?.includes(name) !== true);
  if (check.kind === 'kernel') return [{ ...check, name: invert(check.name) }];
  if (facts.length === 0) return [{ ...check, facts: [...kept, exists('false', check)] }];
  return facts.map((fact) => ({ ...check, facts: [...kept, brokenFact(fact)] }));
}

const opposites: Readonly<Record<string, string>> = { contains: 'lacks', lacks: 'contains' };

function brokenFact(fact: Fact): Fact {
  const { name, expected } = fact;
  const opposite = opposites[name];
  if (opposite !== undefined) return { ...fact, name: opposite };
  return { ...fact, expected: not(expected) };
}

function exists(value: string, { at }: ResourceCheck): Fact {
  return { name: 'exists', expected: { kind: 'pattern', value, at }, at };
}

function not(expected: FactMatcher): FactMatcher {
  if (expected.kind === 'comparison') return { ...expected, value: invert(expected.value) };
  if (expected.kind === 'pattern' && expected.value === 'true') return { ...expected, value: 'false' };
  if (expected.kind === 'pattern' && expected.value === 'false') return { ...expected, value: 'true' };
  return { kind: 'not', value: expected, at: expected.at };
}

const inverse: Readonly<Record<string, string>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '!=': '=' };

function invert(comparison: string): string {
  const [, operator = '', rest = comparison] = /^(<=|>=|!=|<|>)\s*(.*)$/.exec(comparison) ?? [];
  const opposite = inverse[operator];
  if (opposite === undefined) return `!= ${rest}`;
  return opposite === '=' ? rest : `${opposite} ${rest}`;
}
