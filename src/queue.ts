/** Which job a worker takes next. */
import { repeatedJob } from './job-name.ts';
import { weighJobs } from './shard.ts';

export interface JobQueue {
  /** How many are left. */
  left(): number;
  /** The index of the next one; nothing when none is left. */
  take(): number | undefined;
}

/**
 * The jobs come in their order, but for one that would outlast all others that are left: it begins now, or it would run
 * alone at the end. Without any times the order stays.
 */
export function jobQueue(
  jobs: readonly { readonly name: string }[],
  workers: number,
  tookMs: ReadonlyMap<string, number>,
): JobQueue {
  const weights = weighJobs(jobs, (name) => tookMs.get(repeatedJob(name)));
  const longest = [...jobs.keys()].toSorted((a, b) => weight(b) - weight(a));
  const taken = new Set<number>();
  let leftMs = weights.reduce((sum, one) => sum + one, 0);
  let [next, longestAt] = [0, 0];
  function weight(index: number): number {
    return weights[index] ?? 0;
  }
  function choose(): number {
    while (taken.has(next)) next += 1;
    while (taken.has(longest[longestAt] ?? -1)) longestAt += 1;
    const long = longest[longestAt];
    if (tookMs.size === 0 || long === undefined) return next;
    return weight(long) > weight(next) && weight(long) * (workers - 1) >= leftMs - weight(long) ? long : next;
  }
  const left = (): number => jobs.length - taken.size;
  return {
    left,
    take() {
      if (left() === 0) return undefined;
      const index = choose();
      taken.add(index);
      leftMs -= weight(index);
      return index;
    },
  };
}
