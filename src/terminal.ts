/**
 * Bytes of a terminal → the lines a person would see.
 *
 * What a pipe says is nearly always plain, and then no terminal is needed: `plainText` answers at once. Everything
 * else is loaded only then: what has colours and links alone is read by `terminal-dress.ts`; carriage returns, cursor
 * moves and all the rest are played on a real terminal emulator.
 */

/** A piece of a line in one dress. Colours: 0–255 of the palette, or `TRUE_COLOUR + 0xRRGGBB`; absent: the default. */
export interface TextRun {
  readonly text: string;
  readonly fg?: number | undefined;
  readonly bg?: number | undefined;
  /** Sum of `FLAGS`. */
  readonly flags: number;
  /** As the program gave it, any scheme. */
  readonly href?: string | undefined;
}
export type TerminalLine = readonly TextRun[];

export const TRUE_COLOUR = 0x1000000;
export const FLAGS = {
  bold: 1,
  dim: 2,
  italic: 4,
  underline: 8,
  inverse: 16,
  strike: 32,
  overline: 64,
} as const;

export interface TerminalOptions {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  /** A pipe, where LF alone begins a new line at its start. */
  readonly convertEol?: boolean | undefined;
  /** The newest lines kept. */
  readonly maxLines?: number | undefined;
}
export interface Rendered {
  readonly lines: readonly TerminalLine[];
  /** Lines before the first that `maxLines` cut off. */
  readonly cutLines: number;
}

/** Text that looks the same on a terminal as it is, carriage returns before a newline aside; else undefined. */
export function plainText(output: Uint8Array | string): string | undefined {
  const text = typeof output === 'string' ? output : new TextDecoder().decode(output);
  if (!CONTROL.test(text)) return text;
  const joined = text.replace(LINE_END, '\n');
  return CONTROL.test(joined) ? undefined : joined;
}

export async function renderTerminal(
  output: Uint8Array | string,
  options: TerminalOptions = {},
): Promise<Rendered> {
  const maxLines = options.maxLines ?? 50_000;
  const plain = plainText(output);
  if (plain !== undefined) return plainLines(plain, maxLines);
  const { dressedLines } = await import('./terminal-dress.ts');
  const text = typeof output === 'string' ? output : new TextDecoder().decode(output);
  const all = dressedLines(text, options.convertEol ?? true);
  if (all !== undefined) {
    const lines = all.slice(-maxLines);
    return { lines, cutLines: all.length - lines.length };
  }
  const { playTerminal } = await import('./terminal-screen.ts');
  return playTerminal(output, {
    columns: options.columns ?? 240,
    rows: options.rows ?? 24,
    convertEol: options.convertEol ?? true,
    maxLines,
  });
}

/** What a terminal shows, for matching, searching and copying; ends in a newline unless empty. */
export function linesText(lines: readonly TerminalLine[]): string {
  let text = '';
  for (const line of lines) {
    for (const run of line) text += run.text;
    text += '\n';
  }
  return text;
}

/** `plainText`, or the text of the rendered lines. */
export async function terminalText(
  output: Uint8Array | string,
  options: TerminalOptions = {},
): Promise<string> {
  return plainText(output) ?? linesText((await renderTerminal(output, options)).lines);
}

/** All of C0 but tab and newline, DEL, and C1: what a terminal obeys instead of showing. */
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f]/;
const LINE_END = /\r+\n/g;

function plainLines(text: string, maxLines: number): Rendered {
  const all = text.split('\n');
  // What only blanks follow is where the cursor stands, and no line yet.
  if (all.at(-1)?.trimEnd() === '') all.pop();
  const kept = all.slice(-maxLines);
  const lines = kept.map((line) => {
    const shown = line.trimEnd();
    return shown === '' ? [] : [{ text: shown, flags: 0 }];
  });
  return { lines, cutLines: all.length - kept.length };
}
