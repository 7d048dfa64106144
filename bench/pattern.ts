/** How long patterns take over growing texts: `node --import=tsx bench/pattern.ts`; time must at most double per row. */
import { findPattern, matchPattern } from '../src/pattern-match.ts';
import { isPattern, parsePattern, splitLines, type Pattern } from '../src/pattern.ts';

interface Case {
  readonly name: string;
  readonly pattern: string;
  readonly text: (count: number) => string;
}

const SIZES = [25_000, 50_000, 100_000, 200_000];
const unit = (index: number) => `  unit-${index}.service   loaded active running Unit number ${index}`;
const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');
const hundred = (line: (index: number) => string) => Array.from({ length: 100 }, (_, i) => line(i));

const CASES: readonly Case[] = [
  {
    name: '100 lines found one after the other',
    pattern: [
      '...',
      ...hundred((i) => `unit-${i * 200}.service <:word> <s${i}> running Unit number <n${i}:int>\n...`),
    ].join('\n'),
    text: (count) => lines(count, unit),
  },
  {
    name: '100 lines with holes, the last nowhere',
    pattern: [
      '...',
      ...hundred((i) => `<u${i}>.service loaded <s${i}> running <:text>\n...`),
      'nowhere <*>',
      '...',
    ].join('\n'),
    text: (count) => lines(count, unit),
  },
  {
    name: 'a run of 100 lines that nearly fits everywhere',
    pattern: ['...', ...hundred(() => '<:word> x <*>'), 'end', '...'].join('\n'),
    text: (count) => lines(count, () => 'a x b'),
  },
  {
    name: 'a run of 100 different lines that nearly fits',
    pattern: ['...', ...hundred((i) => `a <*>${'b'.repeat(i % 7)}<*> <:int>`), 'end', '...'].join('\n'),
    text: (count) => lines(count, () => `a ${'b'.repeat(9)} 7`),
  },
  {
    name: 'the same, each time another of them not',
    pattern: ['...', ...hundred((i) => `a <*>${'b'.repeat(i % 7)}<*> <:int>`), '...'].join('\n'),
    text: (count) => lines(count, (i) => `a ${'b'.repeat(9)} ${(i * i) % 97 === 1 ? 'x' : '7'}`),
  },
  {
    name: 'one long line, two words that give back',
    pattern: '<*>x<a>y<b>z',
    text: (count) => 'xy'.repeat(count * 4),
  },
  {
    name: 'one long line, a word before a wildcard',
    pattern: '<*>=<a>=<b:duration><*>',
    text: (count) => '=a'.repeat(count * 4),
  },
  {
    name: 'a mismatch of two long texts',
    pattern: lines(100, (i) => `${unit(i)} more`),
    text: (count) => lines(count, unit),
  },
];

console.log(
  `${'milliseconds for n lines'.padEnd(50)}${SIZES.map((size) => String(size).padStart(10)).join('')}`,
);
for (const { name, pattern, text } of CASES) {
  const parsed = parsePattern(pattern);
  if (!isPattern(parsed)) throw new Error(`bad pattern in "${name}"`);
  const times = SIZES.map((size) => measure(parsed, text(size)));
  console.log(`${name.padEnd(50)}${times.map((time) => time.toFixed(1).padStart(10)).join('')}`);
}
const within = parsePattern('number <n:int>');
if (isPattern(within)) {
  const times = SIZES.map((size) =>
    best(() => findPattern(within, splitLines(`${lines(size, () => 'no such thing')}\nnumber 5`), {})),
  );
  console.log(
    `${'contains, found in the last line'.padEnd(50)}${times.map((time) => time.toFixed(1).padStart(10)).join('')}`,
  );
}

function measure(pattern: Pattern, text: string): number {
  return best(() => matchPattern(pattern, text, {}));
}

/** Of three. */
function best(work: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}
