/** The last lines of a run: what failed and why first, then the counts, the times and where to read on. */
import { count, describeDuration, firstLine, visible } from '../src/describe-text.ts';
import {
  badJobs,
  describeJob,
  describeSoFar,
  headline,
  nothingPassed,
  NOTHING_PASSED,
  otherFailures,
  OUTCOME_WORDS,
  stepTitle,
} from '../src/describe.ts';
import type { Outcome } from '../src/event.ts';
import { tally, worstOutcome } from '../src/outcome.ts';
import type { JobResult, RunResult, StepResult } from '../src/result.ts';
import { MARKS, type Style, wrap } from './console-style.ts';

/** More failed jobs than this are counted: each of them is above, in full. */
const MOST_BAD = 20;

export function summary(style: Style, result: RunResult, htmlPath: string | undefined): string[] {
  const { jobs, durationMs } = result;
  const steps = jobs.flatMap((job) => job.steps.filter(({ phase }) => phase !== 'on-failure'));
  const nothing = !result.exit && result.outcome !== 'running' && nothingPassed(result);
  const facts: [label: string, text: string][] = [
    [
      'jobs',
      counts(
        style,
        jobs.map(({ outcome }) => outcome),
      ),
    ],
    [
      'steps',
      counts(
        style,
        steps.map(({ outcome }) => outcome),
      ),
    ],
    ['time', describeDuration(durationMs) + slowest(style, result)],
    ...(htmlPath === undefined ? [] : [['report', visible(htmlPath)] satisfies [string, string]]),
  ];
  return [
    ...headlines(style, result),
    '',
    ...facts
      .filter(([, text]) => text !== '')
      .map(([label, text]) => `${style.paint('dim', label.padEnd(6))}  ${text}`),
    ...result.notes.map((note) => style.paint('dim', `note: ${firstLine(note, 400)}`)),
    ...(nothing ? ['', style.paint('yellow', NOTHING_PASSED)] : []),
  ];
}

function headlines(style: Style, result: RunResult): string[] {
  const bad = badJobs(result);
  const soFar =
    result.outcome === 'running' && bad.length > 0 ? marked(style, 'running', describeSoFar(result)) : [];
  const outcome = worstOutcome([result.outcome, ...result.jobs.map((job) => job.outcome)]);
  if (bad.length < 2)
    return [
      ...soFar,
      ...marked(style, outcome, headline(result)),
      ...bad.flatMap((job) => moreOf(style, job)),
    ];
  const told = bad
    .slice(0, MOST_BAD)
    .flatMap((job) => [...marked(style, job.outcome, describeJob(job)), ...moreOf(style, job)]);
  const lines = [...soFar, ...told];
  const left = bad.length - MOST_BAD;
  return left > 0 ? [...lines, style.paint('dim', `  and ${count(left, 'more job')}`)] : lines;
}

function moreOf(style: Style, job: JobResult): string[] {
  const all = otherFailures(job);
  const shown = all.slice(0, MOST_STEPS - 1).flatMap((text) => marked(style, job.outcome, text));
  const left = all.length - MOST_STEPS + 1;
  return left > 0 ? [...shown, style.paint('dim', `  and ${count(left, 'more failed step')}`)] : shown;
}
/** Of one job. */
const MOST_STEPS = 5;

function marked(style: Style, outcome: Outcome, text: string): string[] {
  const { mark, colour } = MARKS[outcome];
  return wrap(style, text, 2).map(
    (line, index) => `${index === 0 ? style.paint(colour, mark) : ' '} ${style.paint('bold', line)}`,
  );
}

function counts(style: Style, outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return '';
  const words = tally(outcomes).map(([outcome, amount]) =>
    style.paint(MARKS[outcome].colour, `${amount} ${OUTCOME_WORDS[outcome]}`),
  );
  return words.join(style.paint('dim', ' · '));
}

/** Worth a word only where there is a choice. */
function slowest(style: Style, { jobs }: RunResult): string {
  let found: { step: StepResult; job: string } | undefined;
  for (const { job, steps } of jobs) {
    for (const step of steps) if (step.durationMs > (found?.step.durationMs ?? 0)) found = { step, job };
  }
  if (found === undefined) return '';
  const name =
    jobs.length > 1 ? `${firstLine(found.job)}#${firstLine(found.step.id)}` : stepTitle(found.step);
  return style.paint('dim', ` · slowest ${describeDuration(found.step.durationMs)} ${name}`);
}
