/** Jobs at once, one of which meets a bug of ours. */
import t from 'tap';
import { openRun } from '../../runner/capsule/run-scope.ts';
import { runJobs } from '../../runner/run.ts';
import type { EventBody } from '../../src/event.ts';
import { parseScenario } from '../../src/parse.ts';
import { planJobs } from '../../src/plan.ts';

t.test('an excluded combination is skipped for its reason, also where nothing may be skipped', async (t) => {
  const text =
    'title: T\nmachine: host\nmatrix: {case: [a, b], exclude: {case: a, because: it has none}}\nsteps: [{run: "true"}]\n';
  const parsed = parseScenario(text, { file: 'a.yaml', name: 'a', directory: '/' });
  const jobs = 'scenario' in parsed ? planJobs([parsed.scenario]) : [];
  const ends: unknown[] = [];
  await using scope = await openRun({ jobs: 1 });
  await runJobs(jobs, {
    emit: (event) => event.type === 'job-end' && ends.push([event.job, event.outcome, event.reason]),
    signal: new AbortController().signal,
    scope,
    images: [],
    parallel: 1,
    failFast: false,
    noSkip: true,
    timeoutScale: 1,
    directory: t.testdir(),
    unmet: async () => undefined,
    beforeEnd: async () => false,
  });
  t.same(ends, [
    ['a@host,case=a', 'skipped', 'it has none'],
    ['a@host,case=b', 'passed', undefined],
  ]);
});

t.test('a bug in one job ends that job as errored, lets the others end, and is thrown then', async (t) => {
  const text = 'title: T\nmachine: host\nmatrix: {case: [bad, good]}\nsteps: [{run: sleep 0.2}]\n';
  const parsed = parseScenario(text, { file: 'a.yaml', name: 'a', directory: '/' });
  const jobs = 'scenario' in parsed ? planJobs([parsed.scenario]) : [];
  t.equal(jobs.length, 2);
  const ends: (EventBody & { type: 'job-end' })[] = [];
  await using scope = await openRun({ jobs: 2 });
  const bug = new TypeError('this is our bug');
  const run = runJobs(jobs, {
    emit: (event) => event.type === 'job-end' && ends.push(event),
    signal: new AbortController().signal,
    scope,
    images: [],
    parallel: 2,
    failFast: false,
    timeoutScale: 1,
    directory: t.testdir(),
    unmet: async ({ name }) => {
      if (name.includes('bad')) throw bug;
      return undefined;
    },
    beforeEnd: async () => false,
  });
  await t.rejects(run, bug);
  t.same(
    ends.map(({ job, outcome, reason }) => [job, outcome, reason]),
    [
      ['a@host,case=bad', 'errored', 'rootlab itself failed: TypeError: this is our bug'],
      ['a@host,case=good', 'passed', undefined],
    ],
  );
});
