/** What the types of holes say of the uses of their captures: comparisons that never hold, measures that are no number. */
import type * as z from 'zod';
import { readMeasure, textOfMeasure } from '../measure.ts';
import { HOLE_TYPES, type HoleTypeName } from '../pattern-types.ts';
import type { Source } from '../problem.ts';
import { holds, kindOf, parseComparison, type Comparison } from '../quantity.ts';
import { namesIn } from '../substitute.ts';
import type { Cell } from '../yaml.ts';
import { leaf, problem } from './shape.ts';
import { checkReferences } from './text.ts';

type CaughtType = HoleTypeName | 'regex';

/** Texts that a hole may catch, enough to see what can be done with them; none where it may be any text. */
const samples: Readonly<Record<CaughtType, readonly string[]>> = {
  word: [],
  text: [],
  regex: [],
  int: ['7'],
  number: ['7', '7.5'],
  /** By its value it would be read as decimal. */
  hex: ['ff'],
  path: ['/a'],
  ip: ['10.0.0.1'],
  mac: ['aa:bb:cc:dd:ee:ff'],
  uuid: ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
  version: ['7', '7.1.2'],
  duration: ['7s'],
  size: ['7', '7M'],
  date: ['2026-11-24'],
  time: ['06:59:14'],
};

/** What is caught from here on; a name that several steps catch may be of each of their types. */
export function noteTypes(source: Source, types: ReadonlyMap<string, CaughtType>): void {
  for (const [name, type] of types) source.types.set(name, [...(source.types.get(name) ?? []), type]);
}

/** A comparison in `where`. */
export function checkWhere(name: string, cell: Cell): void {
  const seen = valuesOf(cell.source, [name]);
  const comparison = comparisonIn(cell);
  if (comparison === undefined || seen === undefined) return;
  const types = cell.source.types.get(name) ?? [];
  if (seen.some((values) => isComparable(comparison, values[name] ?? '')) || isEqual(comparison, types))
    return;
  const kind = kindIn(comparison);
  const hint =
    types.at(-1) === 'duration'
      ? `${an(kind)} has no unit of time; such as "< 30s"`
      : `what is caught as <${name}:${kind}> can be compared so`;
  problem(cell, `"${name}" is ${an(types.at(-1))}, not ${an(kind)} to compare with`, hint);
}

/** A text of `measure`. */
export const measure: z.ZodType<string> = leaf('the measure', '', (text, cell) => {
  checkReferences(text, cell);
  checkMeasure(text, cell);
  return text;
});

function checkMeasure(text: string, cell: Cell): void {
  const names = namesIn(text).map(({ name }) => name);
  const seen = valuesOf(cell.source, names);
  if (seen === undefined || seen.some((values) => readMeasure(text, values) !== undefined)) return;
  const caught = names.map((name) => `"${name}" is ${an(cell.source.types.get(name)?.at(-1))}`).join(', ');
  problem(
    cell,
    `"${text}" is never a number${caught === '' ? '' : `: ${caught}`}`,
    'a measure is a number, a duration or a size',
  );
}

/** A comparison in `budget`, with the text of its measure. */
export function checkBudget(measure: string, cell: Cell): void {
  const names = namesIn(measure).map(({ name }) => name);
  const measures =
    valuesOf(cell.source, names)?.flatMap((values) => readMeasure(measure, values) ?? []) ?? [];
  const [first] = measures;
  const comparison = comparisonIn(cell);
  if (first === undefined || comparison === undefined) return;
  if (measures.some((one) => isComparable(comparison, textOfMeasure(one)))) return;
  problem(
    cell,
    `the measure is ${an(measureKinds[first.unit])}, not ${an(kindIn(comparison))} to compare with`,
    '"< 5s" is about a duration, "< 64M" about a size, "< 5" about a number',
  );
}
const measureKinds: Readonly<Record<string, string>> = { ms: 'duration', bytes: 'size', '': 'number' };

/** What names may stand for, several times where that differs; nothing where one may be any text. */
function valuesOf(
  source: Source,
  names: readonly string[],
): readonly Readonly<Record<string, string>>[] | undefined {
  const texts = names.map((name): readonly [string, readonly string[]] => {
    const types = source.names.get(name) === 'capture' ? (source.types.get(name) ?? []) : [];
    const all = types.map((type) => samples[type]);
    return [name, all.every((some) => some.length > 0) ? all.flat() : []];
  });
  if (texts.some(([, some]) => some.length === 0)) return undefined;
  const most = Math.max(1, ...texts.map(([, some]) => some.length));
  return Array.from({ length: most }, (_, index) =>
    Object.fromEntries(texts.map(([name, some]) => [name, some[index % some.length] ?? ''])),
  );
}

/** One that is not known before the job runs is not looked at. */
function comparisonIn(cell: Cell): Comparison | undefined {
  return cell.kind === 'text' && !cell.text.includes('${') ? parseComparison(cell.text) : undefined;
}

function isComparable(comparison: Comparison, text: string): boolean {
  // That a text is not equal holds of whatever cannot be compared.
  const asked = comparison.op === '!=' ? { ...comparison, op: '=' as const } : comparison;
  return holds(asked, text).problem === undefined;
}

/** Whether the hole may catch the very text. */
function isEqual(comparison: Comparison, types: readonly CaughtType[]): boolean {
  if (comparison.op !== '=' && comparison.op !== '!=') return false;
  return types.some(
    (type) => type !== 'regex' && new RegExp(`^(?:${HOLE_TYPES[type].source})$`).test(comparison.value),
  );
}

function kindIn(comparison: Comparison): string {
  return kindOf(comparison.op === '..' ? comparison.low : comparison.value) ?? 'number';
}

function an(word = 'word'): string {
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}
