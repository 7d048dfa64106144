/** What an earlier run tells the next one: which of its jobs did not pass, and how long each took. */
import { UserError } from '../../src/error.ts';
import type { Event, Outcome } from '../../src/event.ts';
import { repeatedJob } from '../../src/job-name.ts';
import { suggest } from '../../src/nearest.ts';
import { isBad } from '../../src/outcome.ts';

export interface Earlier {
  /** As it was called, without the program. */
  readonly argv: readonly string[];
  /** In plan order; `not-run` where it never began, `interrupted` where no end was seen. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly tookMs: ReadonlyMap<string, number>;
}

export async function readEarlier(events: AsyncIterable<Event> | Iterable<Event>): Promise<Earlier> {
  const outcomes = new Map<string, Outcome>();
  const tookMs = new Map<string, number>();
  let argv: readonly string[] = [];
  for await (const event of events) {
    if (event.type === 'run-begin') argv = event.argv;
    else if (event.type === 'plan')
      for (const { job } of event.jobs) outcomes.set(repeatedJob(job), 'not-run');
    else if (event.type === 'job-begin') begin(event.job);
    else if (event.type === 'job-end') end(event.job, event.outcome, event.durationMs);
  }
  function begin(name: string): void {
    const job = repeatedJob(name);
    if (!isBad(outcomes.get(job) ?? 'not-run')) outcomes.set(job, 'interrupted');
  }
  function end(name: string, outcome: Outcome, durationMs: number): void {
    const job = repeatedJob(name);
    const before = outcomes.get(job);
    // Of repeats the one that did not pass counts, of attempts the newest.
    if (job === name || before === undefined || !isBad(before) || before === 'interrupted')
      outcomes.set(job, outcome);
    if (outcome !== 'skipped') tookMs.set(job, durationMs);
  }
  return { argv, outcomes, tookMs };
}

/** Names of the jobs that did not pass and were not left out on purpose. */
export function notPassed({ outcomes }: Earlier, log: string): readonly string[] {
  if (outcomes.size === 0)
    throw new UserError(`cannot run again what failed: "${log}" tells of no jobs`, { hint: runAll });
  const names = [...outcomes].filter(([, outcome]) => isBad(outcome) || outcome === 'not-run');
  if (names.length > 0) return names.map(([name]) => name);
  const count = outcomes.size === 1 ? 'its job' : `none of its ${outcomes.size} jobs`;
  throw new UserError(
    `cannot run again what failed: ${outcomes.size === 1 ? `${count} did not fail` : `${count} failed`} in "${log}"`,
    { hint: runAll },
  );
}
const runAll = 'leave out --rerun to run everything';

export function onlyNamed<T extends { readonly name: string }>(
  jobs: readonly T[],
  names: readonly string[],
  log: string,
): readonly T[] {
  const wanted = new Set(names);
  const chosen = jobs.filter(({ name }) => wanted.has(name));
  if (chosen.length > 0) return chosen;
  throw new UserError(`cannot run again what failed: none of the selected jobs failed in "${log}"`, {
    hint: suggest('', names, 'what failed there'),
  });
}
