/** Failures first: for each step that went wrong its cause, the comparison, its last lines and how to go on. */
import {
  againCommand,
  badJobs,
  canEnter,
  OUTCOME_WORDS,
  shellCommand,
  stepTitle,
  wordTries,
} from '../../src/describe.ts';
import { count, describeDuration, describePlace } from '../../src/describe-text.ts';
import { isBad, verdict } from '../../src/outcome.ts';
import type { JobResult, RunResult, StepResult } from '../../src/result.ts';
import { html, within, type Html } from './element.ts';
import { failureParts, hasEvidence } from './failure.ts';
import { badge } from './outcome.ts';
import { outputHtml } from './output.ts';
import { commandHtml } from './step.ts';
import { anchorHref, jobAnchor, stepAnchor } from './words.ts';

export async function* failuresHtml(result: RunResult): AsyncGenerator<Html> {
  const jobs = badJobs(result);
  if (jobs.length > 0)
    yield* within('section', { class: 'failures', 'aria-labelledby': 'failures' }, cards(jobs));
}

async function* cards(jobs: readonly JobResult[]): AsyncGenerator<Html> {
  const amount = jobs.reduce((sum, job) => sum + Math.max(badSteps(job).length, 1), 0);
  yield html`<h2 id="failures">What went wrong <span class="count">${amount}</span></h2>`;
  for (const job of jobs) {
    const steps = badSteps(job);
    if (steps.length === 0) yield jobCard(job);
    for (const step of steps) yield stepCard(job, await stepFailure(job, step), step);
  }
}

/** In the order of the file. */
function badSteps(job: JobResult): readonly StepResult[] {
  return job.steps.filter(({ phase, outcome }) => {
    const counted = verdict(phase, outcome);
    return counted !== undefined && isBad(counted);
  });
}

function failureAnchor(job: JobResult, step?: StepResult): string {
  return `failure/${step === undefined ? jobAnchor(job) : stepAnchor(job, step)}`;
}

function stepCard(job: JobResult, body: Html, step: StepResult): Html {
  const id = failureAnchor(job, step);
  const { outcome } = step;
  return html`<article class="card o-${outcome}" id="${id}" tabindex="-1" aria-labelledby="${id}/title">
    <header>
      <h3 id="${id}/title"><a href="${anchorHref(stepAnchor(job, step))}">${stepTitle(step)}</a></h3>
      ${badge(outcome)}<span class="time">${describeDuration(step.durationMs)}</span>
      <p class="where">
        <a class="name" href="${anchorHref(jobAnchor(job))}">${job.job}</a
        ><span class="place">${describePlace(step.place)}</span>
      </p>
    </header>
    ${body}${goOn(job)}
  </article>`;
}

async function stepFailure(job: JobResult, step: StepResult): Promise<Html> {
  const label = `${job.job}, ${stepTitle(step)}`;
  const reports = await failureParts(step.failures, label);
  const reason =
    step.failures.length > 0
      ? undefined
      : html`<p class="cause">
          ${step.reason ?? job.reason ?? (step.outcome === 'interrupted' ? 'its end was not seen' : OUTCOME_WORDS[step.outcome])}
        </p>`;
  const last = await outputHtml(step.output, `${label}: last lines`, { head: 0, tail: 20 }, 'Last lines');
  const told = step.failures.some(hasEvidence);
  const evidence = await Promise.all(
    job.steps
      .filter(({ phase, output }) => phase === 'on-failure' && output.length > 0)
      .map(async (other) => {
        const shown = await outputHtml(other.output, `${label}: ${stepTitle(other)}`, {
          head: 40,
          tail: 100,
        });
        return html`<details>
          <summary>${stepTitle(other)}</summary>
          ${shown}
        </details>`;
      }),
  );
  const tries = step.tries > 1 ? [`${wordTries(step)}.`] : [];
  return html`${commandHtml(step)}${reports[0]}${reason}${reports.slice(1)}${[...tries, ...step.notes].map(
    (note) => html`<p class="note">${note}</p>`,
  )}${
    last === undefined
      ? undefined
      : told
        ? html`<details>
            <summary>Last lines of output</summary>
            ${last}
          </details>`
        : last
  }${evidence}`;
}

function jobCard(job: JobResult): Html {
  const id = failureAnchor(job);
  return html`<article class="card o-${job.outcome}" id="${id}" tabindex="-1" aria-labelledby="${id}/title">
    <header>
      <h3 id="${id}/title"><a href="${anchorHref(jobAnchor(job))}">${job.title}</a></h3>
      ${badge(job.outcome)}<span class="time">${describeDuration(job.durationMs)}</span>
      <p class="where"><span class="name">${job.job}</span></p>
    </header>
    <p class="cause">${job.reason ?? OUTCOME_WORDS[job.outcome]}</p>
    ${goOn(job)}
  </article>`;
}

function goOn(job: JobResult): Html {
  const missed = job.steps.filter(({ outcome }) => outcome === 'not-run').length;
  return html`<dl class="again">
      <dt>Run it again</dt>
      <dd><code class="copy">${againCommand(job)}</code></dd>
      ${canEnter(job) ? shellHtml(job) : undefined}
    </dl>
    ${missed === 0 ? undefined : html`<p class="missed">${count(missed, 'later step')} did not run.</p>`}${leftHtml(job)}`;
}

function shellHtml(job: JobResult): Html {
  return html`<dt>${job.kept === undefined ? 'Get a shell there' : 'Enter the kept machine'}</dt>
    <dd><code class="copy">${shellCommand(job)}</code></dd>`;
}

/** What the machine had to say, which is gone now. */
function leftHtml(job: JobResult): Html | undefined {
  const names = job.attachments.map(({ name }) => name);
  if (names.length === 0) return undefined;
  const more = names.length > SOME_FILES ? ' …' : '';
  return html`<p class="missed">
    <a href="${anchorHref(jobAnchor(job))}">${count(names.length, 'file')} of the job</a>:
    ${names.slice(0, SOME_FILES).join(', ')}${more}
  </p>`;
}
const SOME_FILES = 5;
