/** The steps of a job in a row; of a page that is large some of them packed, by themselves or many together. */
import { OUTCOME_WORDS, stepTitle } from '../../src/describe.ts';
import { count, describeDuration } from '../../src/describe-text.ts';
import type { StepResult } from '../../src/result.ts';
import { capsOf, isFull } from './budget.ts';
import { html, trusted, type Html } from './element.ts';
import { mark } from './outcome.ts';
import { showOutput } from './output-lines.ts';
import { excerptHtml, type Packer, type Packing } from './packing.ts';
import { bareStepHtml, stepBody, stepHtml, type Shared, type StepPlace } from './step.ts';

/** What all jobs of a page share. */
export interface Sheet {
  readonly shared: Shared;
  readonly packing: Packing;
  readonly details: Packer;
  readonly rows: Packer;
}

/** So many rows are laid out at once; fewer than the least are not worth a row of their own. */
const MOST_TOGETHER = 500;
const LEAST_TOGETHER = 4;

export async function* stepsHtml(
  place: StepPlace,
  steps: readonly StepResult[],
  sheet: Sheet,
): AsyncGenerator<Html> {
  for (let at = 0; at < steps.length;) {
    const together = packedFrom(steps, at, sheet.packing);
    at += Math.max(together.length, 1);
    if (together.length > 0) yield await togetherHtml(place, together, sheet);
    else yield await oneHtml(place, steps[at - 1], sheet);
    yield* fullPacks(sheet, false);
  }
}

export function* fullPacks({ details, rows }: Sheet, isEnd: boolean): Generator<Html> {
  for (const packer of [details, rows]) {
    const full = packer.take(isEnd);
    if (full !== undefined) yield full;
  }
}

/** Steps from there on whose rows are packed, and that came out the same. */
function packedFrom(steps: readonly StepResult[], from: number, { rows }: Packing): readonly StepResult[] {
  let to = from;
  for (; to < steps.length && to < from + MOST_TOGETHER; to += 1) {
    const step = steps[to];
    if (step === undefined || !rows.has(step) || step.outcome !== steps[from]?.outcome) break;
  }
  return to - from < LEAST_TOGETHER ? [] : steps.slice(from, to);
}

async function oneHtml(place: StepPlace, step: StepResult | undefined, sheet: Sheet): Promise<Html> {
  if (step === undefined) return html``;
  if (!sheet.packing.packed.has(step)) return stepHtml(place, step);
  if (isFull(place.budget)) return bareStepHtml(place, step, FULL_PAGE);
  const shown = await showOutput(step.output, capsOf(place.budget, step));
  const at = sheet.details.add(await stepBody(place, step, shown));
  return bareStepHtml(place, step, excerptHtml(shown, sheet.packing), at);
}

const FULL_PAGE = html`This page is full: what this step did and printed is in the event log.`;

/** One row for all of them. */
async function togetherHtml(place: StepPlace, steps: readonly StepResult[], sheet: Sheet): Promise<Html> {
  const rows: Html[] = [];
  for (const step of steps) {
    if (step.outcome === 'not-run') rows.push(await stepHtml(place, step));
    else if (isFull(place.budget)) rows.push(bareStepHtml(place, step, FULL_PAGE));
    else rows.push(bareStepHtml(place, step, html``, sheet.details.add(await stepBody(place, step))));
  }
  const at = sheet.rows.add(
    html`<ol class="steps">
      ${rows}
    </ol>`,
  );
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return html``;
  const durationMs = steps.reduce((sum, step) => sum + step.durationMs, 0);
  const words = `${count(steps.length, 'step')} ${OUTCOME_WORDS[first.outcome]}`;
  return html`<li class="rest">
    <details class="attempt" data-at="${trusted(at)}" data-count="${steps.length}">
      <summary class="row">
        ${mark(first.outcome)}<span class="title">${words}</span
        ><span class="name">${stepTitle(first)} … ${stepTitle(last)}</span
        ><span class="time">${describeDuration(durationMs)}</span>
      </summary>
      <p class="body">These steps are in the event log; with JavaScript also here.</p>
    </details>
  </li>`;
}
