/** One step of the tree: a row that says how it went, and all that is known of it when opened. */
import { OUTCOME_WORDS, stepReason, stepTitle } from '../../src/describe.ts';
import { count, describeDuration, describePlace, describeQuantity } from '../../src/describe-text.ts';
import { isBad } from '../../src/outcome.ts';
import { formatSize } from '../../src/quantity.ts';
import type { JobResult, StepResult } from '../../src/result.ts';
import { bootChart } from './boot-chart.ts';
import { capsOf, putBeside, type Budget } from './budget.ts';
import { html, trusted, type Content, type Html } from './element.ts';
import { failureParts } from './failure.ts';
import { filesHtml, type ReadAttachment } from './files.ts';
import { lessonHtml, questionHtml } from './learn.ts';
import { markdownHtml } from './markdown.ts';
import { mark } from './outcome.ts';
import { shownHtml } from './output.ts';
import { showOutput, type ShownOutput } from './output-lines.ts';
import { anchorHref, stepAnchor } from './words.ts';

/** What all steps of a page share. */
export interface Shared {
  /** They stand apart in the matrix. */
  readonly different: ReadonlySet<StepResult>;
  readonly budget: Budget;
  readonly readAttachment: ReadAttachment | undefined;
}
/** Where a job's steps stand in the page; an earlier go at it is one of its own. */
export interface StepPlace extends Shared {
  readonly job: JobResult;
  /** What went wrong is told on a card, which it leads to. */
  readonly hasCards: boolean;
}

export async function stepHtml(place: StepPlace, step: StepResult): Promise<Html> {
  if (step.outcome === 'not-run')
    return html`<li class="step none" id="${stepAnchor(place.job, step)}">
      <div class="row">${mark(step.outcome)}<span class="title">${stepTitle(step)}</span></div>
    </li>`;
  return rowHtml(place, step, await stepBody(place, step));
}

/** Its row, and what stands there until its details are unpacked from `at`. */
export function bareStepHtml(place: StepPlace, step: StepResult, excerpt: Html, at?: string): Html {
  const data = at === undefined ? undefined : trusted(` data-at="${at}"`);
  return rowHtml(place, step, html`<div class="body packed">${excerpt}</div>`, data);
}

function rowHtml({ job, different }: StepPlace, step: StepResult, body: Html, data?: Html): Html {
  const command = firstCommandLine(step);
  const line =
    command === stepTitle({ ...step, on: undefined })
      ? undefined
      : html`<code class="line">${command}</code>`;
  const exit =
    step.exit === undefined || step.exit === 0
      ? undefined
      : html`<span class="exit${isBad(step.outcome) ? ' bad' : ''}">exit ${step.exit}</span>`;
  const isDifferent = different.has(step) ? trusted(' data-different') : undefined;
  return html`<li class="step" id="${stepAnchor(job, step)}"${isDifferent}><details${data}><summary class="row">${mark(step.outcome)}<span class="title">${stepTitle(step)}</span>${line}${exit}<span class="time">${describeDuration(step.durationMs)}</span></summary>${body}</details></li>`;
}

export async function stepBody(place: StepPlace, step: StepResult, shown?: ShownOutput): Promise<Html> {
  const reason = isBad(step.outcome) ? undefined : stepReason(step);
  return html`<div class="body">
    ${
      reason === undefined
        ? undefined
        : html`<p class="reason"><b>${OUTCOME_WORDS[step.outcome]}</b> ${reason}</p>`
    }${await bodyParts(place, step, shown ?? (await showOutput(step.output, capsOf(place.budget, step))))}
  </div>`;
}

/** The text typed, with the prompt that it was typed at. */
export function commandHtml(step: Pick<StepResult, 'command' | 'verb'>): Html | undefined {
  if (step.command === '') return undefined;
  const kind = step.verb === 'run' ? 'typed' : 'done';
  return html`<pre class="command ${kind}"><code class="copy">${step.command.trimEnd()}</code></pre>`;
}

