/** What the name of a job says: its scenario, its combination, which repeat it is. */
import type { PlannedJob } from './event.ts';

/** `a@host,repeat=2` is another go at `a@host`. */
export function repeatedJob(name: string): string {
  return name.replace(/,repeat=\d+$/, '');
}

export function repeatOf(name: string): string | undefined {
  return /,repeat=(\d+)$/.exec(name)?.[1];
}

/**
 * What tells a job from the others of its scenario: the values of its axes, that of `image` by itself. Without axes its
 * machines, as they stand behind the `@`.
 */
export function combinationOf({ job, axes }: Pick<PlannedJob, 'job' | 'axes'>): string {
  const values = Object.entries(axes).map(([axis, value]) => (axis === 'image' ? value : `${axis}=${value}`));
  return values.length === 0 ? splitJob(repeatedJob(job))[1] : values.join(', ');
}

/** No value of an axis holds an `@`. */
export function splitJob(job: string): readonly [scenario: string, cell: string] {
  const at = job.lastIndexOf('@');
  return at < 0 ? [job, ''] : [job.slice(0, at), job.slice(at + 1)];
}
