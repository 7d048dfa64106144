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
  const lines = running
    .slice(0, MOST_LINES)
    .map((job) => runningLine(style, job, { nowMs, alone: result.jobs.length === 1 }));
  const hidden = running.length - MOST_LINES;
  if (hidden > 0) lines.push(style.paint('dim', `  and ${count(hidden, 'more running job')}`));
  if (result.jobs.length > 1) lines.push(style.paint('dim', fit(progress(result, nowMs), style.width - 1)));
  return lines;
}

function runningLine(
  style: Style,
  job: JobResult,
  { nowMs, alone }: { nowMs: number; alone: boolean },
): string {
  const frame = FRAMES[Math.floor(nowMs / 100) % FRAMES.length] ?? '';
  const step = job.steps.findLast(
    ({ beganMs, outcome }) => beganMs !== undefined && outcome === 'interrupted',
  );
  const doing = step === undefined ? firstLine(job.notes.at(-1) ?? 'getting ready') : stepTitle(step);
  const time = elapsed(nowMs - (step?.beganMs ?? job.beganMs ?? nowMs));
  const room = style.width - textWidth(time) - (alone ? 7 : 5);
  if (alone) {
    const text = fit(doing, room);
    return `  ${style.paint('bold', frame)} ${text}${gapTo(style, `    ${text}`, time)}${style.paint('dim', time)}`;
  }
  const name = fit(job.job, Math.max(12, Math.floor(room / 2)));
  const text = fit(doing, room - textWidth(name) - 2);
  const gap = gapTo(style, `  ${name}  ${text}`, time);
  return `${style.paint('bold', frame)} ${name}  ${style.paint('dim', text)}${gap}${style.paint('dim', time)}`;
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
