/** The one wording of steps, jobs and runs: outcome words, reasons, summaries, the commands to go on with. */
import { stripVTControlCharacters } from 'node:util';
import { describeFailure, failureLines, hintsOnce, type FailureLine } from './describe-failure.ts';
import { count, describeDuration, firstLine, shellWord } from './describe-text.ts';
import type { Failure, Outcome } from './event.ts';
import { repeatedJob } from './job-name.ts';
import { isBad, tally, verdict } from './outcome.ts';
import { outputText, type AttemptResult, type JobResult, type RunResult, type StepResult } from './result.ts';

export const OUTCOME_WORDS: Record<Outcome, string> = {
  passed: 'passed',
  flaky: 'flaky',
  known: 'known issue',
  failed: 'failed',
  'timed-out': 'timed out',
  errored: 'errored',
  interrupted: 'interrupted',
  running: 'running',
  skipped: 'skipped',
  'not-run': 'not run',
};

/** A step's title, else its command's first line; before it the machine, where there are several. */
export function stepTitle({
  id,
  title,
  command,
  on,
}: Pick<StepResult, 'id' | 'title' | 'command' | 'on'>): string {
  const text = title === '' || title === id ? command || id : title;
  return firstLine(on === undefined ? text : `${on}: ${text}`, 120);
}

/** Why a step is what it is; undefined for one that simply passed. */
export function stepReason(step: StepResult): string | undefined {
  const [failure, ...others] = step.failures;
  const seen =
    failure === undefined
      ? undefined
      : describeFailure(failure) +
        (step.tries > 1 && isBad(step.outcome) ? ` (${wordTries(step)})` : '') +
        lastWords(step, failure) +
        (others.length > 0 ? ` (and ${others.length} more)` : '');
  const reason = step.reason === undefined ? undefined : firstLine(step.reason, 400);
  if (isBad(step.outcome))
    return seen ?? reason ?? (step.outcome === 'interrupted' ? 'its end was not seen' : undefined);
  const tries = step.tries > 1 ? `try ${step.tries}` : undefined;
  const words = [tries, reason, step.outcome === 'known' ? seen : undefined].filter(
    (word) => word !== undefined,
  );
  return words.length === 0 ? undefined : words.join(': ');
}

/** All there is to say of what went wrong in a step: each failure in full, and how often it was tried. */
export function stepFailureLines(step: StepResult): readonly FailureLine[] {
  const hints = hintsOnce(step.failures);
  const lines = step.failures.flatMap((failure, index) => failureLines(failure, hints[index]));
  return lines.length === 0 || step.tries < 2 ? lines : [...lines, { kind: 'text', text: wordTries(step) }];
}

export function wordTries({ tries }: Pick<StepResult, 'tries'>): string {
  return `tried ${count(tries, 'time')}`;
}

/** A bare status says little: what the command complained of last says why. */
function lastWords({ output }: StepResult, failure: Failure): string {
  if (failure.kind !== 'exit' || failure.machine !== undefined) return '';
  const near = outputText(output, ['err']).slice(-2_000);
  const said = stripVTControlCharacters(near).trimEnd().split('\n').at(-1)?.trim() ?? '';
  return said === '' ? '' : `: ${firstLine(said, 160)}`;
}

/** The step that decided the job's outcome, if one did. */
export function decidingStep(job: AttemptResult): StepResult | undefined {
  const of = (wanted: (outcome: Outcome) => boolean): StepResult | undefined =>
    job.steps.find((step) => {
      const counted = verdict(step.phase, step.outcome);
      return counted !== undefined && wanted(counted);
    });
  return of((outcome) => outcome === job.outcome) ?? of(isBad);
}

/** Why a job is what it is, in one line: `See it run: expected exit 0, saw 3`. */
export function jobReason(job: AttemptResult): string | undefined {
  if (job.outcome === 'passed') return undefined;
  const step = job.outcome === 'not-run' || job.outcome === 'skipped' ? undefined : decidingStep(job);
  const reason = step === undefined ? undefined : stepReason(step);
  if (step !== undefined && reason !== undefined) return `${stepTitle(step)}: ${reason}`;
  if (job.reason !== undefined) return firstLine(job.reason, 400);
  const skipped =
    job.outcome === 'skipped' ? job.steps.find(({ reason }) => reason !== undefined) : undefined;
  return skipped?.reason;
}

/** `attempt 3, before it 1 passed, 1 failed`; undefined for a job that was tried once. */
export function describeAttempts({ attempt, earlier }: JobResult): string | undefined {
  if (earlier.length === 0) return undefined;
  return `attempt ${attempt}, before it ${describeTally(earlier.map(({ outcome }) => outcome))}`;
}

