/** Dress for the terminal: colours that can be off, widths of what is shown, rows with a time at their right. */
import { visible } from '../src/describe-text.ts';
import type { Outcome } from '../src/event.ts';
import type { ReporterOptions } from './reporter.ts';

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  magenta: [35, 39],
};
export type Colour = keyof typeof CODES;
export type Paint = (colour: Colour | undefined, text: string) => string;

export interface Style {
  readonly paint: Paint;
  /** Rows end here at the latest; more than a hundred columns part a name from its time. */
  readonly width: number;
  /** Sentences are broken here, between words; never where the text goes to a file. */
  readonly wrapAt: number | undefined;
}

export function createStyle({
  colour,
  columns,
  live,
}: Pick<ReporterOptions, 'colour' | 'columns' | 'live'>): Style {
  const paint: Paint = (name, text) => {
    if (!colour || name === undefined || text === '') return text;
    const [on, off] = CODES[name];
    return `\u001B[${on}m${text}\u001B[${off}m`;
  };
  return {
    paint,
    width: Math.max(20, Math.min(columns, 100)),
    wrapAt: live ? Math.max(20, columns) : undefined,
  };
}

export const MARKS: Record<Outcome, { readonly mark: string; readonly colour: Colour | undefined }> = {
  passed: { mark: '✓', colour: 'green' },
  flaky: { mark: '~', colour: 'yellow' },
  known: { mark: '!', colour: 'yellow' },
  failed: { mark: '✗', colour: 'red' },
  'timed-out': { mark: '✗', colour: 'red' },
  errored: { mark: '⚠', colour: 'magenta' },
  running: { mark: '…', colour: 'dim' },
  interrupted: { mark: '■', colour: 'magenta' },
  skipped: { mark: '○', colour: 'dim' },
  'not-run': { mark: '·', colour: 'dim' },
};

/** Columns that a terminal needs for the text. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += character < '\u0300' ? 1 : characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (/[\p{Mark}\u200D]/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{20000}-\u{3FFFD}]/u;

/** One line of at most `columns`, `…` for what does not fit. */
export function fit(text: string, columns: number): string {
  const line = visible(text).replaceAll(/\s/g, ' ');
  if (textWidth(line) <= columns) return line;
  let kept = '';
  let width = 1;
  for (const character of line) {
    width += textWidth(character);
    if (width > columns) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** Spaces that push `right` to the edge; at least two. */
export function gapTo(style: Style, left: string, right: string): string {
  return ' '.repeat(Math.max(2, style.width - textWidth(left) - textWidth(right)));
}

/** A sentence in lines that fit after `indent` columns; a word that is longer than a line stays whole, to be copied. */
export function wrap({ wrapAt }: Style, text: string, indent: number): readonly string[] {
  if (wrapAt === undefined || indent + textWidth(text) <= wrapAt) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + textWidth(line) + 1 + textWidth(word) > wrapAt) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
