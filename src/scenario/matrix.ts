/** `matrix`: the axes, and the combinations of their values that become jobs. */
import * as z from 'zod';
import { suggest } from '../nearest.ts';
import { report } from '../problem.ts';
import type { Cell, MapCell } from '../yaml.ts';
import { substitute } from '../substitute.ts';
import { itemsOf, jsonNotes, mapOf, problem, textOf } from './shape.ts';
import { defineName, reason } from './text.ts';

export interface Axis {
  readonly name: string;
  readonly values: readonly string[];
}
export type Combination = Readonly<Record<string, string>>;
/** With a reason the combinations stay, as jobs that are skipped. */
export interface Exclusion {
  readonly combination: Combination;
  readonly because?: string | undefined;
}
export interface Matrix {
  readonly axes: readonly Axis[];
  readonly exclude: readonly Exclusion[];
  readonly include: readonly Combination[];
}

const taken = { because: 'it is the reason of an "exclude"', repeat: 'so "--repeat" calls its jobs' };
const MOST_COMBINATIONS = 10_000;
const valueForm = /^[A-Za-z0-9._+-]+$/;

export const matrix: z.ZodType<Matrix> = z.transform((cell: Cell): Matrix => {
  const map = mapOf(cell, 'matrix');
  if (map === undefined) return { axes: [], exclude: [], include: [] };
  const axes: Axis[] = [];
  for (const [name, { offset, value }] of map.entries) {
    if (name === 'exclude' || name === 'include') continue;
    if (name === 'because' || name === 'repeat')
      report(cell.source, offset, `no axis can be called "${name}": ${taken[name]}`, 'choose another name');
    defineName(name, 'axis', value, offset);
    axes.push({ name, values: axisValues(name, value) });
  }
  if (axes.reduce((product, axis) => product * axis.values.length, 1) > MOST_COMBINATIONS) {
    problem(cell, `the matrix has more than ${MOST_COMBINATIONS} combinations`, 'split the scenario');
    return { axes: [], exclude: [], include: [] };
  }
  const read = { axes, exclude: excluded(map, axes), include: included(map, axes) };
  const all = combinations(read);
  const keys = all.map((combination) => axes.map(({ name }) => combination[name] ?? '').join('\n'));
  if (new Set(keys).size < keys.length)
    problem(
      map.entries.get('include')?.value ?? cell,
      'an include is a combination that is there already',
      'remove it',
    );
  if (
    all.every((one) => whyExcluded(read, one) !== undefined) &&
    axes.every(({ values }) => values.length > 0)
  )
    problem(map.entries.get('exclude')?.value ?? cell, 'every combination is excluded: no job is left');
  return read;
});

/** All values of all axes, the first axis slowest, without those excluded for no reason; then the included ones. */
export function combinations({ axes, exclude, include }: Matrix): readonly Combination[] {
  let all: readonly Combination[] = [{}];
  for (const { name, values } of axes)
    all = all.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value })));
  const dropped = exclude.filter(({ because }) => because === undefined);
  const kept =
    dropped.length === 0
      ? all
      : all.filter((one) => !dropped.some(({ combination }) => covers(combination, one)));
  return [...kept, ...include];
}

/** The reason for which a job of this combination is skipped. */
export function whyExcluded(
  { exclude }: Pick<Matrix, 'exclude'>,
  combination: Combination,
): string | undefined {
  const because = exclude.find((rule) => covers(rule.combination, combination))?.because;
  return because && substitute(because, combination).text;
}

/** Those of the jobs that are not skipped for what the matrix says. */
export function combinationsThatRun(matrix: Matrix): readonly Combination[] {
  return combinations(matrix).filter((one) => whyExcluded(matrix, one) === undefined);
}

/** Also of an axis called `constructor`, which is a problem told already. */
function valueIn(combination: Combination, axis: string): string | undefined {
  return Object.hasOwn(combination, axis) ? combination[axis] : undefined;
}

