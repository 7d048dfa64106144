/** A part of the jobs for each of several computers: every job is in exactly one part, and all parts take about as long. */
import { UserError } from './error.ts';

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

export function readShard(text: string): Shard {
  const [, index = 0, count = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count) return { index, count };
  throw new UserError(`"${text}" is no value of --shard`, {
    hint: 'write which one of how many: --shard=1/3, 2/3 and 3/3',
  });
}

/** Their times: a job without one counts like the mean of the others; without any time all count alike. */
export function weighJobs(
  jobs: readonly { readonly name: string }[],
  tookMs: (name: string) => number | undefined,
): readonly number[] {
  const times = jobs.map(({ name }) => tookMs(name));
  const known = times.filter((time) => time !== undefined);
  const mean = known.length === 0 ? 1 : known.reduce((sum, time) => sum + time, 0) / known.length;
  return times.map((time) => time ?? mean);
}

/**
 * The longest first, each to the part that has least to do so far. The order of `jobs` is kept, and says nothing about who gets what.
 */
export function shard<T extends { readonly name: string }>(
  jobs: readonly T[],
  { index, count }: Shard,
  tookMs: ReadonlyMap<string, number>,
): readonly T[] {
  const weights = weighJobs(jobs, (name) => tookMs.get(name));
  const weighed = jobs
    .map((job, at) => ({ job, weight: weights[at] ?? 0 }))
    .toSorted((a, b) => b.weight - a.weight || (a.job.name < b.job.name ? -1 : 1));
  const parts = Array.from({ length: count }, () => ({ weight: 0, jobs: new Set<T>() }));
  for (const { job, weight } of weighed) {
    const least = parts.reduce((best, part) =>
      part.weight < best.weight || (part.weight === best.weight && part.jobs.size < best.jobs.size)
        ? part
        : best,
    );
    least.weight += weight;
    least.jobs.add(job);
  }
  const mine = parts[index - 1]?.jobs ?? new Set<T>();
  return jobs.filter((job) => mine.has(job));
}
