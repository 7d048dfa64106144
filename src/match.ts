/** What a text is matched against: matchers, facts of resources, and `where`. */
import type { Place } from './error.ts';
import type { Failure } from './event.ts';
import {
  differ,
  MATCHED,
  rowOf,
  type CaptureTypes,
  type Match,
  type MatcherProblem,
  type Variables,
} from './match-table.ts';
import { holds, parseComparison, type QuantityKind } from './quantity.ts';
import type { FactMatcher, Matcher } from './scenario.ts';
import { substitute } from './substitute.ts';

export function match(matcher: Matcher, text: string, variables: Variables, captured: Variables = {}): Match {
  return rowOf(matcher).match(text, { variables, captured });
}

/** Everything wrong in a matcher that shows without a text. */
export function checkMatcher(matcher: Matcher): readonly MatcherProblem[] {
  return rowOf(matcher).check();
}

/** The names it catches whenever it matches, with the types of their holes. */
export function capturesOf(matcher: Matcher): CaptureTypes {
  return rowOf(matcher).captures();
}

/** The `${name}`s it uses. */
export function variablesOf(matcher: Matcher): readonly string[] {
  return [...new Set(rowOf(matcher).variables())];
}

export interface FactOptions {
  /** `version` for versions: `257.13` alone is a number. */
  readonly kind?: QuantityKind | undefined;
  readonly captured?: Variables | undefined;
}

export function matchFact(
  fact: FactMatcher,
  actual: string,
  variables: Variables,
  { kind, captured }: FactOptions = {},
): Match {
  if (fact.kind !== 'comparison') return match(fact, actual, variables, captured);
  const wanted = substitute(fact.value, variables).text;
  const problem = compareText(wanted, actual, kind);
  return problem === undefined ? MATCHED : differ(problem, [{ kind: 'differs', expected: wanted, actual }]);
}

/** Every comparison of `where` that does not hold; `values` are variables and captures together. */
export function checkWhere(
  where: Variables,
  values: Variables,
  at: Place,
  types: CaptureTypes = new Map(),
): readonly Failure[] {
  return Object.entries(where).flatMap(([name, text]): readonly Failure[] => {
    const wanted = substitute(text, values).text;
    const actual = values[name];
    if (actual === undefined) {
      return [{ kind: 'fact', what: name, expected: wanted, actual: `nothing was caught as "${name}"`, at }];
    }
    const problem = compareText(wanted, actual, types.get(name) === 'version' ? 'version' : undefined);
    return problem === undefined ? [] : [{ kind: 'fact', what: name, expected: wanted, actual, at }];
  });
}

/** Why it does not hold; a text that is no comparison must be equal. */
function compareText(wanted: string, actual: string, kind: QuantityKind | undefined): string | undefined {
  const comparison = parseComparison(wanted);
  if (comparison === undefined) return wanted === actual ? undefined : `expected ${wanted}, saw ${actual}`;
  const verdict = holds(comparison, actual, kind);
  if (verdict.ok) return undefined;
  return verdict.problem === undefined
    ? `expected ${wanted}, saw ${actual}`
    : `expected ${wanted}: ${verdict.problem}`;
}
