/** `expect`: what a verb must show. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { report } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import { matcher, type Matcher } from './matcher.ts';
import { comparison, isComparison } from './quantity.ts';
import { itemsOf, jsonNotes, object, placeOf, problem, textOf } from './shape.ts';
import { checkReferences } from './text.ts';
import { suggest } from '../nearest.ts';

/** What a verb must show. Absent streams are free. */
export interface Expectation {
  /** A number, a list of them, a comparison, or `*`. */
  readonly exit: readonly string[];
  readonly stdout?: Matcher | undefined;
  readonly stderr?: Matcher | undefined;
  /** Both streams in true order; stands alone. */
  readonly output?: Matcher | undefined;
  readonly where: Readonly<Record<string, string>>;
  readonly took?: string | undefined;
  /** Whether the file says anything at all (else: exit 0). */
  readonly given: boolean;
  readonly at: Place;
}

const exit: z.ZodType<readonly string[]> = z.transform((cell: Cell): readonly string[] => {
  const items = itemsOf(cell, 'exit');
  if (items.length === 0 && cell.kind === 'list')
    problem(cell, 'an empty list of exit statuses cannot be met');
  const texts = items.map((item) => textOf(item, 'exit') ?? '0');
  items.forEach((item, index) => {
    const value = texts[index] ?? '';
    checkReferences(value, item);
    if (value !== '*' && !isComparison(value))
      problem(
        item,
        `exit cannot be "${value}"`,
        'a number, a list of numbers, a comparison such as "!= 0", or "*"',
      );
  });
  return texts;
});
jsonNotes.set(exit, {
  json: {
    anyOf: [{ type: ['integer', 'string'] }, { type: 'array', items: { type: ['integer', 'string'] } }],
  },
});

/** Comparisons of captures; each key names one. */
export const where: z.ZodType<Readonly<Record<string, string>>> = z.preprocess(
  (cell: Cell): Record<string, Cell> => {
    if (cell.kind !== 'map') {
      problem(cell, '"where" must be a map', 'write it as {capture: "comparison"}');
      return {};
    }
    const captures = [...cell.source.names].filter(([, kind]) => kind === 'capture').map(([name]) => name);
    const values: Record<string, Cell> = {};
    for (const [name, entry] of cell.entries) {
      if (captures.includes(name)) values[name] = entry.value;
      else
        report(
          cell.source,
          entry.offset,
          `"where" names no capture: "${name}"`,
          captures.length === 0
            ? `capture it first: a hole <${name}> in the expected text`
            : suggest(name, captures, 'captured here'),
        );
    }
    return values;
  },
  z.record(z.string(), comparison('the comparison')),
);

// The order is that of reading: what the texts capture is known to `where` and `took`.
const fields = object(
  { what: 'expect', short: 'stdout' },
  {
    exit: exit.optional(),
    stdout: matcher.optional(),
    json: matcher.optional(),
    stderr: matcher.optional(),
    output: matcher.optional(),
    where: where.optional(),
    took: comparison('took').optional(),
  },
);

export const expectation: z.ZodType<Expectation> = z
  .preprocess((cell: Cell) => wrapJson(cell), fields)
  .transform(({ json, exit: status, where: captures, ...rest }): Expectation => ({
    ...rest,
    exit: status ?? ['0'],
    where: captures ?? {},
    ...(json === undefined ? {} : { stdout: json }),
    given: true,
  }));

/** `json: …` is short for `stdout: {json: …}`. */
function wrapJson(cell: Cell): Cell {
  if (cell.kind !== 'map') return cell;
  const { source } = cell;
  if (cell.entries.size === 0)
    problem(cell, 'an empty map expects nothing', 'remove it, or say what is expected');
  const output = cell.entries.get('output');
  for (const other of ['stdout', 'stderr', 'json']) {
    const entry = cell.entries.get(other);
    if (output !== undefined && entry !== undefined)
      report(
        source,
        entry.offset,
        `"${other}" cannot stand beside "output"`,
        'output is both streams as one text',
      );
  }
  const json = cell.entries.get('json');
  if (json === undefined) return cell;
  if (cell.entries.has('stdout'))
    report(source, json.offset, '"json" cannot stand beside "stdout"', 'write stdout: {all: [{json: …}, …]}');
  const { offset } = json;
  const matcherCell: Cell = { kind: 'map', source, offset, flow: true, entries: new Map([['json', json]]) };
  return { ...cell, entries: new Map([...cell.entries, ['json', { offset, value: matcherCell }]]) };
}

/** Without `expect`: exit 0. */
export function defaultExpectation(cell: Cell): Expectation {
  return { exit: ['0'], where: {}, given: false, at: placeOf(cell) };
}
