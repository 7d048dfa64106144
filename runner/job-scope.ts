/** What a job has in the scope of its run, and that nothing of it stays. */
import { UserError } from '../src/error.ts';
import type { Job } from '../src/plan.ts';
import { lastingRemains } from './capsule/remains.ts';
import type { RunScope } from './capsule/run-scope.ts';
import type { JobNetwork } from './network.ts';

/** The run's scope, which remembers what this job's own things are called in it. */
export function scopeOfJob(scope: RunScope): { readonly scope: RunScope; readonly names: readonly string[] } {
  const names: string[] = [];
  const nextJob = (): string => {
    const name = scope.nextJob();
    names.push(name);
    return name;
  };
  return { scope: { ...scope, nextJob }, names };
}

/** What is left of us once a job's machines have ended is that job's: the run ends with this error. */
export function lookAfter(job: Job, ended: Promise<void>, scope: RunScope, names: readonly string[]): void {
  // Of machines that did not end it is told already.
  const looked = ended.then(
    async () => lastingRemains(scope.id, names),
    () => [],
  );
  scope.defer(async () => {
    const left = await looked;
    if (left.length > 0) throw new UserError(`of the job "${job.name}" is left ${left.join(', ')}`);
  });
}

export async function endAll(
  job: Job,
  machines: readonly AsyncDisposable[],
  network: Pick<JobNetwork, 'end'>,
): Promise<void> {
  const ends = await Promise.allSettled(machines.map(async (machine) => machine[Symbol.asyncDispose]()));
  await network.end();
  for (const end of ends) if (end.status === 'rejected') throw ofJob(job, end.reason);
}

/** The same error, told of this job: many have a machine of that name. */
function ofJob({ name }: Job, error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  const { message, hint, detail, status } = error;
  return new UserError(`job "${name}": ${message}`, { hint, detail, status, cause: error });
}
