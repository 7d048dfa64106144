import t from 'tap';
import { repeatJobs, repeatTable } from '../../runner/harness/repeat.ts';
import { parseScenario } from '../../src/parse.ts';
import { planJobs, type Job } from '../../src/plan.ts';

function planned(): readonly Job[] {
  const text = `title: T\nmachine: host\nsteps:\n${['first', 'middle', 'last'].map((id) => `  - {id: ${id}, run: x}\n`).join('')}`;
  const parsed = parseScenario(text, { file: 'a.yaml', name: 'a', directory: '/' });
  return 'scenario' in parsed ? planJobs([parsed.scenario]) : [];
}

t.test('each go has a name of its own, and the table counts them', async (t) => {
  const jobs = repeatJobs(planned(), 3);
  t.same(
    jobs.map(({ name }) => name),
    ['a@host,repeat=1', 'a@host,repeat=2', 'a@host,repeat=3'],
  );
  t.same(repeatJobs(planned(), 1), planned());
  t.match(repeatTable(jobs, ['passed', 'failed', 'passed']), /a@host +2 passed, 1 failed: flaky\n/);
  t.match(repeatTable(jobs, ['passed', 'flaky', 'skipped']), /2 passed, 0 failed, 1 without a verdict\n/);
  t.match(repeatTable(jobs, ['errored', 'failed', 'timed-out']), /0 passed, 3 failed\n/);
  const shuffled = ['b@debian-12', 'b@debian-9', 'a@host'].map((name) => ({ name }));
  t.match(repeatTable(shuffled, []), /^Repeated:\n +a@host .*\n +b@debian-9 .*\n +b@debian-12 /);
});
