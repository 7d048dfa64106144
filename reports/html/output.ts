/** What a step printed, as a terminal shows it: numbered lines, coloured, stderr told apart. */
import type { OutputChunk } from '../../src/result.ts';
import { linesToHtml } from '../ansi.ts';
import { html, trusted, type Content, type Html } from './element.ts';
import { showOutput, type OutputCaps, type ShownOutput } from './output-lines.ts';
import { rawData } from './raw.ts';
import { lineTimes } from './times.ts';

export async function outputHtml(
  chunks: readonly OutputChunk[],
  label: string,
  caps: OutputCaps,
  title?: string,
): Promise<Html | undefined> {
  return shownHtml(await showOutput(chunks, caps), { chunks, label, title });
}

export interface OutputOptions {
  readonly chunks: readonly OutputChunk[];
  readonly label: string;
  readonly title?: string | undefined;
}

export async function shownHtml(
  { pieces, lines }: ShownOutput,
  { chunks, label, title = 'Output' }: OutputOptions,
): Promise<Html | undefined> {
  if (pieces.length === 0) return undefined;
  const rows: Content[] = [];
  for (const { voice, lines, cutLines } of pieces) {
    if (cutLines > 0)
      rows.push(
        html`<t-cut data-cut="${cutLines}"
          >… ${cutLines.toLocaleString('en')} lines cut; all of it is in the event log</t-cut
        >`,
      );
    const kind = voice === 'err' ? ' class="err"' : '';
    rows.push(trusted((await linesToHtml(lines)).map((line) => `<t-l${kind}>${line}</t-l>`).join('')));
  }
  const errors = pieces.some(({ voice }) => voice === 'err')
    ? html`<span class="key">stderr</span>`
    : undefined;
  const times = pieces.some(({ cutLines }) => cutLines > 0) ? undefined : lineTimes(chunks, lines);
  const timed = times === undefined ? undefined : trusted(` data-times="${times.join()}"`);
  return html`<div class="term" ${timed}${rawData(chunks, pieces)}>
    <div class="bar"><span>${title}</span>${errors}</div>
    <pre tabindex="0" role="region" aria-label="${label}">${rows}</pre>
  </div>`;
}
