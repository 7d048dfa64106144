/** `needs`: what a computer must be able to do for a job, else the job is skipped. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { suggest } from '../nearest.ts';
import { capabilityNames, versionCapabilities, type CapabilityName } from '../need.ts';
import { report } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import { versionComparison } from './quantity.ts';
import { itemsOf, jsonNotes, placeOf, problem } from './shape.ts';

/** `nested-nspawn`, or `{name: 'host-systemd', compare: '>= 250'}`, or `{any: [...]}`. */
export type Need =
  | { readonly name: string; readonly compare?: string | undefined; readonly at: Place }
  | { readonly any: readonly Need[]; readonly at: Place };

/** Whether one of them, or of what stands under `any`, is `name`. */
export function asksFor(needs: readonly Need[], name: CapabilityName): boolean {
  return needs.some((need) => ('any' in need ? asksFor(need.any, name) : need.name === name));
}

const known: readonly string[] = capabilityNames;

export const needs: z.ZodType<readonly Need[]> = z.transform((cell: Cell): readonly Need[] =>
  itemsOf(cell, 'needs').flatMap(readNeed),
);
const named = { enum: [...capabilityNames] };
jsonNotes.set(needs, {
  one: true,
  json: {
    type: 'array',
    items: {
      anyOf: [
        named,
        { type: 'object', maxProperties: 1, propertyNames: { enum: ['any', ...capabilityNames] } },
      ],
    },
  },
});

function readNeed(cell: Cell): readonly Need[] {
  const at = placeOf(cell);
  if (cell.kind === 'text') {
    if (!known.includes(cell.text))
      problem(cell, `unknown need "${cell.text}"`, suggest(cell.text, known, 'known'));
    return [{ name: cell.text, at }];
  }
  if (cell.kind !== 'map' || cell.entries.size !== 1) {
    problem(
      cell,
      'a need is a name, {name: "comparison"} or {any: […]}',
      'such as nested-nspawn, or {host-systemd: ">= 252"}',
    );
    return [];
  }
  return [...cell.entries].map(([name, { offset, value }]): Need => {
    if (name === 'any') {
      const any = itemsOf(value, 'any').flatMap(readNeed);
      if (any.length === 0) problem(value, 'any of nothing cannot be met');
      return { any, at };
    }
    if (!known.includes(name))
      report(cell.source, offset, `unknown need "${name}"`, suggest(name, known, 'known'));
    else if (!versionCapabilities.some((candidate) => candidate === name))
      report(
        cell.source,
        offset,
        `"${name}" is there or not; it has no version to compare`,
        `write it alone: ${name}`,
      );
    else return { name, compare: versionComparison('the version').parse(value), at };
    return { name, at };
  });
}
