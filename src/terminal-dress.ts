/**
 * Output whose only controls dress its text (colours, links, titles) → the lines that the emulator would give, at a
 * hundredth of its cost.
 *
 * It answers only where nothing depends on a screen: no cursor moves, no tabs, nothing of no width. The tests hold it
 * against the emulator.
 */
import { FLAGS, TRUE_COLOUR, type TerminalLine, type TextRun } from './terminal.ts';

/** Undefined where a screen is needed. */
export function dressedLines(text: string, convertEol: boolean): readonly TerminalLine[] | undefined {
  if (UNSURE.test(text)) return undefined;
  const lines: TerminalLine[] = [];
  let runs: MutableRun[] = [];
  let dress: Dress = PLAIN;
  let href: string | undefined;
  let at = 0;
  for (const [token, colours, osc, argument = '', newline] of text.matchAll(TOKEN)) {
    at += token.length;
    if (colours !== undefined) {
      const next = dressBy(colours, dress);
      if (next === undefined) return undefined;
      dress = next;
    } else if (osc !== undefined) {
      // `params;uri`
      if (osc === '8') href = argument.slice(argument.indexOf(';') + 1) || undefined;
      else if (!SILENT.has(osc)) return undefined;
    } else if (newline !== undefined) {
      // Without its return the next line would begin below the end of this one.
      if (newline === '\n' && !convertEol && runs.length > 0) return undefined;
      lines.push(trimmed(runs));
      runs = [];
    } else if (!token.startsWith('\x1b')) append(runs, token, dress, href);
  }
  // A link that nothing ends is none.
  if (at < text.length || href !== undefined) return undefined;
  const last = trimmed(runs);
  return last.length === 0 ? lines : [...lines, last];
}

type MutableRun = { -readonly [K in keyof TextRun]: TextRun[K] };
interface Dress {
  readonly fg?: number | undefined;
  readonly bg?: number | undefined;
  readonly flags: number;
}
const PLAIN: Dress = { flags: 0 };

/** What stands over other characters or has no width: the emulator joins it to its neighbours. */
const UNSURE = /[\p{M}\p{Cf}\p{Cs}\u1160-\u11FF\uD7B0-\uD7FF\uFFFD]/u;
const TOKEN =
  /\x1b\[([\d;:]*)m|\x1b\](\d+)(?:;([^\x07\x1b\0-\x1f\x7f-\x9f]*))?(?:\x07|\x1b\\)|(\r*\n)|\x1b\(B|[^\0-\x1f\x7f-\x9f]+/gy;
/** Strings of the terminal that show nothing: titles, and the contexts of systemd 257. */
const SILENT: ReadonlySet<string> = new Set(['0', '1', '2', '3008']);

function append(runs: MutableRun[], text: string, { fg, bg, flags }: Dress, href: string | undefined): void {
  const shown = href === undefined ? flags : flags & ~FLAGS.underline;
  const last = runs.at(-1);
  if (last?.fg === fg && last?.bg === bg && last?.flags === shown && last.href === href) last.text += text;
  else runs.push({ text, fg, bg, flags: shown, href });
}

function trimmed(runs: MutableRun[]): TerminalLine {
  for (let last = runs.at(-1); last !== undefined; last = runs.at(-1)) {
    last.text = last.text.trimEnd();
    if (last.text !== '') break;
    runs.pop();
  }
  return runs;
}

/** The parameters of a Select Graphic Rendition; undefined for those that are written in no usual way. */
function dressBy(parameters: string, before: Dress): Dress | undefined {
  let dress = before;
  const codes = parameters.split(';');
  if (codes.length > MOST_CODES) return undefined;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? '';
    if (/^[34]8(:|$)/.test(code)) {
      const colon = code.includes(':');
      const words = colon ? code.split(':') : codes.slice(at, at + (codes[at + 1] === '2' ? 5 : 3));
      const colour = paletteColour(words) ?? trueColour(words);
      if (colour === undefined) return undefined;
      dress = { ...dress, [code.startsWith('3') ? 'fg' : 'bg']: colour };
      if (!colon) at += words.length - 1;
      continue;
    }
    // Colons elsewhere are rare; so are colours of lines, and zeros before those that others follow.
    if (code.includes(':') || /^0*58$|^0+[34]8$/.test(code)) return undefined;
    dress = simpleDress(Number(code), dress);
  }
  return dress;
}
/** The emulator reads no more than these. */
const MOST_CODES = 32;

function paletteColour(words: readonly string[]): number | undefined {
  const [, kind, colour = ''] = words;
  return kind === '5' && words.length === 3 && isByte(colour) ? Number(colour) : undefined;
}

function trueColour(words: readonly string[]): number | undefined {
  // `38:2::1:2:3` names a space of colours that nobody has.
  const channels = words.length === 6 && words[2] === '' ? words.slice(3) : words.slice(2);
  if (words[1] !== '2' || channels.length !== 3 || !channels.every(isByte)) return undefined;
  return channels.reduce((sum, channel) => sum * 256 + Number(channel), 0) + TRUE_COLOUR;
}

function isByte(word: string): boolean {
  return /^\d{1,3}$/.test(word) && Number(word) < 256;
}

function simpleDress(code: number, dress: Dress): Dress {
  if (code === 0) return PLAIN;
  const [on = 0, off = 0] = FLAG_CODES[code] ?? [];
  if (on + off > 0) return { ...dress, flags: (dress.flags & ~off) | on };
  const [tens, ones] = [Math.floor(code / 10), code % 10];
  const key = COLOUR_CODES[tens];
  if (key === undefined) return dress;
  if (ones === 9 && tens < 9) return { ...dress, [key]: undefined };
  return ones > 7 ? dress : { ...dress, [key]: tens < 9 ? ones : ones + 8 };
}

const FLAG_CODES: Readonly<Record<number, readonly [on: number, off: number]>> = {
  1: [FLAGS.bold, 0],
  2: [FLAGS.dim, 0],
  3: [FLAGS.italic, 0],
  4: [FLAGS.underline, 0],
  7: [FLAGS.inverse, 0],
  9: [FLAGS.strike, 0],
  21: [FLAGS.underline, 0],
  22: [0, FLAGS.bold | FLAGS.dim],
  23: [0, FLAGS.italic],
  24: [0, FLAGS.underline],
  27: [0, FLAGS.inverse],
  29: [0, FLAGS.strike],
  53: [FLAGS.overline, 0],
  55: [0, FLAGS.overline],
};
const COLOUR_CODES: Readonly<Record<number, 'fg' | 'bg'>> = { 3: 'fg', 4: 'bg', 9: 'fg', 10: 'bg' };
