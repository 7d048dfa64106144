/** Whether what a verb showed is what was expected of it. */
import type { Place } from './error.ts';
import type { Failure, Fate } from './event.ts';
import { capturesOf, checkWhere, match } from './match.ts';
import { formatDuration, holds, parseComparison } from './quantity.ts';
import type { Expectation, Matcher } from './scenario.ts';
import { substitute } from './substitute.ts';

/** What was seen; texts are what a terminal shows. */
export interface Observed {
  readonly exit: number;
  readonly signal?: string | undefined;
  readonly machine?: Fate | undefined;
  /** Holds both streams where they were merged. */
  readonly stdout: string;
  readonly stderr: string;
  /** Streams of which the middle was not kept. */
  readonly cut: readonly ('stdout' | 'stderr')[];
  readonly durationMs: number;
}

export type Variables = Readonly<Record<string, string>>;
export interface Verdict {
  readonly failures: readonly Failure[];
  readonly captures: Variables;
}

export function judge(expectation: Expectation, seen: Observed, variables: Variables): Verdict {
  const failures: Failure[] = [];
  const captures: Record<string, string> = {};
  if (!exitHolds(expectation.exit, seen.exit)) {
    failures.push({
      kind: 'exit',
      expected: wordExit(expectation.exit),
      actual: seen.exit,
      signal: seen.signal,
      machine: seen.machine,
    });
  }
  const streams: readonly (readonly [Matcher | undefined, 'stdout' | 'stderr', string])[] = [
    [expectation.stdout, 'stdout', 'stdout'],
    [expectation.stderr, 'stderr', 'stderr'],
    [expectation.output, 'stdout', 'output'],
  ];
  for (const [matcher, stream, what] of streams) {
    if (matcher === undefined) continue;
    if (seen.cut.includes(stream)) {
      failures.push(tooLong(what, matcher.at));
      continue;
    }
    const result = match(matcher, seen[stream], variables, captures);
    if (result.ok) Object.assign(captures, result.captures);
    else failures.push({ kind: 'mismatch', what, mismatch: result.mismatch, at: matcher.at });
  }
  // A `where` speaks of captures: after a mismatch there is nothing to speak of.
  if (failures.length === 0) failures.push(...whereFailures(expectation, { ...variables, ...captures }));
  if (expectation.took !== undefined) {
    const took = `${Math.round(seen.durationMs * 1000)}us`;
    const comparison = parseComparison(substitute(expectation.took, variables).text);
    const verdict = comparison === undefined ? undefined : holds(comparison, took);
    if (verdict?.ok !== true) {
      const actual = formatDuration(seen.durationMs);
      failures.push({ kind: 'fact', what: 'took', expected: expectation.took, actual, at: expectation.at });
    }
  }
  return { failures, captures };
}

function whereFailures(expectation: Expectation, values: Variables): readonly Failure[] {
  const { stdout, stderr, output, where, at } = expectation;
  if (Object.keys(where).length === 0) return [];
  const types = [stdout, stderr, output].flatMap((matcher) =>
    matcher === undefined ? [] : [...capturesOf(matcher)],
  );
  return checkWhere(where, values, at, new Map(types));
}

function exitHolds(allowed: readonly string[], exit: number): boolean {
  const seen = String(exit);
  return allowed.some((one) => {
    if (one === '*' || one === seen) return true;
    const comparison = parseComparison(one);
    return comparison !== undefined && holds(comparison, seen).ok;
  });
}

function wordExit(allowed: readonly string[]): string {
  return allowed.join(' or ');
}

function tooLong(what: string, at: Place): Failure {
  const expected = 'no more than "output-limit"';
  const actual = 'more, so that its middle was not kept';
  return { kind: 'fact', what, expected, actual, at };
}

/** A hint that names the image would lead astray where there is none. */
export function seenOn(backend: string | undefined, failures: readonly Failure[]): readonly Failure[] {
  if (backend !== 'host' && backend !== 'ssh') return failures;
  return failures.map((failure) =>
    failure.kind === 'exit' || failure.kind === 'fact' ? { ...failure, imageless: true } : failure,
  );
}
