/** What of a step is compared between combinations: how it ended, and what it printed once times and ids are taken out. */
import { normaliseLines } from './normalise.ts';
import { outputText, type JobResult, type StepResult } from './result.ts';

/** Nothing is known of it: it did not run, or not to its end. */
export const UNKNOWN = '?';
/** The combination has no such step, or it was skipped there. */
export const ABSENT = '-';

export function stepKey(job: JobResult, step: StepResult | undefined): string {
  if (job.outcome === 'not-run' || job.outcome === 'skipped') return UNKNOWN;
  if (step === undefined || step.outcome === 'skipped') return ABSENT;
  if (step.outcome === 'not-run' || step.outcome === 'interrupted') return UNKNOWN;
  return `${step.outcome} ${step.exit ?? ''}\n${comparedLines(step).join('\n')}`;
}

/** A console tells of each boot differently: of those only the outcome counts. */
export function comparedLines(step: StepResult): readonly string[] {
  const text = outputText(step.output, ['out', 'err', 'tty']);
  return normaliseLines(shorten(text).replace(ESCAPES, '').replace(CONTROLS, ''), step.captures);
}

/** Strings of the terminal, as the contexts of systemd 257, then sequences with parameters, then the short ones. */
const ESCAPES = /\u001B(?:[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\)|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-Z\\^-~])/g;
const CONTROLS = /[^\P{Cc}\n\t]/gu;

function shorten(text: string): string {
  return text.length <= 2 * MOST ? text : text.slice(0, MOST) + text.slice(-MOST);
}
const MOST = 100_000;
