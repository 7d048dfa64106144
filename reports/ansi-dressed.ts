/**
 * Coloured lines of runs → HTML. Programs' own bytes never come here: a run is escaped, given the few sequences that
 * ansi-to-html understands, and what that makes of them (`style="color:f1"`) becomes a class (`class="f1"`); the
 * stylesheet holds the colours.
 */
import AnsiToHtml from 'ansi-to-html';
import { FLAGS, TRUE_COLOUR, type TerminalLine, type TextRun } from '../src/terminal.ts';
import { escapeHtml } from './ansi.ts';

/** Colour numbers beyond the palette, for what the palette cannot say. */
const DIM = 256;
const DEFAULT_BACKGROUND = 257;

const foregrounds = Object.fromEntries(Array.from({ length: 258 }, (_, colour) => [colour, `f${colour}`]));
const converter = new AnsiToHtml({ escapeXML: false, stream: false, colors: foregrounds });

export function dressed(line: TerminalLine): string {
  return converter
    .toHtml(line.map(sequence).join(''))
    .replace(/ style="color:(f\d+)"/g, ' class="$1"')
    .replace(/ style="background-color:f(\d+)"/g, ' class="b$1"')
    .replaceAll(' style="text-decoration:overline"', ' class="over"')
    .replace(/<(\/?)strike>/g, '<$1s>');
}

const SGR: readonly (readonly [number, number])[] = [
  [FLAGS.bold, 1],
  [FLAGS.italic, 3],
  [FLAGS.underline, 4],
  [FLAGS.strike, 9],
  [FLAGS.overline, 53],
];

function sequence(run: TextRun): string {
  const { fg, bg } = colours(run);
  const codes: string[] = [];
  if (bg !== undefined) codes.push(`\x1b[48;5;${bg}m`);
  else if (fg !== undefined) codes.push(`\x1b[38;5;${fg}m`);
  for (const [flag, code] of SGR) if (run.flags & flag) codes.push(`\x1b[${code}m`);
  const text = linked(run);
  return codes.length === 0 ? text : `${codes.join('')}${text}\x1b[0m`;
}

/** A background brings its own readable text colour, so it alone is said. */
function colours({ fg, bg, flags }: TextRun): { fg?: number | undefined; bg?: number | undefined } {
  if (flags & FLAGS.inverse) return { bg: fg === undefined ? DEFAULT_BACKGROUND : nearest(fg) };
  if (bg !== undefined) return { bg: nearest(bg) };
  if (fg === undefined) return { fg: flags & FLAGS.dim ? DIM : undefined };
  return { fg: nearest(fg) };
}

/** The stylesheet knows sixteen colours, and of xterm's cube these steps of each channel. */
const STEPS = [0, 2, 5];

function nearest(colour: number): number {
  if (colour < 16) return colour;
  const [red = 0, green = 0, blue = 0] = channels(colour).map((channel) =>
    STEPS.reduce((best, step) =>
      Math.abs(level(step) - channel) <= Math.abs(level(best) - channel) ? step : best,
    ),
  );
  return 16 + red * 36 + green * 6 + blue;
}

function level(step: number): number {
  return step === 0 ? 0 : step * 40 + 55;
}

function channels(colour: number): readonly number[] {
  if (colour >= TRUE_COLOUR) return [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255];
  if (colour >= 232) return Array<number>(3).fill((colour - 232) * 10 + 8);
  const index = colour - 16;
  return [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map(level);
}

/** Only http and https become links; where else it points is said in a title. */
function linked(run: TextRun): string {
  const text = escapeHtml(run.text);
  if (run.href === undefined) return text;
  const href = escapeHtml(stripControls(run.href));
  return /^https?:\/\//i.test(run.href)
    ? `<a href="${href}" rel="noopener noreferrer nofollow">${text}</a>`
    : `<span title="${href}">${text}</span>`;
}

function stripControls(text: string): string {
  return text.replace(/[\0-\x1f\x7f-\x9f]/g, '');
}
