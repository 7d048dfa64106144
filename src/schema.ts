/** The JSON Schema of scenario files, made from their one declaration, for editors. */
import * as z from 'zod';
import { scenarioFile } from './scenario/file.ts';
import { matcherNames } from './scenario/matcher.ts';
import { expectationKeys, factValues, resourceFacts, resourceNames } from './scenario/resource.ts';
import { jsonNotes, keysOf, knownKeys, textJson } from './scenario/shape.ts';
import { commonFields, keysBeside } from './scenario/step-table.ts';
import { verbFields, verbKeyTable, type VerbName } from './scenario/verb.ts';

type Json = z.core.JSONSchema.BaseSchema;

export function scenarioJsonSchema(): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'rootlab scenario',
    ...jsonOf(scenarioFile),
    oneOf: [{ required: ['machine'] }, { required: ['machines'] }],
    $defs: { step: stepJson(), resource: resourceJson(), matcher: matcherJson() },
  };
}

function jsonOf(schema: z.core.$ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const note = jsonNotes.get(zodSchema);
      if (zodSchema instanceof z.ZodObject) {
        jsonSchema.required = [...knownKeys(zodSchema.shape).required].filter((key) => key !== 'at');
        // The places of values are given by the reader.
        delete jsonSchema.properties?.['at'];
      }
      // What the file leaves out is filled in by the reader.
      delete jsonSchema.default;
      if (note === undefined) return;
      if (note.json !== undefined) replace(jsonSchema, note.json);
      else if (note.as !== undefined) replace(jsonSchema, jsonOf(note.as));
      else if (note.ref !== undefined) replace(jsonSchema, reference(note.ref));
      for (const key of note.also ?? []) Object.assign(jsonSchema.properties ?? {}, { [key]: {} });
      if (note.one === true) replace(jsonSchema, oneOrMany({ ...jsonSchema }));
      if (note.short !== undefined) replace(jsonSchema, { anyOf: [textJson(note.short), { ...jsonSchema }] });
    },
  });
  return json;
}

function replace(json: Json, by: Json): void {
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, by);
}

function reference(name: 'matcher' | 'resource' | 'step'): Json {
  return { $ref: `#/$defs/${name}` };
}
/** A list, or one item in its place. */
function oneOrMany(list: Json): Json {
  return typeof list.items === 'object' && !Array.isArray(list.items) ? { anyOf: [list.items, list] } : list;
}
function mapJson(properties: Readonly<Record<string, Json>>, required: readonly string[]): Json {
  return {
    type: 'object',
    properties: { ...properties },
    required: [...required],
    additionalProperties: false,
  };
}

/** One map for each verb: its keys, and those that may stand beside it. */
function stepJson(): Json {
  const common = jsonOf(z.strictObject(commonFields)).properties ?? {};
  return { anyOf: keysOf(verbFields).map((verb) => verbJson(verb, common)) };
}

function verbJson(verb: VerbName, common: Readonly<Record<string, Json | boolean>>): Json {
  const { names, required } = verbKeyTable[verb];
  const fields = jsonOf(z.strictObject(verbFields[verb])).properties ?? {};
  const properties: Record<string, Json> = verb === 'reboot' ? { reboot: { type: 'null' } } : {};
  for (const [key, field] of Object.entries(names)) properties[key] = schemaOf(fields[field]);
  for (const key of keysBeside[verb]) properties[key] = schemaOf(common[key]);
  const needed = Object.keys(names).filter((key) => required.includes(names[key] ?? ''));
  const own = verb === 'reboot' || verb === 'check' || verb === 'say' ? [verb] : [];
  return mapJson(properties, [...needed, ...own]);
}

function schemaOf(json: Json | boolean | undefined): Json {
  return typeof json === 'object' ? json : {};
}

function resourceJson(): Json {
  const fact: Json = { anyOf: [reference('matcher'), { type: 'array', items: textJson('a fact') }] };
  const facts = (names: readonly string[]): Record<string, Json> =>
    Object.fromEntries(
      names.map((name) => {
        if (name.endsWith('.')) return [name.slice(0, -1), { type: 'object', additionalProperties: fact }];
        const values = factValues[name];
        return [name, values === undefined ? fact : { enum: values.flatMap(asWritten) }];
      }),
    );
  return {
    anyOf: resourceNames.map((kind) =>
      mapJson(
        {
          [kind]: textJson('its name'),
          ...(kind === 'output-of'
            ? { ...Object.fromEntries(expectationKeys.map((key) => [key, {}])), ...facts(['exists']) }
            : facts([...resourceFacts[kind], 'exists'])),
        },
        [kind],
      ),
    ),
  };
}

/** Editors read `true` as a boolean. */
function asWritten(value: string): readonly (string | boolean)[] {
  return value === 'true' || value === 'false' ? [value === 'true', value] : [value];
}

function matcherJson(): Json {
  const one = reference('matcher');
  const values: Readonly<Record<string, Json>> = {
    equals: textJson('the very text'),
    matches: textJson('a regular expression of RE2'),
    lines: textJson('a comparison of the number of lines'),
    json: {},
    not: one,
  };
  const many: Json = { anyOf: [one, { type: 'array', items: one, minItems: 1 }] };
  return {
    anyOf: [
      textJson('a pattern: the expected text with holes'),
      ...matcherNames.map((name) => mapJson({ [name]: values[name] ?? many }, [name])),
    ],
  };
}
