/**
 * The console reporter. Jobs are printed whole, in plan order; a run of one job prints each step as it ends.
 * What stays is printed once; on a terminal the running steps move below it.
 */
import { count, firstLine } from '../src/describe-text.ts';
import type { Event } from '../src/event.ts';
import { createFold } from '../src/fold.ts';
import type { Phase, StepResult } from '../src/result.ts';
import { jobBlock, jobFooter, jobRow, stepBlock, stepBlocks } from './console-blocks.ts';
import { createLive, liveLines } from './console-live.ts';
import { createStyle } from './console-style.ts';
import { summary } from './console-summary.ts';
import { createOrder } from './order.ts';
import type { ReporterFactory } from './reporter.ts';

const LATE: ReadonlySet<Phase> = new Set(['on-failure', 'cleanup', 'leaks']);

export const consoleReporter: ReporterFactory = (options) => {
  const style = createStyle(options);
  const fold = createFold({ output: 'failures', endless: options.endless });
  const result = fold.result();
  const order = createOrder(result);
  const live = createLive();
  const spoken = new Set<string>();
  let blank = true;
  let ended = false;

  function text(lines: readonly string[]): string {
    let said = '';
    for (const line of lines) {
      // Blocks bring their own distance; two empty lines in a row are one.
      if (line === '' && blank) continue;
      blank = line === '';
      said += `${line}\n`;
    }
    return said;
  }

  function lines(event: Event): readonly string[] {
    const alone = result.jobs.length === 1;
    switch (event.type) {
      case 'plan': {
        const amount = count(result.jobs.length, 'job');
        const words = [result.tool, alone ? firstLine(result.jobs[0]?.job ?? '') : amount].filter(
          (word) => word !== '',
        );
        return [style.paint('dim', words.join(' · ')), ''];
      }
      case 'step-end': {
        const step = alone ? fold.step(event.job, event.step) : undefined;
        if (step === undefined) return [];
        const missed = missedBefore(step);
        for (const { id } of [...missed, step]) spoken.add(id);
        return [...stepBlocks(style, missed), ...stepBlock(style, step)];
      }
      case 'job-end':
        return alone ? aloneEnd() : order.next(event).flatMap((job) => jobBlock(style, job));
      case 'run-end': {
        ended = true;
        const rest = order.next(event).filter(({ outcome }) => outcome !== 'not-run');
        const jobs = alone ? aloneEnd() : rest.flatMap((job) => jobBlock(style, job));
        return [...jobs, '', ...summary(style, result, options.htmlPath)];
      }
      default:
        return [];
    }
  }

  /** Steps that will not run any more stand where they would have, not behind what cleans up after them. */
  function missedBefore(step: StepResult): readonly StepResult[] {
    if (!LATE.has(step.phase)) return [];
    const steps = result.jobs[0]?.steps ?? [];
    return steps
      .slice(0, steps.indexOf(step))
      .filter(({ id, outcome, phase }) => outcome === 'not-run' && !LATE.has(phase) && !spoken.has(id));
  }

  /** What the steps did not say: those that never ran, and a job that ended without one. */
  function aloneEnd(): string[] {
    const [job] = result.jobs;
    if (job === undefined || spoken.has('')) return [];
    spoken.add('');
    const steps = stepBlocks(
      style,
      job.steps.filter(({ id }) => !spoken.has(id)),
    );
    const row = job.steps.some(({ outcome }) => outcome === job.outcome) ? [] : jobRow(style, job);
    return [...steps, ...row, ...jobFooter(style, job)];
  }

  return {
    onEvent: (event) => {
      fold.add(event);
      const said = text(lines(event));
      return said === '' ? '' : options.live ? live.print(said) : said;
    },
    ...(options.live
      ? { onTick: (nowMs: number) => (ended ? '' : live.draw(liveLines(style, result, nowMs))) }
      : {}),
  };
};
