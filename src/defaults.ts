/** `defaults` of rootlab.yaml: what options of `rootlab run` are where its command line says nothing. */
import * as z from 'zod';
import { suggest } from './nearest.ts';
import { keysOf, leaf, object, problem } from './scenario/shape.ts';
import { word } from './scenario/text.ts';
import type { Cell } from './yaml.ts';

/** As one would write them on the command line; a flag is `true` or `false`. */
export type Defaults = Readonly<Record<string, string>>;

/** By the names of the options. */
const table = {
  jobs: word('jobs', /^[1-9]\d*$/, 'a whole number above 0').optional(),
  'timeout-scale': word(
    'timeout-scale',
    /^(?=.*[1-9])\d+(?:\.\d+)?$/,
    'a number above 0, such as 1.5',
  ).optional(),
  keep: choice('keep', ['on-failure', 'always', 'never']).optional(),
  strict: choice('strict', ['true', 'false']).optional(),
  'no-skip': choice('no-skip', ['true', 'false']).optional(),
  'fail-fast': choice('fail-fast', ['true', 'false']).optional(),
};
export const defaultNames: readonly string[] = keysOf(table);

const fields = object({ what: 'defaults' }, table);

export const defaults: z.ZodType<Defaults> = z.transform((cell: Cell): Defaults => {
  const { at: _at, ...given } = fields.parse(cell);
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
});

function choice(what: string, values: readonly string[]): z.ZodType<string> {
  return leaf(what, '', (value, cell) => {
    if (!values.includes(value)) problem(cell, `${what} cannot be "${value}"`, suggest(value, values));
    return value;
  });
}
