/** The steps of a run as the cases that other tools count: one unique name, one outcome, one reason each. */
import { firstLine } from '../src/describe-text.ts';
import { jobReason, stepReason, stepTitle } from '../src/describe.ts';
import type { Outcome } from '../src/event.ts';
import { isBad, verdict } from '../src/outcome.ts';
import type { JobResult, RunResult, StepResult } from '../src/result.ts';

export interface Case {
  /** Holds the job with its cell: GitLab drops all but one of the same name. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly reason?: string | undefined;
  /** Absent where the job as a whole is meant: it has no steps, or none of them is why it did not pass. */
  readonly step?: StepResult | undefined;
}

export function* runCases({ jobs }: RunResult): Generator<readonly [JobResult, readonly Case[]]> {
  const taken = new Set<string>();
  for (const job of jobs) {
    yield [job, jobCases(job).map((one) => ({ ...one, name: unique(one, taken) }))];
  }
}

export function caseName(job: string, title: string): string {
  return `${firstLine(job, 400)} › ${title}`;
}

function jobCases(job: JobResult): readonly Case[] {
  const cases = job.steps.flatMap((step): Case[] => {
    const outcome = verdict(step.phase, step.outcome);
    if (outcome === undefined) return [];
    const reason = stepReason(step) ?? (outcome === 'not-run' ? jobReason(job) : undefined);
    return [{ name: caseName(job.job, stepTitle(step)), outcome, reason, step }];
  });
  const told = cases.length > 0 && (!isBad(job.outcome) || cases.some(({ outcome }) => isBad(outcome)));
  return told
    ? cases
    : [...cases, { name: firstLine(job.job, 400), outcome: job.outcome, reason: jobReason(job) }];
}

function unique({ name, step }: Case, taken: Set<string>): string {
  let free = taken.has(name) && step !== undefined ? `${name} [${firstLine(step.id)}]` : name;
  for (let again = 2; taken.has(free); again += 1) free = `${name} (${again})`;
  taken.add(free);
  return free;
}
