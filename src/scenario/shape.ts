/**
 * The pieces the declaration of the files is made of: zod schemas that read the cells of yaml.ts.
 * Every piece takes any cell, reports what is wrong at its place and yields a value all the same, so that all
 * problems of a file come at once; zod gives the types, the walk over known keys, and the JSON Schema.
 */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { meant, suggest } from '../nearest.ts';
import { placeAt, report } from '../problem.ts';
import type { Cell, MapCell } from '../yaml.ts';

/** Notes for the JSON Schema, on the schemas they are about. */
export interface JsonNote {
  /** Replaces what zod would say. */
  readonly json?: z.core.JSONSchema.BaseSchema;
  /** One item may stand for the list. */
  readonly one?: true;
  /** A text may stand for the map with this one key. */
  readonly short?: string;
  readonly also?: readonly string[];
  /** One of the parts that json-schema names in `$defs`. */
  readonly ref?: 'matcher' | 'resource' | 'step';
  /** Reads by hand what this schema declares. */
  readonly as?: z.ZodType;
}
export const jsonNotes = new WeakMap<z.core.$ZodType, JsonNote>();

export function problem(cell: Cell, message: string, hint?: string): void {
  if (cell.kind !== 'bad') report(cell.source, cell.offset, message, hint);
}
export function placeOf(cell: Cell): Place {
  return placeAt(cell.source, cell.offset);
}
export function missing(cell: Cell): Cell {
  return { kind: 'bad', source: cell.source, offset: cell.offset };
}

const kinds = { list: 'a list', map: 'a map' };

/** The text of a cell; `undefined` when it is none, which is then reported. */
export function textOf(cell: Cell, what: string): string | undefined {
  if (cell.kind === 'text') {
    if (!cell.empty) return cell.text;
    problem(cell, `${what} has no value`, 'write "" for an empty text');
  } else if (cell.kind !== 'bad') {
    const flow = cell.flow ? ' (a text that begins with [ or { needs quotes, or | before it)' : '';
    problem(cell, `${what} must be a text, not ${kinds[cell.kind]}`, `write one text here${flow}`);
  }
  return undefined;
}

/** A value made from one text. `read` reports through `cell` and returns the fallback when the text is wrong. */
export function leaf<T>(
  what: string,
  fallback: T,
  read: (text: string, cell: Cell) => T,
  json: z.core.JSONSchema.BaseSchema = {},
): z.ZodType<T> {
  const schema = z.transform((cell: Cell): T => {
    const text = textOf(cell, what);
    return text === undefined ? fallback : read(text, cell);
  });
  jsonNotes.set(schema, { json: { ...textJson(what), ...json } });
  return schema;
}

/** Editors read `0644` and `true` as numbers and booleans; here they are texts. */
export function textJson(description: string): z.core.JSONSchema.BaseSchema {
  return { type: ['string', 'number', 'boolean'], description };
}

/** A list, or one item in its place; nothing after the colon is a mistake, `[]` means none. */
export function list<T>(what: string, item: z.ZodType<T>): z.ZodType<readonly T[]> {
  const schema = z.preprocess((cell: Cell) => itemsOf(cell, what), z.array(item));
  jsonNotes.set(schema, { one: true });
  return schema;
}
export function itemsOf(cell: Cell, what: string): readonly Cell[] {
  if (cell.kind === 'list') return cell.items;
  if (cell.kind === 'bad') return [];
  if (cell.kind === 'text' && cell.empty) {
    problem(cell, `${what} has no value`, 'write [] for none');
    return [];
  }
  return [cell];
}

/** Of a list that must not be empty: one that says nothing reads as if it tested something. */
export function someItemsOf(cell: Cell, what: string): readonly Cell[] {
  if (cell.kind === 'list' && cell.items.length === 0)
    problem(cell, 'an empty list asserts nothing', 'name what is expected, or remove it');
  return itemsOf(cell, what);
}

/** A map with keys of the writer's own. */
export function record<T>(
  what: string,
  value: z.ZodType<T>,
  checkKey: (key: string) => string | undefined = () => undefined,
): z.ZodType<Readonly<Record<string, T>>> {
  return z.preprocess(
    (cell: Cell): Record<string, Cell> => {
      const map = mapOf(cell, what);
      if (map === undefined) return {};
      const values: Record<string, Cell> = {};
      for (const [key, entry] of map.entries) {
        const wrong = checkKey(key);
        if (wrong === undefined) values[key] = entry.value;
        else report(cell.source, entry.offset, `${what}: ${wrong}`);
      }
      return values;
    },
    z.record(z.string(), value),
  );
}

