/** Steps that ended alike in two runs and printed something else, once what varies by itself is taken out. */
import { repeatedJob } from './job-name.ts';
import { comparedLines, stepKey } from './matrix-key.ts';
import type { JobResult, RunResult, StepResult } from './result.ts';
import { sideBySide, type SideRow } from './side-by-side.ts';

export interface Printed {
  /** Of the newer run. */
  readonly job: JobResult;
  readonly step: StepResult;
  /** The lines that differ, normalised. */
  readonly rows: readonly SideRow[];
}

interface Side {
  readonly job: JobResult;
  readonly step: StepResult;
  readonly key: string;
}

/** Of several repeats of a job none may have printed what one of the other run did: what varies is no change. */
export function printedDifferently(baseline: RunResult, now: RunResult): readonly Printed[] {
  const [before, after] = [sidesOf(baseline), sidesOf(now)];
  return [...after].flatMap(([name, sides]) => {
    const others = before.get(name) ?? [];
    const known = new Set(others.map(({ key }) => key));
    const [old, fresh] = [others[0], sides[0]];
    if (old === undefined || fresh === undefined || sides.some(({ key }) => known.has(key))) return [];
    const rows = sideBySide(comparedLines(old.step), comparedLines(fresh.step)).filter(
      ({ kind }) => kind !== 'same' && kind !== 'gap',
    );
    return rows.length === 0 ? [] : [{ job: fresh.job, step: fresh.step, rows }];
  });
}

/** By job and step: those that passed; what went wrong is told as a change. */
function sidesOf({ jobs }: RunResult): ReadonlyMap<string, readonly Side[]> {
  const found = new Map<string, Side[]>();
  for (const job of jobs)
    for (const step of job.steps) {
      if (step.verb !== 'run' || step.phase === 'on-failure' || step.outcome !== 'passed') continue;
      const name = `${repeatedJob(job.job)}\n${step.id}`;
      const side = { job, step, key: stepKey(job, step) };
      const known = found.get(name);
      if (known === undefined) found.set(name, [side]);
      else known.push(side);
    }
  return found;
}
