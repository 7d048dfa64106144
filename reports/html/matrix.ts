/** The matrix: steps by the combinations they ran in, each cell with its outcome, its time and how it stands apart. */
import { OUTCOME_WORDS, stepTitle } from '../../src/describe.ts';
import { count, describeDuration } from '../../src/describe-text.ts';
import { type Matrix, type MatrixCell, type MatrixRow, type MatrixScenario } from '../../src/matrix.ts';
import type { Outcome } from '../../src/event.ts';
import { repeatOf } from '../../src/job-name.ts';
import { worstOutcome } from '../../src/outcome.ts';
import type { JobResult, RunResult } from '../../src/result.ts';
import { differenceAnchor, differencesHtml } from './difference.ts';
import { html, within, type Content, type Html } from './element.ts';
import { matrixBootHtml } from './matrix-boot.ts';
import { icon } from './outcome.ts';
import { anchorHref, jobAnchor, stepAnchor } from './words.ts';

/** Beyond this many rows those are left out where all combinations passed alike. */
const MOST_ROWS = 400;
/** So many differences are laid open in the page itself; a browser with scripts shows the others on demand. */
const MOST_DIFFERENCES = 60;

/** Of repeats that did not pass. */
const MOST_OTHERS = 5;

/** Nothing where there is nothing to compare. */
export async function* matrixHtml(matrix: Matrix, run: Pick<RunResult, 'jobs'>): AsyncGenerator<Html> {
  if (matrix.scenarios.length > 0)
    yield* within('section', { class: 'matrix', 'aria-labelledby': 'matrix' }, sectionHtml(matrix, run));
}

async function* sectionHtml(matrix: Matrix, run: Pick<RunResult, 'jobs'>): AsyncGenerator<Html> {
  const { scenarios, columns, alone } = matrix;
  const rows = scenarios.flatMap((scenario) => scenario.rows.map((row) => ({ scenario, row })));
  const full = rows.length <= MOST_ROWS;
  const laidOpen = rows.filter(({ row }) => row.pair !== undefined).slice(0, MOST_DIFFERENCES);
  const open = new Set(laidOpen.map(({ row }) => row));
  yield html`<h2 id="matrix">Matrix <span class="count">${count(columns.length, 'combination')}</span></h2>`;
  const region = { class: 'scroll grid', tabindex: '0', role: 'region', 'aria-label': 'Matrix of steps' };
  yield* within('div', region, tableHtml(matrix, { full, open, boots: matrixBootHtml(matrix, run) }));
  const left = full ? 0 : rows.filter(({ row }) => !isNotable(row)).length;
  if (left > 0) yield html`<p class="dim">${count(left, 'step')} that passed alike everywhere left out.</p>`;
  if (alone > 0)
    yield html`<p class="dim">
      ${count(alone, 'scenario')} ran in one combination only, and not shown here.
    </p>`;
  yield* differencesHtml(laidOpen);
}

interface Shown {
  readonly full: boolean;
  readonly open: ReadonlySet<MatrixRow>;
  readonly boots: Html | undefined;
}

async function* tableHtml(matrix: Matrix, shown: Shown): AsyncGenerator<Html> {
  yield* within('table', {}, partsHtml(matrix, shown));
}

async function* partsHtml({ columns, scenarios }: Matrix, shown: Shown): AsyncGenerator<Html> {
  yield html`<thead>
    <tr>
      <th scope="col">Step</th>
      ${columns.map(
        ({ name, systemd }) =>
          html`<th scope="col">
            ${name}${systemd.length === 0 ? undefined : html` <small>systemd ${systemd.join(', ')}</small>`}
          </th>`,
      )}
    </tr>
  </thead>`;
  for (const scenario of scenarios)
    yield html`<tbody>
      ${scenarioRow(scenario)}${scenario.rows
        .filter((row) => shown.full || isNotable(row))
        .map((row) => stepRow(scenario, row, shown.open.has(row)))}
    </tbody>`;
  if (shown.boots !== undefined) yield shown.boots;
}

function isNotable({ cells }: MatrixRow): boolean {
  return cells.flat().some(({ badge, step }) => badge !== undefined || step.outcome !== 'passed');
}

function scenarioRow({ name, title, jobs }: MatrixScenario): Html {
  return html`<tr>
    <th scope="row">${title} <small>${name}</small></th>
    ${jobs.map(
      (repeats) =>
        html`<td>
          ${resultHtml(repeats.map((job) => ({ job, of: job, href: anchorHref(jobAnchor(job)) })))}
        </td>`,
    )}
  </tr>`;
}

function stepRow(scenario: MatrixScenario, row: MatrixRow, laidOpen: boolean): Html {
  const [first] = row.cells.flat();
  const badgeHref = laidOpen ? anchorHref(differenceAnchor({ scenario, row })) : undefined;
  return html`<tr class="s">
    <th scope="row">${first && stepTitle(first.step)}</th>
    ${row.cells.map((cell) => html`<td>${cellHtml(cell, badgeHref)}</td>`)}
  </tr>`;
}

function cellHtml(cells: readonly MatrixCell[], badgeHref: string | undefined): Content {
  const result = resultHtml(
    cells.map(({ job, step }) => ({ job, of: step, href: anchorHref(stepAnchor(job, step)) })),
  );
  const badge = cells.find((cell) => cell.badge !== undefined)?.badge;
  if (badge === undefined) return result;
  return badgeHref === undefined
    ? html`${result} <span class="tag">${badge}</span>`
    : html`${result} <a class="tag" href="${badgeHref}">${badge}</a>`;
}

interface Shot {
  readonly job: JobResult;
  readonly of: { readonly outcome: Outcome; readonly durationMs: number };
  readonly href: string;
}

/** Of repeats how many passed leads to one that did, and behind it stands each that did not: any two can be compared. */
function resultHtml(repeats: readonly Shot[]): Html | undefined {
  const outcome = worstOutcome(repeats.map(({ of }) => of.outcome));
  const shown = repeats.find(({ of }) => of.outcome === outcome);
  if (shown === undefined) return undefined;
  const { of, href } = shown;
  if (repeats.length === 1)
    return html`<a href="${href}">${icon(outcome)}${OUTCOME_WORDS[outcome]}</a> ${
        of.durationMs > 0 ? html`<small>${describeDuration(of.durationMs)}</small>` : undefined
      }`;
  const passed = repeats.filter((one) => one.of.outcome === 'passed');
  const others = repeats.filter((one) => one.of.outcome !== 'passed' && one.of.outcome !== 'not-run');
  const words = `${passed.length} of ${repeats.length} passed`;
  return html`<a href="${passed[0]?.href ?? href}">${icon(outcome)}${words}</a>
    ${others.slice(0, MOST_OTHERS).map((other) => html`<a href="${other.href}">#${repeatOf(other.job.job)}</a> `)}
    ${others.length > MOST_OTHERS ? '…' : undefined}`;
}
