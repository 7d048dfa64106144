/**
 * When everything ran: a bar for each job and, below it, for each step, over the time of the run; jobs that ran at the
 * same time lie beside each other. It is a table whose last column is drawn, so that it reads without seeing it.
 */
import { OUTCOME_WORDS, stepTitle } from '../../src/describe.ts';
import { count, describeDuration } from '../../src/describe-text.ts';
import type { Outcome } from '../../src/event.ts';
import type { JobResult, RunResult } from '../../src/result.ts';
import { attemptSpans, type Span } from '../spans.ts';
import { html, within, type Html } from './element.ts';
import { mark } from './outcome.ts';
import { axis, gridLines, makeScale, percent, type Scale } from './scale.ts';
import { anchorHref, jobAnchor, stepAnchor } from './words.ts';

/** Steps drawn of the whole run; the longest say where the time went. */
const MOST_STEPS = 200;
const GRID = 'timeline/grid';

export async function* timelineHtml({ jobs, durationMs }: RunResult): AsyncGenerator<Html> {
  const all = jobs.flatMap(jobRows);
  const steps = all.filter(({ step }) => step).toSorted((a, b) => tookMs(b) - tookMs(a));
  const shown = new Set(steps.slice(0, MOST_STEPS));
  const rows = all.filter((row) => !row.step || shown.has(row));
  if (rows.length < 2) return;
  const endMs = Math.max(durationMs, ...rows.map(({ toMs }) => toMs), 1);
  yield* within(
    'section',
    { class: 'timeline', 'aria-labelledby': 'timeline' },
    tableHtml(rows, makeScale(endMs), steps.length),
  );
}

async function* tableHtml(rows: readonly Row[], scale: Scale, steps: number): AsyncGenerator<Html> {
  const jobs = rows.filter(({ step }) => !step);
  const busyMs = jobs.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const beside = busyMs > scale.endMs * 1.05 ? `, ${(busyMs / scale.endMs).toFixed(1)} at a time` : '';
  const cut = steps > MOST_STEPS ? `; of ${steps} steps the ${MOST_STEPS} longest` : '';
  yield html`<details>
    <summary>
      <h2 id="timeline">Timeline</h2>
      <span class="dim">${count(jobs.length, 'job')} in ${describeDuration(scale.endMs)}${beside}${cut}</span>
    </summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Jobs and steps over time">
      <table class="chart">
        <caption class="sr">
          Jobs and their steps by the time they began
        </caption>
        <thead>
          <tr>
            <th scope="col">Job, step</th>
            <th scope="col">Took</th>
            <th scope="col"><span class="sr">When</span>${axis(scale, GRID)}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => rowHtml(row, scale))}
        </tbody>
      </table>
    </div>
  </details>`;
}

interface Row extends Span {
  readonly step: boolean;
  readonly name: string;
  readonly href: string;
  readonly outcome: Outcome;
}

/** A job and its steps, each go of it; what never began is not there. */
function jobRows(job: JobResult): readonly Row[] {
  return attemptSpans(job).flatMap(({ attempt, fromMs, toMs, steps }) => {
    const name = attempt.attempt > 1 ? `${job.job} (attempt ${attempt.attempt})` : job.job;
    return [
      {
        step: false,
        name,
        href: anchorHref(jobAnchor(job)),
        outcome: attempt.outcome,
        fromMs,
        toMs,
      },
      ...steps.map(({ step, fromMs: from, toMs: to }) => ({
        step: true,
        // Most steps of a long run are not drawn.
        get name() {
          return stepTitle(step);
        },
        get href() {
          return anchorHref(stepAnchor(job, step));
        },
        outcome: step.outcome,
        fromMs: from,
        toMs: to,
      })),
    ];
  });
}

function rowHtml(row: Row, scale: Scale): Html {
  const x = (ms: number): string => percent(ms, scale);
  return html`<tr class="${row.step ? 'step-bar' : 'job-bar'} o-${row.outcome}">
    <th scope="row" title="${row.name}">${mark(row.outcome)}<a href="${row.href}">${row.name}</a></th>
    <td>${describeDuration(tookMs(row))}</td>
    <td>
      <svg class="track" aria-hidden="true">
        ${gridLines(GRID)}
        <rect
          x="${x(row.fromMs)}"
          y="${row.step ? 7 : 4}"
          width="${x(Math.max(tookMs(row), scale.endMs / 400))}"
          height="${row.step ? 8 : 14}"
          rx="2"
        /></svg
      ><span class="sr"
        >${OUTCOME_WORDS[row.outcome]}, from ${describeDuration(row.fromMs)} to
        ${describeDuration(row.toMs)}</span
      >
    </td>
  </tr>`;
}

function tookMs({ fromMs, toMs }: Span): number {
  return toMs - fromMs;
}
