/** Which jobs a stream may print now: those that ended, in plan order, so that parallel jobs never mix. */
import type { Event } from '../src/event.ts';
import type { JobResult, RunResult } from '../src/result.ts';

export interface Order {
  /** Jobs that have become printable with this event; all that are left at the end of the run. */
  next(event: Event): readonly JobResult[];
}

export function createOrder(result: RunResult): Order {
  const ended = new Set<string>();
  let printed = 0;
  return {
    next: (event) => {
      if (event.type === 'job-end') ended.add(event.job);
      else if (event.type !== 'run-end') return [];
      const from = printed;
      while (isPrintable(result.jobs[printed], event, ended)) printed += 1;
      return result.jobs.slice(from, printed);
    },
  };
}

function isPrintable(job: JobResult | undefined, event: Event, ended: ReadonlySet<string>): boolean {
  return job !== undefined && (event.type === 'run-end' || ended.has(job.job));
}
