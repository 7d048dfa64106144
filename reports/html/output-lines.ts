/** What of an output is shown: the lines of its streams in the order they came, the middle cut if long. */
import { chunkBytes, type OutputChunk } from '../../src/result.ts';
import { renderTerminal, type TerminalLine } from '../../src/terminal.ts';

export interface OutputCaps {
  readonly head: number;
  readonly tail: number;
}
export const FULL: OutputCaps = { head: 2_000, tail: 5_000 };
export const SHORT: OutputCaps = { head: 200, tail: 200 };

export interface ShownOutput {
  readonly pieces: readonly ShownPiece[];
  /** Those that were cut included. */
  readonly lines: number;
}
export interface ShownPiece {
  readonly voice: 'out' | 'err' | 'tty';
  readonly lines: readonly TerminalLine[];
  /** Raw lines left out before this one. */
  readonly cutLines: number;
}

/** Longer lines lose their rest: no one reads them, and they make the page crawl. */
const LINE_CHARACTERS = 8_000;

export async function showOutput(chunks: readonly OutputChunk[], caps: OutputCaps): Promise<ShownOutput> {
  const pieces: ShownPiece[] = [];
  let count = 0;
  for (const { voice, text, cutLines } of capLines(joinVoices(chunks), caps)) {
    const { lines } = await renderTerminal(text, { convertEol: voice !== 'tty' });
    pieces.push({ voice, cutLines, lines: lines.map(capLine) });
    count += cutLines + lines.length;
  }
  return { pieces, lines: count };
}

interface Piece {
  readonly voice: ShownPiece['voice'];
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
