/** An expectation and what was seen, line under line, so that equal characters stand above each other. */
import type { Mismatch, MismatchRow } from '../../src/event.ts';
import { html, type Content, type Html } from './element.ts';

export function alignmentHtml(mismatch: Mismatch, label: string): Html {
  const first = mismatch.rows.find((row) => row.kind !== 'same' && row.kind !== 'gap');
  return html`<div class="scroll framed" tabindex="0" role="region" aria-label="${label}">
    <table class="diff">
      <thead class="sr">
        <tr>
          <th scope="col">Line</th>
          <th scope="col">Side</th>
          <th scope="col">Text</th>
        </tr>
      </thead>
      <tbody>
        ${mismatch.rows.map((row) => ROWS[row.kind](row, row === first ? ' first' : ''))}
      </tbody>
    </table>
  </div>`;
}

type Parts = MismatchRow['expectedParts'];
type RowHtml = (row: MismatchRow, first: string) => Html;

const ROWS: Readonly<Record<MismatchRow['kind'], RowHtml>> = {
  same: (row) => line('same', row.line, '', row.actual ?? row.expected ?? ''),
  gap: (row) =>
    html`<tr class="gap">
      <td></td>
      <td></td>
      <td>${gapText(row)}</td>
    </tr>`,
  missing: (row, first) => line(`exp${first}`, undefined, 'expected', text(row.expected, row.expectedParts)),
  extra: (row, first) => line(`act${first}`, row.line, 'seen', text(row.actual, row.actualParts)),
  differs: (row, first) =>
    html`${line(`exp${first}`, undefined, 'expected', text(row.expected, row.expectedParts))}${line(
      `act${first}`,
      row.line,
      'seen',
      text(row.actual, row.actualParts),
    )}`,
};

function line(kind: string, number: number | undefined, side: string, content: Content): Html {
  return html`<tr class="${kind}">
    <td class="no">${number}</td>
    <td class="side">${side}</td>
    <td>${content}</td>
  </tr>`;
}

function gapText(row: MismatchRow): string {
  return row.actual ?? row.expected ?? '…';
}

function text(whole = '', parts: Parts = []): Content {
  return whole === '' ? html`<i>an empty line</i>` : markedText(whole, parts);
}

export function markedText(whole: string, parts: Parts = []): Content {
  const pieces: Content[] = [];
  let at = 0;
  for (const [start, end] of parts) {
    pieces.push(whole.slice(at, start), html`<mark>${whole.slice(start, end)}</mark>`);
    at = end;
  }
  return [...pieces, whole.slice(at)];
}
