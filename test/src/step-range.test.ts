import t, { type Test } from 'tap';
import { parseScenario } from '../../src/parse.ts';
import { planJobs, type Job } from '../../src/plan.ts';
import { stepRange, type Range } from '../../src/step-range.ts';

function planned(): readonly Job[] {
  const text = `title: T\nmachine: host\nsteps:\n${['first', 'middle', 'last'].map((id) => `  - {id: ${id}, run: x}\n`).join('')}`;
  const parsed = parseScenario(text, { file: 'a.yaml', name: 'a', directory: '/' });
  return 'scenario' in parsed ? planJobs([parsed.scenario]) : [];
}

function checkRange(t: Test, range: Range, ids: readonly string[]): void {
  const steps = stepRange(planned(), range).flatMap(({ scenario }) => scenario.steps);
  t.same(
    steps.map(({ id }) => id),
    ids,
  );
}

t.test('steps are taken from one, until one', async (t) => {
  checkRange(t, {}, ['first', 'middle', 'last']);
  checkRange(t, { from: 'middle' }, ['middle', 'last']);
  checkRange(t, { until: 'middle' }, ['first', 'middle']);
  checkRange(t, { from: 'middle', until: 'middle' }, ['middle']);
  const check = (range: Range, message: RegExp, hint: RegExp, jobs = planned()): void => {
    t.throws(() => stepRange(jobs, range), { message, hint });
  };
  check({ from: 'midle' }, /no step of a@host is called "midle"/, /did you mean "middle"\?/);
  check({ until: 'zzzzzz' }, /is called "zzzzzz"/, /first, middle, last/);
  check({ from: 'last', until: 'first' }, /"last" comes after "first"/, /first, middle, last/);
  check(
    { from: 'first' },
    /2 jobs are selected/,
    /a@host.* --from=STEP/,
    planned().flatMap((job) => [job, { ...job, name: 'b@host' }]),
  );
});
