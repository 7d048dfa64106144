import t, { type Test } from 'tap';
import { checkOutcome, failedAttempt, orOverdue, verdict } from '../../runner/verdict.ts';
import type { Attempt } from '../../runner/steps.ts';
import { UserError } from '../../src/error.ts';
import type { Failure, Outcome } from '../../src/event.ts';
import { scenarioOf, withSteps } from '../src/parse-check.ts';

const fact: Failure = { kind: 'fact', what: 'unit x active', expected: 'active', actual: 'failed' };
const port: Failure = { kind: 'fact', what: 'port 80/tcp listening', expected: 'true', actual: 'false' };
const error: Failure = { kind: 'error', message: 'cannot type' };
const exit: Failure = { kind: 'exit', expected: '0', actual: 1 };

function checkVerdict(
  t: Test,
  step: string,
  attempt: Partial<Attempt>,
  outcome: Outcome,
  kinds: string,
): void {
  const [read] = scenarioOf(withSteps(`  - ${step}\n`)).steps;
  if (read === undefined) throw new Error('no step');
  const found = verdict(read, { failures: [], captures: {}, notes: [], ...attempt }, 1000, 500);
  t.equal(found.outcome, outcome);
  t.equal(found.failures.map(({ kind }) => kind).join(' '), kinds);
}

t.test('what a try came to, by how it ended and what failed', async (t) => {
  checkVerdict(t, 'run: x', { failures: [exit] }, 'failed', 'exit');
  checkVerdict(t, 'run: x', { failures: [exit, error] }, 'errored', 'exit error');
  checkVerdict(t, 'run: x', { failures: [exit], ended: 'timed-out' }, 'timed-out', 'timeout exit');
  checkVerdict(t, 'run: x', { failures: [], ended: 'interrupted' }, 'interrupted', '');
});

t.test('a wait that ran out of time says what it waited for, one that is hopeless has failed', async (t) => {
  checkVerdict(t, 'wait: {unit: x}', { failures: [fact] }, 'timed-out', 'timeout fact');
  checkVerdict(t, 'wait: {unit: x}', { failures: [fact], over: 'it failed' }, 'failed', 'fact');
  // Nothing is told twice: a fact stays where it has more to say than the wait.
  checkVerdict(t, 'wait: {port: 80/tcp}', { failures: [port] }, 'timed-out', 'timeout');
  checkVerdict(t, 'wait: {port: 80/tcp}', { failures: [port], over: 'it is gone' }, 'failed', 'fact');
  const long: Failure = { ...port, actual: 'a\nb' };
  checkVerdict(t, 'wait: {port: 80/tcp}', { failures: [port, long] }, 'timed-out', 'timeout fact');
});

t.test('our own errors are errors of the step, bugs are thrown on', async (t) => {
  const { signal } = new AbortController();
  const { failures } = failedAttempt(new UserError('cannot x: y', { hint: 'z' }), signal);
  t.match(failures, [{ kind: 'error', message: 'cannot x: y', hint: 'z' }]);
  t.equal(checkOutcome(failures), 'errored');
  t.throws(() => failedAttempt(new TypeError('a bug'), signal), /a bug/);
  t.equal(failedAttempt(new TypeError('a bug'), AbortSignal.abort()).ended, 'interrupted');
});

t.test('a step that the limit of its job ended has timed out, and no other', async (t) => {
  const late: Failure = { kind: 'timeout', limitMs: 1000, waitedFor: 'the job to end' };
  t.same(orOverdue('interrupted', [fact], 1000), { outcome: 'timed-out', failures: [fact, late] });
  t.same(orOverdue('interrupted', [], undefined), { outcome: 'interrupted', failures: [] });
  t.same(orOverdue('failed', [exit], 1000), { outcome: 'failed', failures: [exit] });
});
