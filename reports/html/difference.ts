/** Differences laid open: for a row of the matrix the first two outputs that are not alike, side by side. */
import { OUTCOME_WORDS, stepTitle } from '../../src/describe.ts';
import { count, describeDuration } from '../../src/describe-text.ts';
import { comparedLines } from '../../src/matrix-key.ts';
import type { MatrixCell, MatrixRow, MatrixScenario } from '../../src/matrix.ts';
import { splitJob } from '../../src/job-name.ts';
import { sideBySide, type SideRow } from '../../src/side-by-side.ts';
import { markedText } from './alignment.ts';
import { html, within, type Html } from './element.ts';
import { icon } from './outcome.ts';
import { anchorHref, stepAnchor } from './words.ts';

export interface Difference {
  readonly scenario: MatrixScenario;
  readonly row: MatrixRow;
}

/** A page holds the whole of small differences; of large ones their beginning. */
const MOST_LINES = 60;

export function differenceAnchor({ scenario, row }: Difference): string {
  return `difference/${scenario.name}/${row.id}`.replace(/\s/g, '-');
}

export async function* differencesHtml(differences: readonly Difference[]): AsyncGenerator<Html> {
  if (differences.length > 0) yield* within('details', { class: 'differences' }, allDifferences(differences));
}

async function* allDifferences(differences: readonly Difference[]): AsyncGenerator<Html> {
  yield html`<summary>${count(differences.length, 'difference')} side by side</summary>
    <p class="dim">
      Of each step the first two that differ. What is never the same stands by its kind, as
      <code>${'<time>'}</code> or <code>${'<pid>'}</code>.
    </p>`;
  for (const difference of differences) yield differenceHtml(difference);
}

function differenceHtml(difference: Difference): Html {
  const { pair } = difference.row;
  if (pair === undefined) return html``;
  const [left, right] = pair;
  const label = `${difference.scenario.title}, ${stepTitle(left.step)}`;
  return html`<h3 id="${differenceAnchor(difference)}">${label}</h3>
    <div class="scroll framed" tabindex="0" role="region" aria-label="${label}: difference">
      <table class="diff sides">
        <thead>
          <tr>
            <th scope="col">${sideHtml(left)}</th>
            <th scope="col">${sideHtml(right)}</th>
          </tr>
        </thead>
        <tbody>
          ${sideBySide(comparedLines(left.step), comparedLines(right.step), MOST_LINES).map(rowHtml)}
        </tbody>
      </table>
    </div>`;
}

function sideHtml({ job, step }: MatrixCell): Html {
  const exit = step.exit === undefined ? '' : `, exit ${step.exit}`;
  return html`<a href="${anchorHref(stepAnchor(job, step))}">${splitJob(job.job)[1]}</a> ${icon(step.outcome)}
    ${OUTCOME_WORDS[step.outcome]}${exit}, ${describeDuration(step.durationMs)}`;
}

function rowHtml({ kind, left, right, leftParts, rightParts }: SideRow): Html {
  const [leftClass, rightClass] = CLASSES[kind];
  return html`<tr class="${kind}">
    <td class="${leftClass}">${left && markedText(left, leftParts)}</td>
    <td class="${rightClass}">${right && markedText(right, rightParts)}</td>
  </tr>`;
}

const CLASSES: Readonly<Record<SideRow['kind'], readonly [left: string, right: string]>> = {
  same: ['', ''],
  gap: ['', ''],
  differs: ['exp', 'act'],
  left: ['exp', ''],
  right: ['', 'act'],
};
