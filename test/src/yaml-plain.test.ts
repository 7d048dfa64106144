/** The short way through YAML gives what the library's own document gives, or nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, constantFrom, nat, property, tuple } from 'fast-check';
import t from 'tap';
import { makeSource } from '../../src/problem.ts';
import { composedCell, tokensOf, type Cell } from '../../src/yaml.ts';
import { plainCell } from '../../src/yaml-plain.ts';

interface Both {
  readonly plain: unknown;
  readonly composed: unknown;
  readonly problems: readonly string[];
}

/** Cells without their source, which is the same one. */
function bare(cell: Cell | undefined): unknown {
  if (cell === undefined) return undefined;
  const { source: _source, ...rest } = cell;
  if (rest.kind === 'list') return { ...rest, items: rest.items.map(bare) };
  if (rest.kind !== 'map') return rest;
  const entries = [...rest.entries].map(([key, { offset, value }]) => [key, offset, bare(value)]);
  return { ...rest, entries };
}

function bothWays(text: string): Both {
  const source = makeSource('x.yaml', '/', text);
  const tokens = tokensOf(text);
  if (typeof tokens === 'number') return { plain: undefined, composed: undefined, problems: [] };
  const plain = bare(plainCell(source, tokens));
  const composed = bare(composedCell(source, tokens));
  return { plain, composed, problems: source.problems.map(({ message }) => message) };
}

const folder = new URL('../../scenarios/', import.meta.url).pathname;
const shipped = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .map((path) => readFileSync(join(folder, path), 'utf8'));

t.test('shipped files go the short way', async (t) => {
  for (const text of shipped) {
    const { plain, composed } = bothWays(text);
    t.ok(plain);
    t.strictSame(plain, composed);
  }
});

const samples = [
  'a: 1\nb:\n  - x\n  -\n  - {c: d, "e": \'f\'}\n  - [1, 2,]\n# end\ng:   # why\nh: |\n  text\n\n  more\n',
  'a: >-\n  folded\n  text\n? b\n: c\n',
  'a: &x 1\nb: *x\nc: !t d\n<<: {e: f}\n',
  'a: 1\na: 2\n',
  '---\na: "b\\n"\n...\n',
  "a:\n  b\n  c\nd: 'e\n\n  f'\n",
];
const bits = [
  '\n',
  ' ',
  '  ',
  '\t',
  ':',
  ': ',
  '-',
  '- ',
  '#',
  ' #',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ',',
  '|',
  '>',
  '&a ',
  '*a',
  '!',
  '?',
  'x',
  '\r\n',
  '%',
  '@',
  '<<',
];

t.test('what the short way gives is what the document gives, and has no problem', async (t) => {
  let short = 0;
  const change = tuple(nat(), nat(3), constantFrom(...bits));
  assert(
    property(constantFrom(...samples, ...shipped), array(change, { maxLength: 3 }), (sample, changes) => {
      let text = sample.slice(0, 800);
      for (const [at, cut, bit] of changes) {
        const place = at % (text.length + 1);
        text = text.slice(0, place) + bit + text.slice(place + cut);
      }
      const { plain, composed, problems } = bothWays(text);
      if (plain === undefined) return;
      short += 1;
      t.strictSame(problems, [], JSON.stringify(text));
      t.strictSame(plain, composed, JSON.stringify(text));
    }),
    {
      numRuns: Number(process.env['RUNS'] ?? 600),
      seed: Number(process.env['SEED'] ?? 7),
    },
  );
  t.ok(short > 100, `${short} went it`);
});
