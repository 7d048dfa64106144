/** `use`: parts, the files whose env, prepare, on-failure and cleanup come before those of the scenario. */
import * as z from 'zod';
import { nearest } from '../nearest.ts';
import { report } from '../problem.ts';
import { namesIn } from '../substitute.ts';
import { readYaml, type Cell, type MapCell } from '../yaml.ts';
import { environment, type Environment, type EnvValue } from './environment.ts';
import { itemsOf, jsonNotes, keysOf, list, object, problem, textOf } from './shape.ts';
import { rawStep, type RawStep } from './step.ts';
import { rawText } from './text.ts';

export interface Part {
  readonly cell: MapCell;
  readonly env: Environment;
  readonly prepare: readonly RawStep[];
  readonly onFailure: readonly RawStep[];
  readonly cleanup: readonly RawStep[];
}

const partFields = {
  env: environment.default({}),
  prepare: list('prepare', rawStep).default([]),
  'on-failure': list('on-failure', rawStep).default([]),
  cleanup: list('cleanup', rawStep).default([]),
};
const partFile = object({ what: 'a part' }, partFields);
const partKeys = keysOf(partFields);
const scenarioKeys = ['title', 'machine', 'machines', 'steps'];
const partHint = `a part has one or more of ${partKeys.join(', ')}`;

/** A file that others use; alone it tests nothing. A scenario with a misspelt key is none. */
export function isPart(cell: Cell): boolean {
  const keys = cell.kind === 'map' ? [...cell.entries.keys()] : [];
  return (
    keys.some((key) => partKeys.some((name) => name === key)) &&
    keys.every((key) => nearest(key, scenarioKeys) === undefined)
  );
}

export const use: z.ZodType<readonly Part[]> = z.transform((cell: Cell): readonly Part[] =>
  itemsOf(cell, 'use').flatMap(readPart),
);
jsonNotes.set(use, { as: list('use', rawText('a part')) });

function readPart(cell: Cell): readonly Part[] {
  const path = textOf(cell, 'use');
  if (path === undefined) return [];
  const { source } = cell;
  const { problems, names, types } = source;
  const refuse = (message: string, hint?: string): readonly Part[] => {
    problem(cell, message, hint);
    return [];
  };
  const found = source.read(path);
  if ('problem' in found) return refuse(found.problem, found.hint);
  if (found.file === source.file) return refuse('a scenario cannot use itself', partHint);
  if (source.used.some(({ file }) => file === found.file))
    return refuse(`"${path}" is used twice`, 'leave one of them out: its steps run once');
  if (isBlank(found.text)) return refuse(`"${path}" has nothing to use`, partHint);

  const before = problems.length;
  const root = readYaml(found.file, found.directory, found.text, { problems, names, types });
  source.used.push(root.source);
  const own = root.kind === 'map' ? scenarioKeys.find((key) => root.entries.has(key)) : undefined;
  if (own !== undefined) return refuse(`"${path}" is a scenario, which has "${own}", and no part`, partHint);
  const { env, prepare, 'on-failure': onFailure, cleanup } = partFile.parse(withoutUse(root));
  if (problems.length > before || root.kind !== 'map') return [];
  if ([...Object.keys(env), ...prepare, ...onFailure, ...cleanup].length === 0)
    return refuse(`"${path}" has nothing to use`, partHint);
  return [{ cell: root, env, prepare, onFailure, cleanup }];
}

function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(#|$)/.test(line));
}

/** One level is enough to share steps, and keeps their order plain to see. */
function withoutUse(root: Cell): Cell {
  const entry = root.kind === 'map' ? root.entries.get('use') : undefined;
  if (root.kind !== 'map' || entry === undefined) return root;
  report(
    root.source,
    entry.offset,
    'a part cannot use others',
    'name them in the scenario, in the order in which they are needed',
  );
  return { ...root, entries: new Map([...root.entries].filter(([key]) => key !== 'use')) };
}

/** A later value replaces an earlier one in its place, so that what a part makes of a variable follows the scenario. */
export function mergeEnvironments(
  files: readonly { readonly cell: Cell; readonly env: Environment }[],
): Environment {
  const merged: Record<string, EnvValue> = {};
  for (const { cell, env } of files)
    for (const [name, value] of Object.entries(env)) {
      if (Object.hasOwn(merged, name)) checkOrder(cell, name, value, Object.keys(merged));
      merged[name] = value;
    }
  return merged;
}

/** Variables are given one after the other. */
function checkOrder(cell: Cell, name: string, value: EnvValue, known: readonly string[]): void {
  if (typeof value !== 'string') return;
  const earlier = known.slice(0, known.indexOf(name));
  const late = namesIn(value).find(
    (used) => cell.source.names.get(used.name) === 'env' && !earlier.includes(used.name),
  );
  const env = cell.kind === 'map' ? cell.entries.get('env')?.value : undefined;
  const entry = env?.kind === 'map' ? env.entries.get(name) : undefined;
  if (late === undefined || entry === undefined) return;
  problem(
    entry.value,
    `"${name}" stands in the place of a part's value, where "${late.name}" is not known yet`,
    'choose another name for it',
  );
}
