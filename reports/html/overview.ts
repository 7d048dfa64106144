/** The first screen: one sentence that says how it went, when and where, and the outcomes as a bar. */
import { badJobs, describeSoFar, describeTally, nothingPassed, NOTHING_PASSED } from '../../src/describe.ts';
import { count, describeDuration } from '../../src/describe-text.ts';
import type { Outcome } from '../../src/event.ts';
import { tally, worstOutcome } from '../../src/outcome.ts';
import type { RunResult } from '../../src/result.ts';
import { html, type Html } from './element.ts';
import { icon } from './outcome.ts';
import { OUTCOME_WORDS } from '../../src/describe.ts';
import { dateTime } from './words.ts';

export function overviewHtml(result: RunResult): Html {
  const { jobs, git, tool, title } = result;
  // What was asked on a failure is evidence, and in no report counted.
  const steps = jobs.flatMap((job) => job.steps.filter(({ phase }) => phase !== 'on-failure'));
  const facts = [
    result.startedAt === 0 ? undefined : dateTime(result.startedAt),
    result.outcome === 'running'
      ? `${describeDuration(result.durationMs)} so far`
      : `took ${describeDuration(result.durationMs)}`,
    git === undefined ? undefined : `${git.ref} at ${git.sha.slice(0, 10)}`,
    tool,
  ];
  return html`<div class="hero o-${verdictOf(result)}">
    <h1>${icon(verdictOf(result))}${verdictSentence(result)}</h1>
    <p class="when">
      <b>${title}</b
      >${facts.map((fact) => (fact === undefined || fact === '' ? undefined : html` <span>${fact}</span>`))}
    </p>
    ${result.notes.map((note) => html`<p class="note">${note}</p>`)}
    ${bar(steps.map(({ outcome }) => outcome))}
  </div>`;
}

/** Of the page's title and its first line: `2 of 7 jobs failed`. */
export function verdictSentence(result: RunResult): string {
  const { jobs } = result;
  const bad = badJobs(result);
  if (result.outcome === 'running') return describeSoFar(result);
  if (bad.length > 0) {
    const words = describeTally(bad.map(({ outcome }) => outcome));
    return bad.length === jobs.length && jobs.length === 1
      ? `The job ${words.replace(/^1 /, '')}`
      : `${words} of ${count(jobs.length, 'job')}`;
  }
  if (result.outcome === 'interrupted') return 'The run was interrupted';
  if (jobs.length === 0) return 'No job ran';
  if (nothingPassed(result)) return NOTHING_PASSED;
  const skipped = jobs.filter(({ outcome }) => outcome === 'skipped').length;
  if (skipped > 0) return `${count(jobs.length - skipped, 'job')} passed, ${skipped} skipped`;
  return jobs.length === 1 ? 'The job passed' : `All ${jobs.length} jobs passed`;
}

export function verdictOf(result: RunResult): Outcome {
  if (result.outcome !== 'interrupted') return result.outcome;
  const worst = worstOutcome(result.jobs.map(({ outcome }) => outcome));
  return worst === 'passed' ? 'interrupted' : worst;
}

function bar(outcomes: readonly Outcome[]): Html {
  const parts = tally(outcomes);
  let at = 0;
  const rects = parts.map(([outcome, amount]) => {
    const x = (at / outcomes.length) * 100;
    at += amount;
    return html`<rect
      class="o-${outcome}"
      x="${x.toFixed(2)}%"
      width="${((amount / outcomes.length) * 100).toFixed(2)}%"
      height="8"
    />`;
  });
  return html`<svg class="tally" aria-hidden="true">${rects}</svg>
    <ul class="tally" aria-label="Steps by outcome">
      <li class="sum">${count(outcomes.length, 'step')}</li>
      ${parts.map(
        ([outcome, amount]) => html`<li>${icon(outcome)}<b>${amount}</b> ${OUTCOME_WORDS[outcome]}</li>`,
      )}
    </ul>`;
}
