/** What a step printed, as a terminal shows it: numbered lines, coloured, stderr told apart, the middle cut if long. */
import { chunkBytes, type OutputChunk } from '../../src/result.ts';
import { renderTerminal, type TerminalLine } from '../../src/terminal.ts';
import { linesToHtml } from '../ansi.ts';
import { lineTimes } from './times.ts';
import { html, trusted, type Content, type Html } from './element.ts';

export interface OutputCaps {
  readonly head: number;
  readonly tail: number;
}
export const FULL: OutputCaps = { head: 2_000, tail: 5_000 };
export const SHORT: OutputCaps = { head: 200, tail: 200 };

/** Longer lines lose their rest: no one reads them, and they make the page crawl. */
const LINE_CHARACTERS = 8_000;

export async function outputHtml(
  chunks: readonly OutputChunk[],
  label: string,
  caps: OutputCaps,
  title = 'Output',
): Promise<Html | undefined> {
  const pieces = capLines(joinVoices(chunks), caps);
  if (pieces.length === 0) return undefined;
  const rows: Content[] = [];
  let number = 1;
  for (const piece of pieces) {
    if (piece.cutLines > 0) {
      rows.push(
        html`<t-cut
          >… ${piece.cutLines.toLocaleString('en')} lines cut; all of it is in the event log</t-cut
        >`,
      );
      number += piece.cutLines;
    }
    const { lines } = await renderTerminal(piece.text, { convertEol: piece.voice !== 'tty' });
    const kind = piece.voice === 'err' ? ' class="err"' : '';
    rows.push(
      trusted((await linesToHtml(lines.map(capLine))).map((line) => `<t-l${kind}>${line}</t-l>`).join('')),
    );
    number += lines.length;
  }
  const errors = pieces.some((piece) => piece.voice === 'err')
    ? html`<span class="key">stderr</span>`
    : undefined;
  const times = pieces.some(({ cutLines }) => cutLines > 0) ? undefined : lineTimes(chunks, number - 1);
  const timed = times === undefined ? undefined : trusted(` data-times="${times.join()}"`);
  return html`<div class="term" data-lines="${number - 1}" ${timed}>
    <div class="bar"><span>${title}</span>${errors}</div>
    <pre tabindex="0" role="region" aria-label="${label}">${rows}</pre>
  </div>`;
}

interface Piece {
  readonly voice: 'out' | 'err' | 'tty';
  readonly text: string;
  /** Raw lines left out before this one. */
  readonly cutLines: number;
}

const VOICES: Readonly<Record<OutputChunk['fd'], Piece['voice']>> = {
  out: 'out',
  err: 'err',
  tty: 'tty',
  console: 'tty',
};

/** Chunks that follow each other in one voice are one text, so that no character or escape is split. */
function joinVoices(chunks: readonly OutputChunk[]): Piece[] {
  const pieces: Piece[] = [];
  let decoder = new TextDecoder();
  for (const chunk of chunks) {
    const voice = VOICES[chunk.fd];
    const last = pieces.at(-1);
    if (last?.voice !== voice) decoder = new TextDecoder();
    const text =
      chunk.base64 === undefined ? (chunk.text ?? '') : decoder.decode(chunkBytes(chunk), { stream: true });
    if (last?.voice === voice) pieces[pieces.length - 1] = { ...last, text: last.text + text };
    else if (text !== '') pieces.push({ voice, text, cutLines: 0 });
  }
  return pieces;
}

/** Cuts at newlines, which no escape sequence of a terminal holds; never makes an array of all lines of 16 MB. */
function capLines(pieces: readonly Piece[], { head, tail }: OutputCaps): Piece[] {
  const counts = pieces.map(({ text }) => countLines(text));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= head + tail) return [...pieces];
  const kept: Piece[] = [];
  let before = 0;
  pieces.forEach((piece, index) => {
    const count = counts[index] ?? 0;
    const first = Math.min(Math.max(head - before, 0), count);
    const last = Math.max(total - tail - before, first);
    if (first > 0) kept.push({ ...piece, text: piece.text.slice(0, lineStart(piece.text, first)) });
    const meetsTail = before < total - tail && before + count > total - tail;
    const begins = before >= total - tail;
    if (meetsTail || begins)
      kept.push({
        ...piece,
        text: piece.text.slice(lineStart(piece.text, last)),
        cutLines: meetsTail ? total - head - tail : 0,
      });
    before += count;
  });
  return kept;
}

function countLines(text: string): number {
  let count = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Where the line begins before which there are `lines` others. */
function lineStart(text: string, lines: number): number {
  let start = 0;
  for (let count = 0; count < lines; count += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return start;
}

function capLine(line: TerminalLine): TerminalLine {
  let left = LINE_CHARACTERS;
  let cut = 0;
  const kept = line.flatMap((run) => {
    const text = run.text.slice(0, left);
    left -= text.length;
    cut += run.text.length - text.length;
    return text === '' ? [] : [{ ...run, text }];
  });
  return cut === 0 ? line : [...kept, { text: ` … ${cut.toLocaleString('en')} characters cut`, flags: 2 }];
}
