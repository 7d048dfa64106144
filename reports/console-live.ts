/** The moving part of a terminal: a line for each running step with its time, redrawn in place below what stays. */
import { count, describeDuration, firstLine } from '../src/describe-text.ts';
import { OUTCOME_WORDS, stepTitle } from '../src/describe.ts';
import { isBad } from '../src/outcome.ts';
import type { JobResult, RunResult } from '../src/result.ts';
import { fit, gapTo, type Style, textWidth } from './console-style.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** More running jobs than this are counted, not shown. */
const MOST_LINES = 8;

export interface Live {
  /** `text` stays, above the moving part. */
  print(text: string): string;
  draw(lines: readonly string[]): string;
}

/** Cursor codes only; each answer is written in one piece, so nothing flickers. */
export function createLive(): Live {
  let drawn = 0;
  const clear = (): string => {
    const text = drawn === 0 ? '' : `\u001B[${drawn}F\u001B[J`;
    drawn = 0;
    return text;
  };
  return {
    print: (text) => clear() + text,
    draw: (lines) => {
      const cleared = clear();
      drawn = lines.length;
      // Without wrapping a line is one row, whatever the terminal takes for its width.
      return lines.length === 0 ? cleared : `${cleared}\u001B[?7l${lines.join('\n')}\n\u001B[?7h`;
    },
  };
}

export function liveLines(style: Style, result: RunResult, nowMs: number): string[] {
  const running = result.jobs.filter(isRunning);
  const shown = running.slice(0, MOST_LINES);
  const nameWidth = Math.max(0, ...shown.map(({ job }) => textWidth(job)));
  const alone = result.jobs.length === 1;
  const lines = shown.map((job) =>
    alone ? stepLine(style, job, nowMs) : jobLine(style, job, { nowMs, nameWidth }),
  );
  const hidden = running.length - MOST_LINES;
  if (hidden > 0) lines.push(style.paint('dim', `  and ${count(hidden, 'more running job')}`));
  if (result.jobs.length > 1) lines.push(style.paint('dim', fit(progress(result, nowMs), style.width - 1)));
  return lines;
}

function stepLine(style: Style, job: JobResult, nowMs: number): string {
  const { text, time } = doing(job, nowMs);
  const shown = fit(text, style.width - textWidth(time) - 7);
  const gap = gapTo(style, `    ${shown} `, time);
  return `  ${style.paint('bold', frame(nowMs))} ${shown}${gap}${style.paint('dim', time)}`;
}

function jobLine(
  style: Style,
  job: JobResult,
  { nowMs, nameWidth }: { nowMs: number; nameWidth: number },
): string {
  const { text, time } = doing(job, nowMs);
  const room = style.width - textWidth(time) - 5;
  const columns = Math.min(nameWidth, Math.max(12, Math.floor(room * 0.6)));
  const name = fit(job.job, columns);
  const padded = name + ' '.repeat(columns - textWidth(name));
  const shown = fit(text, room - columns - 2);
  const gap = gapTo(style, `  ${padded}  ${shown} `, time);
  return `${style.paint('bold', frame(nowMs))} ${padded}  ${style.paint('dim', shown)}${gap}${style.paint('dim', time)}`;
}

function doing(job: JobResult, nowMs: number): { text: string; time: string } {
  const step = job.steps.findLast(({ beganMs }) => beganMs !== undefined);
  const time = elapsed(nowMs - (step?.beganMs ?? job.beganMs ?? nowMs));
  return {
    text: step === undefined ? firstLine(job.notes.at(-1) ?? 'getting ready') : stepTitle(step),
    time,
  };
}

function frame(nowMs: number): string {
  return FRAMES[Math.floor(nowMs / 100) % FRAMES.length] ?? '';
}

function progress({ jobs }: RunResult, nowMs: number): string {
  const done = jobs.filter((job) => !isRunning(job) && job.attempt > 0);
  const bad = done.filter(({ outcome }) => isBad(outcome));
  const words = [`${done.length} of ${count(jobs.length, 'job')}`, elapsed(nowMs)];
  if (bad.length > 0) words.splice(1, 0, `${bad.length} ${OUTCOME_WORDS[bad[0]?.outcome ?? 'failed']}`);
  return `  ${words.join(' · ')}`;
}

function isRunning({ beganMs, outcome }: JobResult): boolean {
  return beganMs !== undefined && outcome === 'interrupted';
}

/** Whole seconds: a number that jumps ten times a second is noise. */
function elapsed(ms: number): string {
  return ms < 1_000 ? '' : describeDuration(Math.floor(ms / 1_000) * 1_000);
}
