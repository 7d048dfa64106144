/** `watch`: what must not happen in the machine while the job lasts, whichever step it is. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { report } from '../problem.ts';
import { suggest } from '../nearest.ts';
import type { Cell } from '../yaml.ts';
import { checked, type Matcher } from './matcher.ts';
import { jsonNotes, leaf, list, object, problem } from './shape.ts';
import { reason, word } from './text.ts';

export interface Watch {
  /** Names of the units that may have failed; absent: nobody asks. */
  readonly failedUnits?: readonly string[] | undefined;
  readonly coredumps: boolean;
  readonly journal?: JournalWatch | undefined;
  readonly at: Place;
}
export interface JournalWatch {
  /** The least that counts, and its place in {@link priorities}. */
  readonly priority: string;
  readonly ignore: readonly Ignore[];
  readonly at: Place;
}
export interface Ignore {
  /** Of one line of a message, as `identifier: text`; a pattern stands anywhere in it. */
  readonly pattern: Matcher;
  readonly because: string;
  readonly at: Place;
}

/** As syslog and journalctl call them, the gravest first. */
export const priorities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

const priority = leaf(
  'priority',
  'err',
  (value, cell) => {
    if (!priorities.some((name) => name === value))
      problem(cell, `priority cannot be "${value}"`, suggest(value, priorities, 'one of'));
    return value;
  },
  { enum: [...priorities] },
);

const pattern: z.ZodType<Matcher> = z.transform((cell: Cell) => checked(cell));
jsonNotes.set(pattern, { ref: 'matcher' });

const fields = object(
  { what: 'watch' },
  {
    'failed-units': list(
      'failed-units',
      word('a unit', /^[\w:.@\\-]+\.[a-z]+$/, 'the whole name, such as hello.service; [] for none'),
    ).optional(),
    coredumps: word('coredumps', /^none$/, 'coredumps: none is all there is to say').optional(),
    journal: object(
      { what: 'journal', short: 'priority' },
      {
        priority: priority.default('err'),
        ignore: list('ignore', object({ what: 'ignore' }, { pattern, because: reason })).default([]),
      },
    ).optional(),
  },
);

export const watch: z.ZodType<Watch> = z.transform((cell: Cell): Watch => {
  const { 'failed-units': failedUnits, coredumps, journal, at } = fields.parse(cell);
  if (cell.kind === 'map' && cell.entries.size === 0)
    report(cell.source, cell.offset, '"watch" watches nothing', 'such as watch: {failed-units: []}');
  return { failedUnits, coredumps: coredumps !== undefined, journal, at };
});
jsonNotes.set(watch, { as: fields });
