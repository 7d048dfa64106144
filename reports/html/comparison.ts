/** What has changed since the baseline: transitions by their kinds, what was printed, and how boot times and measures moved. */
import { compareRuns, type Change, type Comparison } from '../../src/compare.ts';
import type { ImagePair } from '../../src/compare-between.ts';
import type { Delta } from '../../src/compare-measures.ts';
import {
  byTransition,
  changeName,
  changeWords,
  deltaShare,
  deltaSpread,
  deltaValues,
  deltaVerdict,
  comparedJob,
  describeComparison,
  describeElsewhere,
  printedLines,
  printedTitle,
} from '../../src/describe-compare.ts';
import { stepTitle } from '../../src/describe.ts';
import type { RunResult } from '../../src/result.ts';
import { html, type Html } from './element.ts';
import { icon } from './outcome.ts';
import { anchorHref, dateTime, jobAnchor, stepAnchor } from './words.ts';

/** Numbers beyond this are in `rootlab compare --json`. */
const MOST_DELTAS = 100;

export function comparisonHtml(baseline: RunResult, now: RunResult, images?: ImagePair): Html {
  const comparison = compareRuns(baseline, now, images);
  const jobs = new Set(now.jobs.map(({ job }) => job));
  return html`<section class="comparison" aria-labelledby="comparison">
    <h2 id="comparison">
      ${images === undefined ? 'Since the baseline' : `From ${images.join(' to ')}`}
      <span class="count">${describeComparison(comparison)}</span>
    </h2>
    <p class="dim">
      Compared with
      ${images === undefined ? undefined : `what ran on ${images[0]} in `}${baseline.title === '' ? 'a run' : baseline.title}${
        baseline.startedAt === 0 ? undefined : ` of ${dateTime(baseline.startedAt)}`
      }${baseline.git === undefined ? undefined : `, ${baseline.git.ref} at ${baseline.git.sha.slice(0, 10)}`}.
    </p>
    ${byTransition(comparison).map(
      ({ words, changes }) =>
        html`<h3>${words}</h3>
          <ul class="changes">
            ${changes.map((change) => changeHtml(comparison, change, jobs))}
          </ul>`,
    )}
    ${printedHtml(comparison)}
    ${deltasHtml('Boot times and measures', 'Measure', comparison, comparison.deltas)}
    ${deltasHtml('Units of the boots', 'Unit', comparison, comparison.units)}
    ${describeElsewhere(comparison).map((line) => html`<p class="dim">${line}.</p>`)}
  </section>`;
}

function changeHtml(comparison: Comparison, change: Change, jobs: ReadonlySet<string>): Html {
  const { job, step, now } = change;
  const name = changeName(comparison, change);
  const anchor = step === undefined ? jobAnchor(job) : stepAnchor(job, step);
  // What disappeared has no place in this page.
  const isThere = jobs.has(job.job) && now !== undefined;
  return html`<li>
    ${icon(now ?? 'not-run')}
    ${isThere ? html`<a class="name" href="${anchorHref(anchor)}">${name}</a>` : html`<span class="name">${name}</span>`}
    ${changeWords(change)}
  </li>`;
}

function printedHtml(comparison: Comparison): Html | undefined {
  const { printed } = comparison;
  if (printed.length === 0) return undefined;
  const left = printed.length - MOST_DELTAS;
  return html`<h3>${printedTitle(comparison)}</h3>
    <ul class="changes">
      ${printed.slice(0, MOST_DELTAS).map(
        (one) =>
          html`<li>
            ${icon(one.step.outcome)}
            <a class="name" href="${anchorHref(stepAnchor(one.job, one.step))}"
              >${changeName(comparison, one)}</a
            >
            ${stepTitle(one.step)}
            <pre
              class="plain"
              tabindex="0"
              role="region"
              aria-label="${changeName(comparison, one)}: what differs"
            >
${printedLines(one).join('\n')}</pre>
          </li>`,
      )}
    </ul>
    ${left > 0 ? html`<p class="dim">… and ${left} more.</p>` : undefined}`;
}

function deltasHtml(
  title: string,
  column: string,
  comparison: Comparison,
  deltas: readonly Delta[],
): Html | undefined {
  if (deltas.length === 0) return undefined;
  const left = deltas.length - MOST_DELTAS;
  return html`<h3>${title}</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table class="machines">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">${column}</th>
            <th scope="col">Before → now</th>
            <th scope="col">Change</th>
            <th scope="col">Spread</th>
          </tr>
        </thead>
        <tbody>
          ${deltas.slice(0, MOST_DELTAS).map(
            (delta) =>
              html`<tr>
                <td>${comparedJob(comparison, delta.job)}</td>
                <td>${delta.name}</td>
                <td>${deltaValues(delta)}</td>
                <td>${deltaShare(delta)} <b>${deltaVerdict(delta)}</b></td>
                <td>${deltaSpread(delta)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${left > 0 ? html`<p class="dim">… and ${left} more.</p>` : undefined}`;
}
