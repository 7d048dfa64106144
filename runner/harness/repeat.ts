/** Each job several times, under names of their own; and what these goes came to. */
import type { Outcome } from '../../src/event.ts';
import { isBad } from '../../src/outcome.ts';
import type { Job } from '../../src/plan.ts';
import { table } from '../command.ts';
import { compareNames, repeatedJob } from '../../src/job-name.ts';

/** `a@host,repeat=1`, `a@host,repeat=2`: every report tells them apart, and they may run at once. */
export function repeatJobs(jobs: readonly Job[], times: number): readonly Job[] {
  if (times === 1) return jobs;
  return jobs.flatMap((job) =>
    Array.from({ length: times }, (_, at): Job => ({ ...job, name: `${job.name},repeat=${at + 1}` })),
  );
}

/** One line a job, by its name: how often it passed and failed, and whether it did both. */
export function repeatTable(
  jobs: readonly { readonly name: string }[],
  outcomes: readonly Outcome[],
): string {
  const goes = new Map<string, { passed: number; failed: number; other: number }>();
  jobs.forEach(({ name }, at) => {
    const job = repeatedJob(name);
    const outcome = outcomes[at] ?? 'not-run';
    const counts = goes.get(job) ?? { passed: 0, failed: 0, other: 0 };
    const neither = outcome === 'skipped' || outcome === 'not-run' || outcome === 'interrupted';
    counts[neither ? 'other' : isBad(outcome) ? 'failed' : 'passed'] += 1;
    goes.set(job, counts);
  });
  const inOrder = [...goes].toSorted(([a], [b]) => compareNames(a, b));
  const rows = inOrder.map(([job, { passed, failed, other }]): readonly [string, string] => {
    const rest = other === 0 ? '' : `, ${other} without a verdict`;
    return [job, `${passed} passed, ${failed} failed${rest}${passed > 0 && failed > 0 ? ': flaky' : ''}`];
  });
  return ['Repeated:', ...table(rows), ''].join('\n');
}
