import t from 'tap';
import { describeAttempts } from '../../src/describe.ts';
import type { Event, Outcome } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import { mergeLogs } from '../../src/merge.ts';
import type { RunResult } from '../../src/result.ts';
import { recordRun, type SampleJob } from '../fixtures/sample-run.ts';

/** A run that began so many seconds after the first. */
export function runAt(seconds: number, jobs: readonly SampleJob[]): readonly Event[] {
  return recordRun(jobs).map((event) => ({ ...event, t: event.t + seconds * 1_000 }));
}

export function oneStep(job: string, outcome: Outcome, out = 'x\n'): SampleJob {
  return { job, title: job, outcome, steps: [{ id: 'one', outcome, out, ms: 100 }] };
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

const bytes = (events: readonly Event[]): string => events.map((event) => JSON.stringify(event)).join('\n');

function outcomesOf({ jobs }: RunResult): readonly string[] {
  return jobs.map(({ job, outcome, earlier }) =>
    [`${job} ${outcome}`, ...earlier.map((attempt) => attempt.outcome)].join(' < '),
  );
}

const cells = ['debian-9', 'debian-12', 'debian-13', 'debian-sid'].map((image, index) =>
  runAt(index === 3 ? 2 : index, [
    oneStep(`a/b@${image}`, image === 'debian-12' ? 'failed' : 'passed'),
    oneStep(`a/c@${image}`, 'passed'),
  ]),
);
const rerun = runAt(3_600, [oneStep('a/b@debian-12', 'passed')]);

t.test('Four cells and a re-run give the same bytes in any order', async (t) => {
  const all = permutations([...cells, rerun]);
  t.equal(all.length, 120);
  const texts = new Set(all.map((logs) => bytes(mergeLogs(logs))));
  t.equal(texts.size, 1);
  const other = runAt(3_600, [oneStep('a/b@debian-12', 'failed')]);
  t.notOk(texts.has(bytes(mergeLogs([...cells, other]))), 'and other runs give others');
});

t.test('Goes at one job are its attempts, the newest counts, and jobs stand by name', async (t) => {
  const result = foldEvents(mergeLogs([rerun, ...cells]));
  t.strictSame(outcomesOf(result), [
    'a/b@debian-9 passed',
    'a/b@debian-12 passed < failed',
    'a/b@debian-13 passed',
    'a/b@debian-sid passed',
    'a/c@debian-9 passed',
    'a/c@debian-12 passed',
    'a/c@debian-13 passed',
    'a/c@debian-sid passed',
  ]);
  t.equal(result.outcome, 'passed');
  t.equal(result.exit, 0);
  const again = result.jobs[1];
  t.equal(again && describeAttempts(again), 'attempt 2, before it 1 failed');
  t.equal(again?.earlier[0]?.steps[0]?.outcome, 'failed');
});

function count(events: readonly Event[]): number {
  return events.filter(({ type }) => !['run-begin', 'plan', 'run-end'].includes(type)).length;
}

t.test('The hour between a run and its re-run is left out, and no event is lost', async (t) => {
  const merged = mergeLogs([rerun, ...cells]);
  t.ok((merged.at(-1)?.m ?? 0) < 5_000);
  t.equal(merged.at(-1)?.t, rerun.at(-1)?.t);
  t.equal(
    count(merged),
    [...cells, rerun].map(count).reduce((a, b) => a + b),
  );
  t.strictSame(
    merged.map(({ seq }) => seq),
    merged.map((_, index) => index + 1),
  );
});

t.test('A log given twice, or beside what it was joined into, adds nothing', async (t) => {
  const once = outcomesOf(foldEvents(mergeLogs([...cells, rerun])));
  t.strictSame(outcomesOf(foldEvents(mergeLogs([...cells, rerun, rerun]))), once);
  t.strictSame(outcomesOf(foldEvents(mergeLogs([mergeLogs(cells), rerun, ...cells]))), once);
});

t.test('A killed run is interrupted, until another brings its jobs to their ends', async (t) => {
  const whole = runAt(0, [oneStep('a/b@x', 'passed'), oneStep('a/c@x', 'passed')]);
  const killed = whole.filter(
    ({ type, ...event }) =>
      type === 'plan' || ('job' in event && event.job === 'a/b@x') || type === 'run-begin',
  );
  const alone = foldEvents(mergeLogs([killed]));
  t.strictSame(outcomesOf(alone), ['a/b@x passed', 'a/c@x not-run']);
  t.match(alone, { outcome: 'interrupted', exit: 130 });
  const mended = foldEvents(mergeLogs([runAt(9, [oneStep('a/c@x', 'passed')]), killed]));
  t.match(mended, { outcome: 'passed', exit: 0 });
});

const cleaned = (outcome: Outcome): SampleJob => ({
  job: 'a/b@x',
  title: 'B',
  outcome: 'errored',
  steps: [
    { id: 'one', outcome },
    { id: 'tidy', phase: 'cleanup', outcome: 'errored' },
  ],
});

t.test('A failed step is a failure although its job errored after it', async (t) => {
  t.match(foldEvents(mergeLogs([runAt(0, [cleaned('failed')])])), { outcome: 'errored', exit: 1 });
  t.match(foldEvents(mergeLogs([runAt(0, [cleaned('passed')])])), { outcome: 'errored', exit: 3 });
  const again = runAt(9, [cleaned('passed')]);
  t.match(foldEvents(mergeLogs([runAt(0, [cleaned('failed')]), again])), { outcome: 'errored', exit: 3 });
});

t.test('A job that ended without a beginning keeps its reason beside the next go at it', async (t) => {
  const began = runAt(0, [oneStep('a/b@x', 'errored')]);
  const unbegun = began.filter(({ type }) => type !== 'job-begin');
  const { jobs } = foldEvents(mergeLogs([unbegun, runAt(5, [oneStep('a/b@x', 'passed')])]));
  t.match(jobs, [{ attempt: 2, outcome: 'passed', earlier: [{ attempt: 1, outcome: 'errored' }] }]);
});

function named(title: string, kernel: string, seconds: number): readonly Event[] {
  return runAt(seconds, [oneStep(`a/${title}@x`, 'passed')]).map((event) =>
    event.type === 'run-begin' ? { ...event, title, host: { kernel }, shard: `${title}/2` } : event,
  );
}

t.test('What the runs say of themselves stands beside each other', async (t) => {
  const logs = [named('1', '6.1', 0), named('2', '6.12', 1)];
  const begin = mergeLogs(logs)[0];
  t.match(begin, { type: 'run-begin', title: '1, 2', host: { kernel: '6.1, 6.12' }, shard: undefined });
});
