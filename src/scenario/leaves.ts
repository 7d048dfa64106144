/** `leaves`: what a job may leave behind on this very computer. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { suggest } from '../nearest.ts';
import { report } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import { jsonNotes, list, mapOf, placeOf, problem, textJson } from './shape.ts';
import { text } from './text.ts';

export const leakKinds = ['process', 'mount', 'unit', 'machine', 'link', 'loop-device', 'file'] as const;
export type LeakKind = (typeof leakKinds)[number];

export interface Leave {
  readonly kind: LeakKind;
  /** Or a glob. */
  readonly name: string;
  readonly at: Place;
}

const name = text('the name of what is left');

const leave: z.ZodType<Leave> = z.transform((cell: Cell): Leave => {
  const fallback: Leave = { kind: 'file', name: '', at: placeOf(cell) };
  const map = mapOf(cell, 'what is left');
  const [first, second] = map?.entries ?? [];
  if (map === undefined) return fallback;
  if (first === undefined) {
    problem(
      cell,
      'this names nothing that is left',
      `write it as {file: /tmp/x}, with one of ${leakKinds.join(', ')}`,
    );
    return fallback;
  }
  if (second !== undefined)
    report(
      cell.source,
      second[1].offset,
      `"${first[0]}" stands before this one`,
      'make it an item of its own',
    );
  const [key, entry] = first;
  const kind = leakKinds.find((one) => one === key);
  if (kind === undefined) report(cell.source, entry.offset, `unknown kind "${key}"`, suggest(key, leakKinds));
  return { ...fallback, kind: kind ?? 'file', name: name.parse(entry.value) };
});
jsonNotes.set(leave, {
  json: {
    anyOf: leakKinds.map((kind) => ({
      type: 'object',
      properties: { [kind]: textJson('its name, or a glob') },
      required: [kind],
      additionalProperties: false,
    })),
  },
});

export const leaves = list('leaves', leave);
