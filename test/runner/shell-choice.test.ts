/** At which step a shell opens. */
import t from 'tap';
import { requireStep, shellAt } from '../../runner/harness/shell-choice.ts';
import { parseScenario } from '../../src/parse.ts';
import { planJobs } from '../../src/plan.ts';

t.test('a step is named by its id, and must be one', async (t) => {
  const text =
    'title: T\nmachine: host\nprepare: [{id: ready, run: x}]\nsteps: [{id: install, run: x}, {id: look, run: x}]\n';
  const parsed = parseScenario(text, { file: 'a.yaml', name: 'a', directory: '/' });
  const jobs = 'scenario' in parsed ? planJobs([parsed.scenario]) : [];
  t.equal(shellAt('on-failure'), undefined);
  t.equal(shellAt(undefined), undefined);
  t.same(shellAt('after=look'), { side: 'after', step: 'look' });
  requireStep(shellAt('before=ready'), jobs);
  requireStep(shellAt('always'), jobs);
  t.throws(() => requireStep(shellAt('before=instal'), jobs), {
    message: 'cannot open a shell before the step "instal": no selected job has such a step',
    hint: /did you mean "install"/,
    status: 2,
  });
});
