/** What exceptions, known issues and budgets make of a step: pure, the day is a parameter. */
import { conditionsHold } from './conditions.ts';
import { describeFailure } from './describe-failure.ts';
import { UserError } from './error.ts';
import type { Failure, Outcome } from './event.ts';
import type { Variables } from './judge.ts';
import { readMeasure, textOfMeasure } from './measure.ts';
import { isFailure } from './outcome.ts';
import { formatDuration, formatSize, holds, parseComparison } from './quantity.ts';
import type { Condition, Exception, KnownIssue, Step } from './scenario.ts';
import { substitute } from './substitute.ts';

type Facts = Readonly<Record<string, string | undefined>>;

/** Those whose conditions hold of these facts. */
export function applying<T extends { readonly when: readonly Condition[] }>(
  all: readonly T[],
  facts: Facts,
): readonly T[] {
  return all.filter(({ when }) => conditionsHold(when, facts) === undefined);
}

/** The one exception that applies; two at once would leave open what is expected. */
export function exceptionFor(exceptions: readonly Exception[], facts: Facts): Exception | undefined {
  const [first, second] = applying(exceptions, facts);
  if (second !== undefined)
    throw new UserError(
      `cannot judge the step: two exceptions apply, of lines ${first?.at.line} and ${second.at.line}`,
      { hint: 'make their "when" exclude each other' },
    );
  return first;
}

/** The plain expectation was met where it should not have been. */
export function differenceGone({ because, at }: Exception): Failure {
  return {
    kind: 'fact',
    what: 'except',
    expected: `a difference (${because})`,
    actual: 'none: what is expected elsewhere holds here too',
    at,
  };
}

/** One failure for each number over its budget, or that is no number. */
export function budgetFailures(
  { budget, measure, at }: Pick<Step, 'budget' | 'measure' | 'at'>,
  variables: Variables,
): readonly Failure[] {
  return Object.entries(budget).flatMap(([name, limit]): Failure[] => {
    const seen = readMeasure(measure[name] ?? '', variables);
    const expected = substitute(limit, variables).text;
    const what = `budget ${name}`;
    if (seen === undefined) return [{ kind: 'fact', what, expected, actual: 'no number', at }];
    const comparison = parseComparison(expected);
    if (comparison !== undefined && holds(comparison, textOfMeasure(seen)).ok) return [];
    return [{ kind: 'fact', what, expected, actual: wordMeasure(seen.value, seen.unit), at }];
  });
}

function wordMeasure(value: number, unit: string): string {
  if (unit === 'ms') return formatDuration(value);
  return unit === 'bytes' ? formatSize(value) : String(value);
}

export interface Settled {
  readonly outcome: Outcome;
  readonly reason?: string | undefined;
  readonly notes: readonly string[];
}

/** A failure that is known is `known`; a pass is noted as `fixed`, and fails where that is asked for. */
export function settle(
  outcome: Outcome,
  issues: readonly KnownIssue[],
  facts: Facts,
  { today, strict = false }: { readonly today: string; readonly strict?: boolean | undefined },
): Settled {
  const here = applying(issues, facts);
  const isOver = ({ expires }: KnownIssue): boolean => expires !== undefined && expires < today;
  const notes = here
    .filter(isOver)
    .map(({ ref, expires }) => `the known issue ${ref} expired on ${expires} and is ignored`);
  const live = here.filter((issue) => !isOver(issue));
  const [first] = live;
  if (first === undefined) return { outcome, notes };
  if (isFailure(outcome)) return { outcome: 'known', reason: wordIssue(first), notes };
  if (outcome !== 'passed') return { outcome, notes };
  const fixed = live.map(({ ref }) => `fixed: the known issue ${ref} did not show; remove it`);
  return strict
    ? { outcome: 'failed', reason: fixed.join('; '), notes: [...notes, ...fixed] }
    : { outcome, notes: [...notes, ...fixed] };
}

/** `systemd#21708 (fixed in 257), until 2027-01-31`. */
function wordIssue({ ref, because, expires }: KnownIssue): string {
  return `${ref} (${because})${expires === undefined ? '' : `, until ${expires}`}`;
}

/** `try 1 of 3: failed: expected exit 0, saw 1`. */
export function wordTry(
  number: number,
  most: number,
  outcome: Outcome,
  failures: readonly Failure[],
): string {
  return `try ${number} of ${most}: ${[outcome, ...failures.map(describeFailure)].join(': ')}`;
}
