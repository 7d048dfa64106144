/** What a try of a step, or what its checks saw, counts for. */
import { describeFailure, isToldByWait } from '../src/describe-failure.ts';
import { FOR_THE_END, FOR_THE_JOB } from '../src/describe-hint.ts';
import { UserError } from '../src/error.ts';
import type { Failure, Outcome } from '../src/event.ts';
import type { Step } from '../src/scenario.ts';
import type { Attempt } from './steps.ts';

export function checkOutcome(failures: readonly Failure[]): Outcome {
  if (failures.some(({ kind }) => kind === 'error')) return 'errored';
  return failures.length > 0 ? 'failed' : 'passed';
}

/** Our own tools' failures are data as well: the step is `errored`. Anything else is a bug of ours. */
export function failedAttempt(error: unknown, signal: AbortSignal): Attempt {
  if (signal.aborted) return { failures: [], captures: {}, notes: [], ended: 'interrupted' };
  if (!(error instanceof UserError)) throw error;
  const { message, hint, detail } = error;
  return { failures: [{ kind: 'error', message, hint, detail }], captures: {}, notes: [], over: message };
}

export function verdict(
  step: Step,
  attempt: Attempt,
  timeoutMs: number,
  withinMs: number,
): { failures: readonly Failure[]; outcome: Outcome } {
  if (attempt.ended === 'interrupted') return { failures: attempt.failures, outcome: 'interrupted' };
  if (attempt.ended === 'timed-out') {
    const failure: Failure = { kind: 'timeout', limitMs: timeoutMs, waitedFor: FOR_THE_END };
    return { failures: [failure, ...attempt.failures], outcome: 'timed-out' };
  }
  if (attempt.failures.some(({ kind }) => kind === 'error'))
    return { failures: attempt.failures, outcome: 'errored' };
  if (step.verb === 'wait' && attempt.over === undefined) {
    const waitedFor = attempt.failures
      .flatMap((failure) => ('what' in failure ? [describeFailure(failure)] : []))
      .join('; ');
    return {
      failures: [
        { kind: 'timeout', limitMs: withinMs, waitedFor },
        ...attempt.failures.filter((failure) => !isToldByWait(failure)),
      ],
      outcome: 'timed-out',
    };
  }
  return { failures: attempt.failures, outcome: 'failed' };
}

/** A step that our own limit of its job ended was too slow; nobody interrupted it. */
export function orOverdue(
  outcome: Outcome,
  failures: readonly Failure[],
  limitMs: number | undefined,
): { failures: readonly Failure[]; outcome: Outcome } {
  if (outcome !== 'interrupted' || limitMs === undefined) return { outcome, failures };
  const failure: Failure = { kind: 'timeout', limitMs, waitedFor: FOR_THE_JOB };
  return { outcome: 'timed-out', failures: [...failures, failure] };
}
