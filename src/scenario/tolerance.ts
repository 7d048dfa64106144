/** What a step forgives, each with its reason: `retry`, `except`, `known-issue`. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { report } from '../problem.ts';
import type { Cell, MapCell } from '../yaml.ts';
import { checkBudget } from './caught.ts';
import { conditions, type Condition } from './condition.ts';
import { expectation, type Expectation } from './expectation.ts';
import { jsonNotes, leaf, list, object, problem } from './shape.ts';
import { line, reason } from './text.ts';

export interface Retry {
  /** Further tries after the first. */
  readonly times: number;
  readonly because: string;
}
/** Another expectation where the conditions hold. */
export interface Exception {
  readonly when: readonly Condition[];
  readonly because: string;
  readonly expect: Expectation;
  readonly at: Place;
}
export interface KnownIssue {
  readonly ref: string;
  readonly because: string;
  readonly when: readonly Condition[];
  /** The last day on which it counts: `2026-12-31`. */
  readonly expires?: string | undefined;
  readonly at: Place;
}

const times = leaf<number>(
  'times',
  1,
  (text, cell) => {
    if (/^(?:[1-9]|10)$/.test(text)) return Number(text);
    problem(cell, `times cannot be "${text}"`, 'how many further tries there may be, from 1 to 10');
    return 1;
  },
  { type: ['integer', 'string'] },
);
export const retry: z.ZodType<Retry> = object({ what: 'retry' }, { times, because: reason });

function isEmpty(one: Cell): boolean {
  return one.kind === 'map' && one.entries.size === 0;
}
const someConditions: z.ZodType<readonly Condition[]> = z.transform((cell: Cell): readonly Condition[] => {
  if (cell.kind === 'list' ? cell.items.every(isEmpty) : isEmpty(cell))
    problem(cell, 'an exception needs a "when"', 'without one, change the expectation itself');
  return conditions.parse(cell);
});
jsonNotes.set(someConditions, jsonNotes.get(conditions) ?? {});
export const exceptions: z.ZodType<readonly Exception[]> = list(
  'except',
  object({ what: 'an exception' }, { when: someConditions, because: reason, expect: expectation }),
);

const day = leaf<string>('expires', '', (text, cell) => {
  const time = Date.parse(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !isDay)
    problem(cell, `expires cannot be "${text}"`, 'a day is written 2026-12-31');
  return text;
});
export const knownIssues: z.ZodType<readonly KnownIssue[]> = list(
  'known-issue',
  object(
    { what: 'a known issue' },
    {
      ref: line('ref'),
      because: reason,
      when: conditions.default([]),
      expires: day.optional(),
    },
  ),
);

interface Said {
  readonly expect?: Expectation | undefined;
  readonly except: readonly Exception[];
  readonly measure: Readonly<Record<string, string>>;
}

/** What `budget`, `retry` and `except` need of their neighbours. */
export function checkTolerance(map: MapCell, { expect, except, measure }: Said): void {
  const budget = map.entries.get('budget')?.value;
  for (const [name, { offset, value }] of budget?.kind === 'map' ? budget.entries : [])
    if (measure[name] !== undefined) checkBudget(measure[name], value);
    else
      report(
        map.source,
        offset,
        `"budget" names no measure: "${name}"`,
        `measure it in this step: measure: {${name}: …}`,
      );
  const background = map.entries.get('background')?.value;
  if (background?.kind === 'text' && background.text === 'true')
    for (const key of ['retry', 'budget'])
      refuse(map, key, `"${key}" judges nothing: a step in the background goes on beside the next ones`);
  for (const exception of except)
    if ((exception.expect.output === undefined) !== (expect?.output === undefined))
      refuse(
        map,
        'except',
        'an exception and the plain expectation must both be about "output", or neither',
        'the two streams are read together, or apart',
      );
}

function refuse(map: MapCell, key: string, message: string, hint?: string): void {
  const entry = map.entries.get(key);
  if (entry !== undefined) report(map.source, entry.offset, message, hint);
}
