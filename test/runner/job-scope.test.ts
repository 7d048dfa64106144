/** What a job has in its run is called after the job, and told of it where it does not end. */
import t from 'tap';
import { openRun } from '../../runner/capsule/run-scope.ts';
import { endAll, scopeOfJob } from '../../runner/job-scope.ts';
import { UserError } from '../../src/error.ts';
import { jobsOf } from '../../src/plan.ts';
import { scenarioOf } from '../src/parse-check.ts';

t.test('names that a job takes are its own among those of the run', async (t) => {
  await using run = await openRun({ jobs: 2 });
  const [one, other] = [scopeOfJob(run), scopeOfJob(run)];
  t.same([one.scope.nextJob(), other.scope.nextJob(), one.scope.nextJob()], ['job-1', 'job-2', 'job-3']);
  t.same([one.names, other.names], [['job-1', 'job-3'], ['job-2']]);
});

t.test('a machine that does not end is told of its job, after all the others ended', async (t) => {
  const [job] = jobsOf(scenarioOf('title: A\nmachine: host\nsteps: [{run: x}]'));
  if (job === undefined) return t.fail('no job');
  const ended: string[] = [];
  const machine = (name: string, error?: Error): AsyncDisposable => ({
    async [Symbol.asyncDispose]() {
      ended.push(name);
      if (error !== undefined) throw error;
    },
  });
  const network = { end: async () => void ended.push('network') };
  const held = new UserError('the machine did not end', { hint: 'look at it', status: 3 });
  await t.rejects(endAll(job, [machine('a', held), machine('b')], network), {
    message: `job "${job.name}": the machine did not end`,
    hint: 'look at it',
    status: 3,
  });
  t.same(ended, ['a', 'b', 'network']);
});
