/** Each fact that a shipped scenario checks, turned into its opposite: the check must fail. */
import { join } from 'node:path';
import t from 'tap';

import { openRun } from '../../runner/capsule/run-scope.ts';
import { unmetNeed } from '../../runner/facts.ts';
import { homeDirectory } from '../../runner/home.ts';
import { loadJobs } from '../../runner/load.ts';
import { runJobs } from '../../runner/run.ts';
import type { EventBody } from '../../src/event.ts';
import type { Job } from '../../src/plan.ts';
import type { ResourceCheck, Step } from '../../src/scenario.ts';
import { brokenChecks } from './broken.ts';

t.setTimeout(600_000);
const skip = process.getuid?.() === 0 ? false : 'needs root';

t.test('each fact that a scenario checks can fail', { skip }, async (t) => {
  const { jobs, images } = await loadJobs([join(homeDirectory, 'scenarios')], {
    images: ['debian-12', 'debian-12-talk', 'host'],
  });
  const ends: (EventBody & { type: 'step-end' })[] = [];
  await using scope = await openRun({ jobs: 2 });
  const { signal } = new AbortController();
  // Those of the talk check what others check as well, and take as long as all of them.
  const chosen = jobs.filter(({ name }) => !name.includes('-talk') || name.startsWith('roots/debootstrap'));
  await runJobs(chosen.map(withTwins), {
    emit: (event) => event.type === 'step-end' && ends.push(event),
    signal,
    scope,
    images,
    parallel: 2,
    failFast: false,
    timeoutScale: 1,
    directory: t.testdir(),
    // What this very computer is not cannot be looked over here.
    unmet: async ({ machine, scenario }) =>
      machine.kind === 'host' ? unmetNeed(scenario.needs, signal) : undefined,
    beforeEnd: async () => false,
  });
  t.ok(ends.some(({ step }) => step.startsWith(twin)));
  for (const { job, step, outcome, failures } of ends) {
    // Steps of other systems.
    if (outcome === 'skipped') continue;
    const expected = step.startsWith(twin) ? 'failed' : 'passed';
    t.equal(outcome, expected, `${job}#${step} ${JSON.stringify(failures)}`);
  }
});

const twin = 'broken-';

/** After each step that checks, one step for each of its facts, inverted. */
function withTwins(job: Job): Job {
  const steps = job.scenario.steps.flatMap((step): readonly Step[] => {
    const checks = [...step.check, ...(step.verb === 'wait' ? step.wait : [])];
    return [quick(step), ...checks.flatMap(brokenChecks).map((check, index) => twinOf(step, check, index))];
  });
  const scenario = { ...job.scenario, steps, keepGoing: true };
  if (job.machine.kind !== 'root' || !job.scenario.steps.some(makesTree)) return { ...job, scenario };
  const tree = { path: '/var/lib/machines/debian-tree', image: 'debian-12', at: job.machine.at };
  return { ...job, scenario, machine: { ...job.machine, trees: [tree] } };
}

function twinOf(step: Step, check: ResourceCheck, index: number): Step {
  const { title: _title, say: _say, learn: _learn, because: _because, ...common } = step;
  return {
    ...common,
    expect: { exit: ['0'], where: {}, given: false, at: step.at },
    measure: {},
    artifacts: [],
    withinMs: undefined,
    id: `${twin}${step.id}-${index + 1}`,
    verb: 'check',
    check: [check],
  };
}

/** What debootstrap would make in a minute is copied: here only what is checked afterwards counts. */
function quick(step: Step): Step {
  if (step.verb !== 'run' || !makesTree(step)) return step;
  return {
    ...step,
    run: 'cp -a /var/lib/machines/debian-tree /root && cd /root',
    expect: { exit: ['0'], where: {}, given: false, at: step.at },
  };
}

function makesTree(step: Step): boolean {
  return step.verb === 'run' && step.run.includes('debootstrap --arch=amd64 unstable');
}
