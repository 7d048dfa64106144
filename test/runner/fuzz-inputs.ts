/** Texts for the loader to read: files that are good, changed at random, and texts that only look like YAML. */

/** Numbers of [0, 1) from a seed, always the same ones (mulberry32). */
export type Random = () => number;
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The next text; `corpus` holds good files. */
export function nextText(random: Random, corpus: readonly string[]): string {
  if (random() < 0.08) return soup(random);
  let text = pick(random, corpus);
  for (let changes = 1 + below(random, 4); changes > 0; changes -= 1)
    text = pick(random, changesOfText)(random, text, corpus);
  return text;
}

type Change = (random: Random, text: string, corpus: readonly string[]) => string;

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}
function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[below(random, from.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

/** Values of every other kind, and what YAML or JavaScript could make more of than a text. */
const values: readonly string[] = [
  ...String.raw`
 ¦ ~ ¦ null ¦ [] ¦ {} ¦ [a, b] ¦ [[]] ¦ {a: b} ¦ {a: {b: {c: d}}} ¦ [{}] ¦ [null] ¦ "" ¦ 0 ¦ -1 ¦ 1e999 ¦ -0 ¦ 0x10
99999999999999999999 ¦ 0o17 ¦ .inf ¦ 1.5 ¦ 1e3 ¦ 3 000 ¦ ٣ ¦ "NaN" ¦ true ¦ No ¦ "true" ¦ 1s ¦ 0s ¦ -5s ¦ 99y ¦ 1h1h ¦ 1K
64M ¦ 0..1 ¦ ">= " ¦ "< x" ¦ "a\nb" ¦ "\u0000" ¦ "\u001b[31m" ¦ "\ud800" ¦ "\x07" ¦ ünïcödé ¦ 日本 ¦ 🦊 ¦ __proto__
constructor ¦ toString ¦ {__proto__: x} ¦ {constructor: {prototype: 1}} ¦ {hasOwnProperty: 1} ¦ {constructor: 1}
&a b ¦ *a ¦ !!str x ¦ ! x ¦ !!binary aGk= ¦ {<<: *a} ¦ | ¦ >- ¦ |2 ¦ ? x ¦ - x ¦ @x ¦ %x ¦ " ¦ ' ¦ { ¦ [ ¦ } ¦ ] ¦ a: b: c
"\${x}" ¦ "\${" ¦ "$\${x}" ¦ "\${constructor}" ¦ "\${__proto__}" ¦ "<a:int>" ¦ "<constructor>" ¦ "<a:nope>" ¦ "<:/(/>"
"<:/(a+)+$/>" ¦ "<a> <a>" ¦ "<<a>" ¦ "..." ¦ "<" ¦ "<*>" ¦ {matches: "(a*)*b"} ¦ {any: []} ¦ {not: {not: {not: a}}}
{json: {a: [1, {b: "> 2"}]}} ¦ {json: {__proto__: 1}} ¦ {lines: many} ¦ {all: [a]} ¦ # x ¦ a #b ¦ / ¦ /.. ¦ ../../x ¦ ~/x
0644 ¦ 999 ¦ host ¦ {ref: a, because: b, when: {constructor: 1}} ¦ {times: 99999, because: x} ¦ {when: {image: x}, because: y}`
    .split(/ ¦ |\n/)
    .map((value) => value.replaceAll('\\$', '$')),
  '\u202Ex',
  '\uFEFF',
  'x'.repeat(3000),
  `"${'<a>'.repeat(200)}"`,
  '['.repeat(80),
  `${'[{a: '.repeat(30)}1${'}]'.repeat(30)}`,
];

const keys =
  'title summary tags machine matrix needs env timeout prepare cleanup on-failure steps keep-going machines use watch leaves image init boot-timeout trees packages files disk memory user run wait boot as args reboot write path content from mode owner ask choices answer check say id when because session cwd substitute stdin tty background output-limit within expect where measure budget except known-issue retry artifacts learn exit stdout stderr output took json equals contains lacks in-order matches lines any all not unit system journal file mount process port command output-of group package sysctl kernel kernel-module kernel-option interface resolves http cgroup active sub enabled result restarts property state class os version failed-units jobs priority since type size target sha256 options source count listening address loaded value uid gid groups shell exists ref expires times hints explain wrong reset solution exclude include systemd arch backend x home path __proto__ constructor toString valueOf hasOwnProperty <<'.split(
    ' ',
  );

const marks = [':', '-', '#', '&', '*', '!', '|', '>', '%', '@', '`', '"', "'", '{', '}', '[', ']', ',', '?', '<', '${', '...', '---', '\t', '\r', '\n', '\n\n', ' ', '  ', '\\', '\0', '\u001b', '\u2028', '\u0085', '\uFEFF', '\uD800', '\uDC00']; // prettier-ignore

function lineChange(change: (random: Random, lines: string[], at: number) => void): Change {
  return (random, text) => {
    const lines = text.split('\n');
    change(random, lines, below(random, lines.length));
    return lines.join('\n');
  };
}

/** `key: value` or `- key: value`, but for the value. */
const keyed = /^(\s*(?:- )?[^\s:#]+:)(?:\s.*)?$/;

const changesOfText: readonly Change[] = [
  lineChange((_random, lines, at) => void lines.splice(at, 1)),
  lineChange((_random, lines, at) => void lines.splice(at, 0, lines[at] ?? '')),
  lineChange((random, lines, at) => {
    const other = below(random, lines.length);
    [lines[at], lines[other]] = [lines[other] ?? '', lines[at] ?? ''];
  }),
  lineChange((random, lines, at) => {
    const line = lines[at] ?? '';
    lines[at] = pick(random, [` ${line}`, `  ${line}`, line.slice(1), line.trimStart(), `\t${line}`]);
  }),
  valueChange,
  valueChange,
  valueChange,
  valueChange,
  lineChange((random, lines, at) => {
    lines[at] = (lines[at] ?? '').replace(/[a-z][\w-]*(?=:)/, () => pick(random, keys));
  }),
  lineChange((random, lines, at) => {
    const indent = /^ */.exec(lines[at] ?? '')?.[0] ?? '';
    const dash = random() < 0.2 ? '- ' : '';
    lines.splice(at, 0, `${indent}${dash}${pick(random, keys)}: ${pick(random, values)}`);
  }),
  (random, text) =>
    text.replaceAll(/(?<=[[{,:] ?)[\w-]+(?=[\]},])/g, (word) =>
      random() < 0.2 ? pick(random, values) : word,
    ),
  (random, text) => {
    const at = below(random, text.length);
    return text.slice(0, at) + pick(random, marks) + text.slice(at + below(random, 3));
  },
  (random, text) => Buffer.from(text).subarray(0, below(random, text.length)).toString(),
  (random, text, corpus) => {
    const other = pick(random, corpus).split('\n');
    const lines = text.split('\n');
    const from = below(random, other.length);
    lines.splice(
      below(random, lines.length),
      below(random, 4),
      ...other.slice(from, from + 1 + below(random, 12)),
    );
    return lines.join('\n');
  },
  (random, text, corpus) =>
    pick(random, [`${text}---\n${pick(random, corpus)}`, `%YAML 1.1\n---\n${text}`, `${text}...\n`]),
  (_random, text) => text.replaceAll('\n', '\r\n'),
  (_random, text) => `\uFEFF${text}`,
  (random, text) =>
    text.replace(/matrix:.*/, () => `matrix: {a: [${many(random)}], b: [${many(random)}], exclude: {a: 1}}`),
];

function valueChange(random: Random, text: string): string {
  const lines = text.split('\n');
  const places = lines.flatMap((line, at) => (keyed.test(line) ? [at] : []));
  const at = places[below(random, places.length)];
  if (at === undefined) return text;
  lines[at] = (lines[at] ?? '').replace(keyed, (_line, key: string) => `${key} ${pick(random, values)}`);
  return lines.join('\n');
}

function many(random: Random): string {
  return Array.from({ length: below(random, 150) }, (_, index) => index).join(', ');
}

/** Words and marks in any order, some of them in lines that read as keys. */
function soup(random: Random): string {
  const piece = (): string => pick(random, pick(random, [keys, values, marks]));
  const line = (): string =>
    ' '.repeat(below(random, 6)) +
    (random() < 0.4 ? '- ' : '') +
    (random() < 0.7 ? `${pick(random, keys)}: ${piece()}` : piece() + piece());
  return Array.from({ length: below(random, 30) }, line).join('\n');
}
