/** Some of the steps of one job: from a step, until a step. */
import { UserError } from './error.ts';
import { suggest } from './nearest.ts';
import type { Job } from './plan.ts';

export interface Range {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** `prepare` and `cleanup` stay as they are; both ends belong to the range. */
export function stepRange(jobs: readonly Job[], { from, until }: Range): readonly Job[] {
  if (from === undefined && until === undefined) return jobs;
  const [job, ...others] = jobs;
  if (job === undefined || others.length > 0) {
    throw new UserError(`cannot choose steps: ${jobs.length} jobs are selected`, {
      hint: `name one job: rootlab run ${job?.name ?? 'JOB'} --${from === undefined ? 'until' : 'from'}=STEP`,
    });
  }
  const { steps } = job.scenario;
  const first = from === undefined ? 0 : indexOf(job, from);
  const last = until === undefined ? steps.length - 1 : indexOf(job, until);
  if (first > last) {
    throw new UserError(`cannot choose steps: "${from}" comes after "${until}"`, {
      hint: `the steps are: ${steps.map(({ id }) => id).join(', ')}`,
    });
  }
  return [{ ...job, scenario: { ...job.scenario, steps: steps.slice(first, last + 1) } }];
}

function indexOf({ name, scenario: { steps } }: Job, id: string): number {
  const found = steps.findIndex((step) => step.id === id);
  if (found >= 0) return found;
  const ids = steps.map((step) => step.id);
  throw new UserError(`cannot choose steps: no step of ${name} is called "${id}"`, {
    hint: suggest(id, ids, 'the steps are'),
  });
}
