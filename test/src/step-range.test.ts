import t, { type Test } from 'tap';
import { UserError } from '../../src/error.ts';
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

/** With steps `s1`, `s2` … and a cleanup that needs a pid. */
function jobOf(steps: readonly string[]): readonly Job[] {
  const text = `title: T\nmachine: host\nenv: {own: x}\nprepare: [{run: x, expect: <ready>}]\nsteps:\n${steps.map((step, index) => `  - {id: s${index + 1}, ${step}}\n`).join('')}cleanup: [{run: "kill $pid"}]\n`;
  const parsed = parseScenario(text, { file: 'a.yaml', name: 'a', directory: '/' });
  if ('problems' in parsed) throw new Error(parsed.problems[0]?.message);
  return planJobs([parsed.scenario]);
}

function lost(from: string, ...steps: readonly string[]): string {
  try {
    stepRange(jobOf(steps), { from });
    return '';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message} (${error.hint ?? ''})`;
  }
}

t.test('a step whose captures later steps use is not left out in silence', async (t) => {
  const plain = 'run: x';
  t.equal(
    lost('s3', plain, 'run: y, expect: <name>', 'run: z', 'run: "echo $name"'),
    'cannot begin at "s3": step "s4" uses ${name}, which step "s2" captures, and --from leaves that out (begin earlier: --from=s2)',
  );
  t.match(
    lost('s2', 'check: {output-of: x, expect: <name>}', 'write: "/${name}", content: y'),
    /"s1" captures/,
  );
  t.match(
    lost('s2', 'wait: {output-of: x, expect: <name>}', 'check: {output-of: "y ${name}"}'),
    /"s1" captures/,
  );
  t.equal(lost('s2', 'run: x, expect: <pid:int>', plain), '', 'cleanup does without after a failure as well');
  t.match(
    lost('s3', 'run: x, expect: <one>', 'run: "echo $one", expect: <two>', 'run: echo $two'),
    /--from=s1/,
    'where nothing is missing',
  );
  const well = (...steps: readonly string[]): void => {
    t.equal(lost('s2', ...steps), '', steps.join('; '));
  };
  well('run: x, expect: <name>', 'run: "name=5; echo $name"', 'run: "echo $name"');
  well('run: x, expect: <name>', 'run: y, expect: <name>', 'run: "echo $name"');
  well('run: x, expect: <name>', 'run: "echo $name", env: {name: y}');
  well('run: x, expect: <name>', 'run: y, say: "It was $name"', 'run: "echo $names $ready $own"');
});