async function bodyParts(
  { job, hasCards, budget, readAttachment }: StepPlace,
  step: StepResult,
  shown: ShownOutput,
): Promise<Content> {
  const label = `${job.job}, ${stepTitle(step)}`;
  const output = await shownHtml(shown, { chunks: step.output, label: `${label}: output` });
  return [
    step.say === undefined ? undefined : html`<div class="say">${markdownHtml(step.say)}</div>`,
    questionHtml(step.ask, step.title),
    commandHtml(step),
    hasCards ? failedHtml(job, step) : await failuresOf(step, label),
    output,
    besideHtml(putBeside(budget, step)),
    step.expected === undefined || step.expected === ''
      ? undefined
      : html`<details class="expected">
          <summary>Expected</summary>
          <pre class="plain">${step.expected.trimEnd()}</pre>
        </details>`,
    checksHtml(step),
    valuesHtml(step),
    step.boots.map((boot, index) => {
      const nth = index === 0 ? label : `${label}, boot ${index + 1}`;
      return bootChart(boot, nth, `${stepAnchor(job, step)}/boot-${index + 1}`);
    }),
    lessonHtml(step.learn),
    step.notes.map((note) => html`<p class="note">${note}</p>`),
    await filesHtml(step.attachments, { budget, readAttachment }),
    html`<p class="meta">${metaOf(step)}</p>`,
  ];
}

function failedHtml(job: JobResult, step: StepResult): Html | undefined {
  if (!isBad(step.outcome)) return undefined;
  return html`<p class="cause">
    ${stepReason(step) ?? OUTCOME_WORDS[step.outcome]}
    <a href="${anchorHref(`failure/${stepAnchor(job, step)}`)}">Compare</a>
  </p>`;
}

/** As a card has it, where there is none. */
async function failuresOf(step: StepResult, label: string): Promise<Content> {
  if (!isBad(step.outcome)) return undefined;
  if (step.failures.length === 0)
    return html`<p class="cause">${stepReason(step) ?? OUTCOME_WORDS[step.outcome]}</p>`;
  return failureParts(step.failures, label);
}

function besideHtml(path: string | undefined): Html | undefined {
  if (path === undefined) return undefined;
  return html`<p class="note">
    This page is full: all that was printed lies beside it in <a href="./${path}">${path}</a>.
  </p>`;
}

function checksHtml({ checks }: StepResult): Html | undefined {
  if (checks.length === 0) return undefined;
  return html`<table class="checks">
    <caption>
      Checks
    </caption>
    <thead>
      <tr>
        <th scope="col">What</th>
        <th scope="col">Expected</th>
        <th scope="col">Seen</th>
      </tr>
    </thead>
    <tbody>
      ${checks.map(
        ({ name, ok, expected, actual }) =>
          html`<tr>
            <th scope="row">${mark(ok ? 'passed' : 'failed')}${name}</th>
            <td><code>${expected}</code></td>
            <td><code>${ok ? actual : html`<mark>${actual}</mark>`}</code></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function valuesHtml({ captures, measures }: StepResult): Html | undefined {
  const values = [
    ...Object.entries(captures).map(
      ([name, value]) =>
        html`<div>
          <dt>$${name}</dt>
          <dd>${value}</dd>
        </div>`,
    ),
    ...measures.map(
      ({ name, value, unit }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${describeQuantity(value, unit)}</dd>
        </div>`,
    ),
  ];
  return values.length === 0 ? undefined : html`<dl class="values">${values}</dl>`;
}

function metaOf(step: StepResult): Content {
  const signal = step.signal === undefined ? '' : ` (${step.signal})`;
  const parts = [
    step.exit === undefined ? undefined : `exit ${step.exit}${signal}`,
    step.tries > 1 ? count(step.tries, 'try').replace('trys', 'tries') : undefined,
    step.cpuMs === undefined || step.cpuMs < 1 ? undefined : `CPU ${describeDuration(step.cpuMs)}`,
    step.memoryBytes === undefined ? undefined : `${formatSize(step.memoryBytes)} in memory`,
    step.timeoutMs === undefined ? undefined : `limit ${describeDuration(step.timeoutMs)}`,
    step.place.file === '' ? undefined : describePlace(step.place),
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function firstCommandLine({ command }: StepResult): string {
  const [first = '', ...rest] = command.trim().split('\n');
  return rest.length > 0 ? `${first} …` : first;
}
