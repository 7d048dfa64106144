import t from 'tap';
import {
  exitStatus,
  jobOutcome,
  outcomeIn,
  stepVerdicts,
  tally,
  verdict,
  worstOutcome,
} from '../../src/outcome.ts';
import { recordRun } from '../fixtures/sample-run.ts';

t.test('A job takes the first of interrupted, errored, failed, known, flaky, passed, skipped', async (t) => {
  t.equal(worstOutcome(['passed', 'failed', 'interrupted', 'errored']), 'interrupted');
  t.equal(worstOutcome(['passed', 'failed', 'errored', 'known']), 'errored');
  t.equal(worstOutcome(['flaky', 'known', 'failed']), 'failed');
  t.equal(worstOutcome(['passed', 'flaky', 'known']), 'known');
  t.equal(worstOutcome(['passed', 'flaky']), 'flaky');
  t.equal(worstOutcome(['skipped', 'passed', 'not-run']), 'passed');
  t.equal(worstOutcome(['skipped', 'skipped']), 'skipped');
  t.equal(worstOutcome([]), 'not-run');
});

t.test('Of failed and timed out the earlier one names the job', async (t) => {
  t.equal(worstOutcome(['timed-out', 'failed']), 'timed-out');
  t.equal(worstOutcome(['failed', 'timed-out']), 'failed');
});

t.test('A failed prepare or cleanup is our error, and on-failure is never a verdict', async (t) => {
  t.equal(outcomeIn('prepare', 'failed'), 'errored');
  t.equal(outcomeIn('cleanup', 'timed-out'), 'errored');
  t.equal(outcomeIn('boot', 'failed'), 'failed');
  t.equal(verdict('boot', 'failed'), 'failed');
  t.equal(verdict('on-failure', 'failed'), undefined);
  const steps = [
    { phase: 'steps', outcome: 'passed' },
    { phase: 'on-failure', outcome: 'errored' },
  ] as const;
  t.equal(jobOutcome(steps), 'passed');
  t.equal(jobOutcome([...steps, { phase: 'cleanup', outcome: 'errored' }]), 'errored');
});

t.test('The exit status prefers the signal, then failures, then errors', async (t) => {
  t.equal(exitStatus(['passed', 'known', 'flaky', 'skipped']), 0);
  t.equal(exitStatus(['errored', 'passed']), 3);
  t.equal(exitStatus(['errored', 'timed-out']), 1);
  t.equal(exitStatus(['errored', 'failed', 'interrupted']), 130);
  t.equal(exitStatus(['passed'], 'SIGTERM'), 143);
  t.equal(exitStatus([], 'SIGINT'), 130);
});

t.test('Steps count by their phase, event by event', async (t) => {
  const verdicts = stepVerdicts();
  const steps = [
    { id: 'one', outcome: 'failed' },
    { id: 'look', phase: 'on-failure', outcome: 'failed' },
    { id: 'tidy', phase: 'cleanup', outcome: 'errored' },
  ] as const;
  for (const event of recordRun([{ job: 'a@x', title: 'A', outcome: 'errored', steps }])) verdicts.add(event);
  t.same(verdicts.all, ['failed', 'errored']);
});

t.test('A tally counts in one order and leaves out what is not there', async (t) => {
  t.same(tally(['failed', 'passed', 'failed', 'skipped']), [
    ['passed', 1],
    ['failed', 2],
    ['skipped', 1],
  ]);
});
