/** Small words that all descriptions share: durations, places, counts, one line of a text, a word for the shell. */
import type { Place } from './error.ts';

/** `64ms`, `1.24s`, `12.3s`, `1min 3s`, `2h 5min`; as systemd writes them, three digits are enough. */
export function describeDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${Number((ms / 1_000).toFixed(ms < 9_995 ? 2 : 1))}s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return joinUnits([Math.floor(seconds / 60), 'min'], [seconds % 60, 's']);
  const minutes = Math.round(seconds / 60);
  return joinUnits([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']);
}

function joinUnits(...parts: readonly (readonly [number, string])[]): string {
  return parts
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}

/** `1 byte`, `11.3 MiB`. */
export function describeSize(bytes: number): string {
  const power = Math.min(SIZES.length, Math.floor(Math.log2(Math.max(Math.abs(bytes), 1)) / 10));
  if (power === 0) return count(bytes, 'byte');
  return `${Number((bytes / 1_024 ** power).toFixed(1))} ${SIZES[power - 1]}`;
}
const SIZES = ['KiB', 'MiB', 'GiB', 'TiB'];

/** What a step measured, in the units that measures have. */
export function describeQuantity(value: number, unit: string): string {
  if (unit === 'ms') return describeDuration(value);
  if (unit === 'bytes') return describeSize(value);
  return `${Number(value.toPrecision(6))} ${unit}`.trimEnd();
}

export function describePlace({ file, line, column }: Place): string {
  // The name of a file may hold anything but a zero byte.
  return `${visible(file).replaceAll('\n', '␊')}:${line}:${column}`;
}

/** `1 job`, `2 jobs`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** The text in one line: its first that says something, `…` for what follows, `(nothing)` for none. */
export function firstLine(text: string, longest = 200): string {
  const lines = text.trim().split('\n');
  const first = visible(lines[0] ?? '').trimEnd();
  if (first === '') return '(nothing)';
  return first.length > longest ? `${first.slice(0, longest)}…` : lines.length > 1 ? `${first} …` : first;
}

/** Characters that a terminal would obey, shown as pictures (`␛`); tab and newline stay. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x24_00 + code) : code === 0x7f ? '␡' : '�';
  });
}
const PLAIN = /^[\t\n -~]*$/;
// U+061C, U+200E … are bidirectional marks: they reorder what stands beside them.
const CONTROL = /(?![\n\t])[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/** In quotes that do not stand in it; as JSON says it where nothing else shows what it holds. */
export function quoted(text: string, longest = 120): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  const isPlain = visible(shown) === shown && !/[\n\t\\]/.test(shown);
  const mark = shown.includes('"') ? "'" : '"';
  return isPlain && !shown.includes(mark) ? mark + shown + mark : JSON.stringify(shown);
}

/** A word that a shell reads back as it is. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