/** `units/hello@debian-12#status failed: See it run: expected exit 0, saw 3`. */
export function describeJob(job: JobResult): string {
  const step = isBad(job.outcome) ? decidingStep(job) : undefined;
  const reason = jobReason(job);
  const name = firstLine(job.job) + (step === undefined ? '' : `#${firstLine(step.id)}`);
  return `${name} ${OUTCOME_WORDS[job.outcome]}${reason === undefined ? '' : `: ${reason}`}`;
}

/** The steps that failed beside the deciding one, as `describeJob` words it: a job that kept going has several. */
export function otherFailures(job: JobResult): readonly string[] {
  const first = decidingStep(job);
  return job.steps
    .filter((step) => step !== first && isBad(verdict(step.phase, step.outcome) ?? 'passed'))
    .map((step) => {
      const reason = stepReason(step);
      const head = `${firstLine(job.job)}#${firstLine(step.id)} ${OUTCOME_WORDS[step.outcome]}: ${stepTitle(step)}`;
      return reason === undefined ? head : `${head}: ${reason}`;
    });
}

/** The first line of a summary: what failed and why, or that nothing did. */
export function headline(result: RunResult): string {
  const bad = badJobs(result);
  const [first] = bad;
  if (first !== undefined)
    return describeJob(first) + (bad.length > 1 ? ` (and ${count(bad.length - 1, 'more job')})` : '');
  if (result.outcome === 'running') return describeSoFar(result);
  if (result.outcome === 'interrupted') return result.outcome;
  if (result.jobs.length === 0) return 'no job ran';
  const passed = result.jobs.filter(({ outcome }) => outcome !== 'skipped' && outcome !== 'not-run').length;
  const took = describeDuration(result.durationMs);
  return passed === 0 ? NOTHING_PASSED : `${count(passed, 'job')} passed in ${took}`;
}

/** `Running: 3 of 7 jobs ended, 1 failed`. */
export function describeSoFar({ jobs }: RunResult): string {
  const ended = jobs.map(({ outcome }) => outcome).filter((one) => one !== 'running' && one !== 'not-run');
  const words = describeTally(ended);
  return `Running: ${ended.length} of ${count(jobs.length, 'job')} ended${words === '' ? '' : `, ${words}`}`;
}

export const NOTHING_PASSED = 'nothing passed: no job ran to its end';

/** Those that a person must look at: failures first, then errors, then what was interrupted. */
export function badJobs({ jobs }: RunResult): readonly JobResult[] {
  return WORST_FIRST.flatMap((outcomes) => jobs.filter(({ outcome }) => outcomes.includes(outcome)));
}
const WORST_FIRST: readonly (readonly Outcome[])[] = [['failed', 'timed-out'], ['errored'], ['interrupted']];

/** Whether not one job passed, cleanly or with a known or flaky step. */
export function nothingPassed({ jobs }: RunResult): boolean {
  return !jobs.some(({ outcome }) => outcome === 'passed' || outcome === 'flaky' || outcome === 'known');
}

/** `3 passed, 1 failed`. */
export function describeTally(outcomes: Iterable<Outcome>): string {
  return tally(outcomes)
    .map(([outcome, amount]) => `${amount} ${OUTCOME_WORDS[outcome]}`)
    .join(', ');
}

/** What to type to run this job again, where the run was started: its file, and which of its jobs where it has several. */
export function againCommand({ job, axes, steps, options = [] }: JobResult): string {
  const name = repeatedJob(job);
  // Other phases may come from parts it uses.
  const file = steps.find(({ phase }) => phase === 'steps')?.place.file ?? '';
  const [, stem] = /([^/]+)\.ya?ml$/.exec(file) ?? [];
  const at = stem === undefined ? -1 : name.indexOf(`${stem}@`);
  // A log that names no file, or that not rootlab wrote.
  const isWhole = stem === undefined || at < 0;
  const cell = isWhole || Object.keys(axes).length === 0 ? '' : name.slice(at + stem.length);
  return ['rootlab run', ...[isWhole ? name : file + cell, ...options].map(shellWord)].join(' ');
}

/** A machine that never was lets nobody in. */
export function canEnter(job: JobResult): boolean {
  return job.kept !== undefined || job.machines.length > 0;
}

/** What to type to get a shell there: in the kept machine, else where it fails the next time. */
export function shellCommand(job: JobResult): string {
  return job.kept ?? `${againCommand(job)} --shell on-failure`;
}
