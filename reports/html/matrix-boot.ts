/** The boots of a matrix, as its last rows: the whole, and the units that took longer in one than in another. */
import { describeDuration } from '../../src/describe-text.ts';
import { bootTable, type BootRow } from '../../src/matrix-boot.ts';
import type { Matrix } from '../../src/matrix.ts';
import type { RunResult } from '../../src/result.ts';
import { html, type Html } from './element.ts';

export function matrixBootHtml({ columns }: Matrix, run: Pick<RunResult, 'jobs'>): Html | undefined {
  const table = bootTable(columns, run);
  if (table === undefined) return undefined;
  const { counts, rows, versions } = table;
  const [whole, ...units] = rows;
  const several = counts.some((count) => count > 1);
  return html`<tbody>
    <tr>
      <th scope="row">Boot${units.length === 0 ? undefined : ', and the units that differ most'}</th>
      ${whole?.tookMs.map(
        (value, column) =>
          html`<td>
            ${timeHtml(value, whole, 'no boot')}${several && value !== undefined ? ` median of ${counts[column]}` : undefined}
            <small>${versions[column]}</small>
          </td>`,
      )}
    </tr>
    ${units.map(
      (unit) =>
        html`<tr class="s">
          <th scope="row">${unit.name}</th>
          ${unit.tookMs.map(
            (value, column) =>
              html`<td>${timeHtml(value, unit, counts[column] === 0 ? '' : 'not there')}</td>`,
          )}
        </tr>`,
    )}
  </tbody>`;
}

/** The longest stands out. */
function timeHtml(tookMs: number | undefined, row: BootRow, otherwise: string): Html {
  if (tookMs === undefined) return html`<span class="dim">${otherwise}</span>`;
  const words = describeDuration(tookMs);
  return tookMs === Math.max(...row.tookMs.map((value) => value ?? 0))
    ? html`<b>${words}</b>`
    : html`${words}`;
}
