/** `when`: facts of the step's machine, and axes, that must compare so for the step to run. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { suggest } from '../nearest.ts';
import { report } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import { isComparison } from './quantity.ts';
import { itemsOf, jsonNotes, leaf, mapOf, placeOf, problem } from './shape.ts';
import { checkReferences } from './text.ts';

/** `{name: 'systemd', compare: '>= 257'}`: a fact of the step's machine or an axis. */
export interface Condition {
  readonly name: string;
  readonly compare: string;
  readonly at: Place;
}

const machineFacts = ['systemd', 'kernel', 'image', 'arch', 'cgroup', 'backend'];

export const conditions: z.ZodType<readonly Condition[]> = z.transform((cell: Cell): readonly Condition[] =>
  itemsOf(cell, 'when').flatMap((item) =>
    [...(mapOf(item, 'when')?.entries ?? [])].map(([name, { offset, value }]): Condition => {
      const axes = [...cell.source.names].filter(([, kind]) => kind === 'axis').map(([axis]) => axis);
      const known = [...new Set([...machineFacts, ...axes])];
      if (!known.includes(name))
        report(cell.source, offset, `"when" knows no fact "${name}"`, suggest(name, known, 'known'));
      return { name, compare: (versions.has(name) ? version : fact).parse(value), at: placeOf(value) };
    }),
  ),
);
jsonNotes.set(conditions, { json: { type: ['object', 'array'] } });

const versions: ReadonlySet<string> = new Set(['systemd', 'kernel']);
const version = condition(() => true);
/** Other texts are compared as they are, unless an operator stands in them. */
const fact = condition((text) => /^\s*(?:[<>=!]|\.\.)|\.\.\s*$/.test(text));

function condition(mustCompare: (text: string) => boolean): z.ZodType<string> {
  return leaf('the condition', '', (text, cell) => {
    checkReferences(text, cell);
    if (mustCompare(text) && !isComparison(text) && !/^\s*\$\{\w+\}\s*$/.test(text))
      problem(
        cell,
        `the condition cannot be "${text}"`,
        'a comparison is written ">= 252", "< 257", "!= arm64", "252..256" or a value',
      );
    return text;
  });
}
