/** `expect`: what a verb must show. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { report } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import { checkWhere } from './caught.ts';
import { catching, matcherNames, type Matcher } from './matcher.ts';
import { comparison, durationComparison, operandsOf } from './quantity.ts';
import { itemsOf, jsonNotes, missing, object, placeOf, problem, textOf } from './shape.ts';
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
    if (value !== '*') checkExit(value, item);
  });
  return texts;
});
/** A variable may hold any number. */
function checkExit(value: string, cell: Cell): void {
  const operands = operandsOf(value.replaceAll(/\$\{\w+\}/g, '1'));
  if (operands?.every((operand) => /^\d+$/.test(operand)) !== true)
    problem(
      cell,
      `exit cannot be "${value}"`,
      'a number, a list of numbers, a comparison such as "!= 0", or "*"',
    );
  else if (operands.some((operand) => Number(operand) > 255))
    problem(cell, `exit cannot be "${value}"`, 'a status is a number from 0 to 255');
}
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
      if (captures.includes(name)) {
        checkWhere(name, entry.value);
        values[name] = entry.value;
      } else
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
  { what: 'expect', short: 'stdout', also: matcherNames },
  {
    exit: exit.optional(),
    stdout: catching.optional(),
    stderr: catching.optional(),
    output: catching.optional(),
    where: where.optional(),
    took: durationComparison('took').optional(),
  },
);

export const expectation: z.ZodType<Expectation> = z
  .preprocess((cell: Cell) => unfold(cell), fields)
  .transform(({ exit: status, stdout, stderr, output, where: captures, took, at }): Expectation => ({
    exit: status ?? ['0'],
    stdout,
    stderr,
    output,
    where: captures ?? {},
    took,
    given: true,
    at,
  }));

/** A matcher may stand where a pattern may: `{contains: …}`, `{json: …}` are short for stdout. */
function unfold(cell: Cell): Cell {
  if (cell.kind === 'list') {
    problem(
      cell,
      'expect must be a text or a map, not a list',
      'several lines are one text below |; texts that stand anywhere are {contains: […]}',
    );
    return missing(cell);
  }
  if (cell.kind === 'text' && cell.empty) {
    problem(cell, 'expect has no value', 'write "" for no output at all');
    return missing(cell);
  }
  if (cell.kind !== 'map') return cell;
  const { source, entries } = cell;
  if (entries.size === 0) problem(cell, 'an empty map expects nothing', 'remove it, or say what is expected');
  const [short, second] = [...entries].filter(([key]) => matcherNames.includes(key));
  const clash = (key: string, other: string, hint: string): void => {
    const entry = entries.get(key);
    if (entry !== undefined) report(source, entry.offset, `"${key}" cannot stand beside "${other}"`, hint);
  };
  if (entries.has('output'))
    for (const key of ['stdout', 'stderr']) clash(key, 'output', 'output is both streams as one text');
  if (short === undefined) return cell;
  const [key, entry] = short;
  if (second !== undefined) clash(second[0], key, 'write stdout: {all: [{…}, {…}]}');
  for (const stream of ['stdout', 'output']) clash(stream, key, `"${key}" is short for stdout: {${key}: …}`);
  const { offset } = entry;
  const value: Cell = { kind: 'map', source, offset, flow: true, entries: new Map([short]) };
  const others = [...entries].filter(([name]) => !matcherNames.includes(name));
  return { ...cell, entries: new Map([...others, ['stdout', { offset, value }]]) };
}

/** Without `expect`: exit 0. */
export function defaultExpectation(cell: Cell): Expectation {
  return { exit: ['0'], where: {}, given: false, at: placeOf(cell) };
}
