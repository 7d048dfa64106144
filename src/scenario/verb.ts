/** The verbs: the key that makes a step do something, and the keys that belong to it. */
import * as z from 'zod';
import type { Cell } from '../yaml.ts';
import { fileFields, filePath } from './machine.ts';
import { knownKeys, list, problem } from './shape.ts';
import { resources } from './resource.ts';
import { absolutePath, command, text, word } from './text.ts';

const answer: z.ZodType<string | { readonly run: string }> = z.transform((cell: Cell) => {
  if (cell.kind !== 'map') {
    const said = text('answer').parse(cell);
    if (cell.kind === 'text' && !cell.empty && said.trim() === '')
      problem(cell, 'an empty answer cannot be given', 'write the answer, or {run: command}');
    return said;
  }
  const run = cell.entries.get('run');
  if (run === undefined || cell.entries.size > 1) problem(cell, 'an answer is a text or {run: command}');
  return { run: run === undefined ? '' : command('run').parse(run.value) };
});

export const machineName = word(
  'the name of a machine',
  /^[a-z][a-z0-9-]{0,11}$/,
  'at most 12 lower-case letters, digits and -, a letter first (longer ones break the name of its link)',
);

/** What each verb adds to a step. Its key is the verb's name, but that `write` names a path. */
export const verbFields = {
  run: { run: command('run') },
  wait: { wait: resources },
  boot: {
    boot: absolutePath('boot'),
    as: machineName.optional(),
    args: list('args', text('an argument')).default([]),
  },
  reboot: {},
  write: { path: filePath, ...fileFields },
  ask: { ask: text('ask'), choices: list('choices', text('a choice')).default([]), answer },
  check: {},
  say: {},
} as const satisfies Readonly<Record<string, z.core.$ZodLooseShape>>;

export type VerbName = keyof typeof verbFields;
/** zod takes an object without fields for a record of anything. */
type FieldsOf<K extends VerbName> = keyof (typeof verbFields)[K] extends never
  ? unknown
  : Readonly<z.output<z.ZodObject<(typeof verbFields)[K]>>>;
/** Every step has exactly one verb here; `check` and `say` stand for a step that has no other. */
export type Verb = { readonly [K in VerbName]: { readonly verb: K } & FieldsOf<K> }[VerbName];

/** Keys that make a step do something; at most one stands in a step. */
export const verbKeys = ['run', 'wait', 'boot', 'reboot', 'write', 'ask'] as const;

const option = <K extends VerbName, S extends z.core.$ZodLooseShape>(verb: K, fields: S) =>
  z.strictObject({ verb: z.literal(verb), ...fields });

export const verbs: z.ZodType<Verb> = z.discriminatedUnion('verb', [
  option('run', verbFields.run),
  option('wait', verbFields.wait),
  option('boot', verbFields.boot),
  option('reboot', verbFields.reboot),
  option('write', verbFields.write),
  option('ask', verbFields.ask),
  option('check', verbFields.check),
  option('say', verbFields.say),
]);

/** For each verb its keys in the file, with the fields they fill, and the fields that must be filled. */
export const verbKeyTable = mapVerbs((verb) => {
  const { names, required } = knownKeys(verbFields[verb]);
  const keys = names.map((field): [string, string] => [
    verb === 'write' && field === 'path' ? 'write' : field,
    field,
  ]);
  return { names: Object.fromEntries(keys), required };
});

interface VerbKeys {
  readonly names: Readonly<Record<string, string>>;
  readonly required: readonly string[];
}
function mapVerbs(make: (verb: VerbName) => VerbKeys): Readonly<Record<VerbName, VerbKeys>> {
  return {
    run: make('run'),
    wait: make('wait'),
    boot: make('boot'),
    reboot: make('reboot'),
    write: make('write'),
    ask: make('ask'),
    check: make('check'),
    say: make('say'),
  };
}
