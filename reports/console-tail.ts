/** The last lines of an output, safe to print. */
import { stripVTControlCharacters } from 'node:util';
import { visible } from '../src/describe-text.ts';
import { plainText } from '../src/terminal.ts';

/** Only these many characters before the end are looked at. */
const WINDOW = 64 * 1024;
const LONGEST_LINE = 1_000;

export function lastLines(output: string, most: number): { lines: readonly string[]; left: number } {
  const near = output.slice(-WINDOW);
  const text = (plainText(near) ?? settle(near)).replace(/\n+$/, '');
  if (text === '') return { lines: [], left: 0 };
  const all = text.split('\n');
  const lines = all.slice(-most).map((line) => {
    const shown = visible(line).trimEnd();
    return shown.length > LONGEST_LINE ? `${shown.slice(0, LONGEST_LINE)}…` : shown;
  });
  return { lines, left: all.length - lines.length + (output.length > WINDOW ? 1 : 0) };
}

/** Without escapes; of a line that was written over, what was written last. */
function settle(text: string): string {
  return stripVTControlCharacters(text.replaceAll(STRING_SEQUENCE, ''))
    .replaceAll(/\r+\n/g, '\n')
    .replaceAll(/^.*\r(?!$)/gm, '');
}
// OSC, DCS, APC and the like up to their end: Node's own list (20) knows few of them.
// oxlint-disable-next-line no-control-regex
const STRING_SEQUENCE = /\u001B[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\)/g;
