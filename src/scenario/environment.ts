/** `env`: variables for the shell, known as `${name}` from there on; a value may be that of a variable of the host. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { report } from '../problem.ts';
import { whyNotName } from '../names.ts';
import type { Cell } from '../yaml.ts';
import { jsonNotes, mapOf, object, placeOf, textJson } from './shape.ts';
import { defineName, flag, text, word } from './text.ts';

/** A text, where axes and earlier variables are replaced; or what the host's own environment holds when a run begins. */
export type EnvValue = string | HostValue;
export interface HostValue {
  /** The name of the host's variable. */
  readonly fromHost: string;
  readonly secret: boolean;
  readonly at: Place;
  /** Once it is looked up: reading a file needs no value. */
  readonly value?: string | undefined;
}
export type Environment = Readonly<Record<string, EnvValue>>;

const hostName = word('a variable of the host', /^[A-Za-z_][A-Za-z0-9_]*$/, 'such as API_TOKEN');
const plain = text('the variable');
const fromHost = object(
  { what: 'the variable' },
  { 'from-host': hostName, secret: flag('secret').default(true) },
);

function readValue(cell: Cell): EnvValue {
  if (cell.kind !== 'map') return plain.parse(cell);
  const { 'from-host': name, secret, at } = fromHost.parse(cell);
  return { fromHost: name, secret, at };
}

const variables = z.record(z.string(), z.custom<EnvValue>());

export const environment: z.ZodType<Environment> = z.preprocess((cell: Cell): Record<string, EnvValue> => {
  const values: Record<string, EnvValue> = {};
  for (const [name, entry] of mapOf(cell, 'env')?.entries ?? []) {
    values[name] = readValue(entry.value);
    defineName(name, 'env', entry.value, entry.offset);
  }
  return values;
}, variables);

/** Of one step: exported to it alone, so that nothing later may use the names. */
export const stepEnvironment: z.ZodType<Environment> = z.preprocess(
  (cell: Cell): Record<string, EnvValue> => {
    const values: Record<string, EnvValue> = {};
    for (const [name, entry] of mapOf(cell, 'env')?.entries ?? []) {
      const wrong = whyNotName(name);
      if (wrong !== undefined)
        report(
          cell.source,
          entry.offset,
          `variable: ${wrong}`,
          'others go into the command: NAME=value command',
        );
      values[name] = readValue(entry.value);
    }
    return values;
  },
  variables,
);

const json: z.core.JSONSchema.BaseSchema = {
  type: 'object',
  additionalProperties: {
    anyOf: [
      textJson('the variable'),
      {
        type: 'object',
        properties: { 'from-host': textJson('a variable of the host'), secret: { type: 'boolean' } },
        required: ['from-host'],
        additionalProperties: false,
      },
    ],
  },
};
for (const schema of [environment, stepEnvironment]) jsonNotes.set(schema, { json });

/** A variable of the host whose value is nobody's to see, whether or not a scenario uses it. */
export interface SecretName {
  readonly name: string;
  readonly at: Place;
}
export const secretName: z.ZodType<SecretName> = z.transform((cell: Cell): SecretName => ({
  name: hostName.parse(cell),
  at: placeOf(cell),
}));