function covers(rule: Combination, combination: Combination): boolean {
  return Object.entries(rule).every(([name, value]) => combination[name] === value);
}
jsonNotes.set(matrix, {
  json: {
    type: 'object',
    properties: {
      exclude: { type: ['array', 'object'] },
      include: { type: ['array', 'object'] },
    },
    additionalProperties: { type: ['array', 'string', 'number', 'boolean'] },
  },
});

function axisValues(name: string, cell: Cell): readonly string[] {
  const values: string[] = [];
  const items = cell.kind === 'text' && cell.empty ? [] : itemsOf(cell, `axis "${name}"`);
  if (items.length === 0) problem(cell, `axis "${name}" has no values`, 'give it a value, or remove it');
  for (const item of items) {
    const value = textOf(item, `a value of axis "${name}"`);
    if (value === undefined) continue;
    if (!valueForm.test(value))
      problem(
        item,
        `an axis value cannot be "${value}"`,
        'letters, digits, and . _ + - are allowed: it is part of the name of the job',
      );
    else if (values.includes(value)) problem(item, `axis "${name}" has the value "${value}" twice`);
    else values.push(value);
  }
  return values;
}

interface Rule extends Exclusion {
  readonly cell: Cell;
}

function rulesOf(map: MapCell, key: string, axes: readonly Axis[]): readonly Rule[] {
  const entry = map.entries.get(key);
  if (entry === undefined) return [];
  if (axes.length === 0) {
    report(
      map.source,
      entry.offset,
      `"${key}" needs axes beside it, and this matrix has none`,
      'such as image: [debian-12]',
    );
    return [];
  }
  return itemsOf(entry.value, key).flatMap((cell) => {
    const rule = mapOf(cell, `an item of ${key}`);
    if (rule?.entries.size === 0)
      problem(cell, `an item of ${key} without axes says nothing`, 'name a value, or remove it');
    const combination: Record<string, string> = {};
    let because: string | undefined;
    for (const [name, { offset, value }] of rule?.entries ?? []) {
      if (name === 'because' && key === 'exclude') {
        because = reason.parse(value);
        continue;
      }
      const axis = axes.find((candidate) => candidate.name === name);
      const found = textOf(value, `"${name}"`);
      if (axis === undefined)
        report(
          cell.source,
          offset,
          `"${name}" is no axis of this matrix`,
          suggest(
            name,
            axes.map((candidate) => candidate.name),
            'the axes',
          ),
        );
      else if (found !== undefined) combination[name] = found;
    }
    const none = Object.keys(combination).length === 0;
    if (none && rule?.entries.size === 1 && because !== undefined)
      problem(cell, 'this exclude names no combination', 'give a value of an axis beside "because"');
    return none ? [] : [{ combination, because, cell }];
  });
}

function excluded(map: MapCell, axes: readonly Axis[]): readonly Exclusion[] {
  const rules = rulesOf(map, 'exclude', axes);
  for (const { combination, cell } of rules) {
    const never = axes.find(({ name, values }) => {
      const value = valueIn(combination, name);
      return value !== undefined && !values.includes(value);
    });
    if (never !== undefined)
      problem(
        cell,
        `this exclude matches no combination: axis "${never.name}" has no value "${combination[never.name]}"`,
        suggest(combination[never.name] ?? '', never.values, 'its values'),
      );
  }
  return rules.map(({ combination, because }) => ({ combination, because }));
}

function included(map: MapCell, axes: readonly Axis[]): readonly Combination[] {
  const rules = rulesOf(map, 'include', axes);
  for (const { combination, cell } of rules) {
    const lacking = axes
      .filter(({ name }) => valueIn(combination, name) === undefined)
      .map(({ name }) => name);
    if (lacking.length > 0)
      problem(
        cell,
        `an include is a whole combination; this one has no ${lacking.map((name) => `"${name}"`).join(', ')}`,
        'give a value for every axis',
      );
    for (const [name, value] of Object.entries(combination))
      if (!valueForm.test(value)) problem(cell, `axis "${name}" cannot have the value "${value}"`);
  }
  return rules.map((rule) => rule.combination);
}