/** `keys`: those that it must have. */
export function mapOf(cell: Cell, what: string, keys: readonly string[] = []): MapCell | undefined {
  if (cell.kind === 'map') return cell;
  if (cell.kind === 'text' && cell.empty)
    problem(cell, `${what} has no value`, 'its keys stand below it, indented');
  else if (cell.kind !== 'bad')
    problem(
      cell,
      `${what} must be a map, not ${cell.kind === 'list' ? 'a list' : 'a text'}`,
      mapHint(cell, keys),
    );
  return undefined;
}

function mapHint(cell: Cell, keys: readonly string[]): string {
  const glued = cell.kind === 'text' ? /^([a-z-]+):(?=[^\s/])/.exec(cell.text)?.[1] : undefined;
  if (glued !== undefined) return `a blank stands behind the colon: ${glued}: …`;
  return `write it as ${keys.length === 0 ? 'key: value' : `{${keys.map((key) => `${key}: …`).join(', ')}}`}`;
}

export function entryOf(cell: Cell, key: string): Cell | undefined {
  return cell.kind === 'map' ? cell.entries.get(key)?.value : undefined;
}

/** Where a map stands. Given by the walk, never by the writer. */
export const place = z.custom<Place>();

export interface ObjectOptions {
  /** For messages: `a step`, `machine`. */
  readonly what: string;
  /** A text stands for the map with this one key. */
  readonly short?: string;
  /** Keys that are rewritten before the fields are read. */
  readonly also?: readonly string[];
}

/** A map with these keys and no others; its place comes as `at`. */
export function object<S extends z.core.$ZodLooseShape>(
  options: ObjectOptions,
  shape: S,
): z.ZodType<Readonly<z.output<z.ZodObject<S & { at: typeof place }, z.core.$strict>>>> {
  const schema = z.strictObject({ ...shape, at: place });
  const known = knownKeys(shape);
  const piped = z.preprocess((cell: Cell) => fieldsOf(cell, known, options), schema);
  const { short, also } = options;
  jsonNotes.set(piped, {
    ...(short === undefined ? {} : { short }),
    ...(also === undefined ? {} : { also }),
  });
  return piped;
}

export interface KnownKeys {
  readonly names: readonly string[];
  readonly required: readonly string[];
}
export function knownKeys(shape: z.core.$ZodLooseShape): KnownKeys {
  const names = Object.keys(shape);
  const required = names.filter((name) => {
    const field: unknown = shape[name];
    return !(
      field instanceof z.ZodOptional ||
      field instanceof z.ZodDefault ||
      field instanceof z.ZodLiteral
    );
  });
  return { names, required };
}

/** The fields of a map as zod's object wants them: known ones only, missing ones marked, its place as `at`. */
export function fieldsOf(cell: Cell, known: KnownKeys, options: ObjectOptions): Record<string, unknown> {
  const fields: Record<string, unknown> = { at: placeOf(cell) };
  const short = options.short !== undefined && cell.kind === 'text' && !cell.empty;
  const map = short ? undefined : mapOf(cell, options.what, known.required);
  if (short) fields[options.short] = cell;
  for (const [key, entry] of map?.entries ?? []) {
    if (known.names.includes(key)) fields[key] = entry.value;
    else {
      const names = [...known.names, ...(options.also ?? [])];
      reportUnknownKey(cell, key, entry.offset, names, options.what);
    }
  }
  for (const key of known.required) {
    if (key in fields) continue;
    // A misspelt key is told once.
    const misspelt = [...(map?.entries.keys() ?? [])].some(
      (other) => !known.names.includes(other) && meant(other, [key]) !== undefined,
    );
    problem(
      map === undefined || misspelt ? missing(cell) : map,
      `${options.what} has no "${key}"`,
      `add ${key}: …${known.required.length > 1 ? ` (required: ${known.required.join(', ')})` : ''}`,
    );
    fields[key] = missing(cell);
  }
  return fields;
}

export function reportUnknownKey(
  cell: Cell,
  key: string,
  offset: number,
  names: readonly string[],
  what: string,
): void {
  report(cell.source, offset, `unknown key "${key}" in ${what}`, suggest(key, names));
}

/** The keys of a table, as what they are. */
export function keysOf<T extends object>(table: T): readonly (keyof T & string)[] {
  return Object.keys(table).filter((key): key is keyof T & string => key in table);
}
