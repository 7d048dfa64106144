/** `env`: variables for the shell, known as `${name}` from there on. */
import * as z from 'zod';
import { report } from '../problem.ts';
import { whyNotName } from '../names.ts';
import type { Cell } from '../yaml.ts';
import { jsonNotes, mapOf, notYetHint, problem, textJson } from './shape.ts';
import { defineName, text } from './text.ts';

const value = text('the variable');

export const environment: z.ZodType<Readonly<Record<string, string>>> = z.preprocess(
  (cell: Cell): Record<string, string> => {
    const variables: Record<string, string> = {};
    for (const [name, entry] of mapOf(cell, 'env')?.entries ?? []) {
      if (entry.value.kind === 'map' && entry.value.entries.has('from-host'))
        problem(entry.value, '"from-host" is not there yet in env', notYetHint);
      else variables[name] = value.parse(entry.value);
      defineName(name, 'env', entry.value, entry.offset);
    }
    return variables;
  },
  z.record(z.string(), z.string()),
);

/** Of one step: exported to it alone, so that nothing later may use the names. */
export const stepEnvironment: z.ZodType<Readonly<Record<string, string>>> = z.preprocess(
  (cell: Cell): Record<string, string> => {
    const variables: Record<string, string> = {};
    for (const [name, entry] of mapOf(cell, 'env')?.entries ?? []) {
      const wrong = whyNotName(name);
      if (wrong !== undefined)
        report(
          cell.source,
          entry.offset,
          `variable: ${wrong}`,
          'others go into the command: NAME=value command',
        );
      variables[name] = value.parse(entry.value);
    }
    return variables;
  },
  z.record(z.string(), z.string()),
);

const json = { type: 'object', additionalProperties: textJson('the variable') } as const;
for (const schema of [environment, stepEnvironment]) jsonNotes.set(schema, { json });
