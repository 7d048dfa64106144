/** Resources of `check`, `wait` and `explain`: their names, and the facts that may be asked of each. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { capturesOf } from '../match.ts';
import { suggest } from '../nearest.ts';
import { placeAt, report } from '../problem.ts';
import type { Cell, Entry, MapCell } from '../yaml.ts';
import { defaultExpectation, expectation, type Expectation } from './expectation.ts';
import { checked, matcherNames, type Matcher } from './matcher.ts';
import { checkCommandWord, checkFact, checkResourceName } from './fact.ts';
import { isComparison } from './quantity.ts';
import { jsonNotes, keysOf, placeOf, problem, reportUnknownKey, someItemsOf, textOf } from './shape.ts';
import { checkReferences, command, text } from './text.ts';

/** The facts of each resource in the words of the tool that knows them; one that ends in a dot takes any name below it. */
export const resourceFacts = {
  unit: ['active', 'sub', 'enabled', 'result', 'restarts', 'property.'],
  machine: ['state', 'class', 'os', 'version'],
  system: ['failed-units', 'took', 'jobs'],
  journal: ['contains', 'lacks', 'priority', 'since'],
  file: ['type', 'mode', 'owner', 'size', 'contains', 'lacks', 'target', 'sha256'],
  mount: ['type', 'options', 'source'],
  process: ['count', 'owner'],
  port: ['listening', 'address'],
  command: ['version'],
  'output-of': [],
  user: ['uid', 'gid', 'groups', 'shell'],
  group: ['gid'],
  package: ['version'],
  sysctl: ['value'],
  kernel: [],
  'kernel-module': ['loaded'],
  'kernel-option': ['value'],
  cgroup: ['property.'],
  http: ['status', 'header.', 'body'],
  interface: ['state', 'address'],
  resolves: ['address'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type ResourceName = keyof typeof resourceFacts;

export const resourceNames = keysOf(resourceFacts);
export const expectationKeys = [
  'exit',
  'stdout',
  'stderr',
  'output',
  'where',
  'took',
  'expect',
  ...matcherNames,
];

/** Facts with few values. */
export const factValues: Readonly<Record<string, readonly string[]>> = {
  exists: ['true', 'false'],
  listening: ['true', 'false'],
  loaded: ['true', 'false'],
  since: ['boot', 'step'],
};

export type FactMatcher =
  { readonly kind: 'comparison'; readonly value: string; readonly at: Place } | Matcher;
export interface Fact {
  /** `active`, `failed-units`, `property.Restart` … */
  readonly name: string;
  /** A comparison where the text parses wholly as one, else a pattern, or any matcher. */
  readonly expected: FactMatcher;
  readonly at: Place;
}
/** One resource of `check`/`wait`/`explain`: its kind, its name, the facts asked of it (in the file's order). */
export interface ResourceCheck {
  readonly kind: ResourceName;
  readonly name: string;
  readonly facts: readonly Fact[];
  /** Only for `output-of`. */
  readonly expect?: Expectation | undefined;
  readonly at: Place;
}

/** Its command runs, and the expectation of a step judges what it shows; the others are looked at by facts. */
export function isTyped({ kind, facts }: Pick<ResourceCheck, 'kind' | 'facts'>): boolean {
  return kind === 'output-of' && facts.length === 0;
}

/** A resource is read by the tables above; its JSON Schema comes from them as well. */
export const resource: z.ZodType<ResourceCheck> = z.transform((cell: Cell): ResourceCheck => {
  const fallback: ResourceCheck = { kind: 'file', name: '', facts: [], at: placeOf(cell) };
  if (cell.kind !== 'map') {
    problem(
      cell,
      'a resource must be a map',
      `write it as {unit: name.service}, with one of ${resourceNames.join(', ')}`,
    );
    return fallback;
  }
  const kind = kindOf(cell);
  const nameCell = kind === undefined ? undefined : cell.entries.get(kind)?.value;
  if (kind === undefined || nameCell === undefined) return fallback;
  // A command is shell text: what is captured reaches it as variables.
  const schema = kind === 'output-of' ? rawName : name;
  const named = schema.parse(nameCell);
  checkResourceName(kind, nameCell);
  if (kind === 'output-of' && cell.entries.has('exists')) checkCommandWord(nameCell);
  return { ...fallback, kind, name: named, ...contents(cell, kind) };
});
const name = text('the name of the resource');
const rawName = command('output-of');
export const resources: z.ZodType<readonly ResourceCheck[]> = z.preprocess(
  (cell: Cell) => someItemsOf(cell, 'check'),
  z.array(resource),
);

jsonNotes.set(resource, { ref: 'resource' });
jsonNotes.set(resources, { one: true });

function kindOf(cell: MapCell): ResourceName | undefined {
  // `file` has an `owner`, `package` is no fact: a key is the resource's own wherever it names one.
  const named = resourceNames.filter((candidate) => cell.entries.has(candidate));
  const [first, second] = named;
  if (first !== undefined && second === undefined) return first;
  const keys = [...cell.entries];
  const entry = second === undefined ? undefined : cell.entries.get(second);
  if (entry !== undefined)
    report(
      cell.source,
      entry.offset,
      `two resources in one check: "${first}" and "${second}"`,
      'make them two items of the list',
    );
  else if (keys[0] === undefined)
    problem(cell, 'an empty check asserts nothing', `write one of ${resourceNames.join(', ')}`);
  else
    report(
      cell.source,
      keys[0][1].offset,
      `no resource is called "${keys[0][0]}"`,
      suggest(keys[0][0], resourceNames),
    );
  return undefined;
}

function contents(cell: MapCell, kind: ResourceName): Pick<ResourceCheck, 'facts' | 'expect'> {
  const others = [...cell.entries].filter(([key]) => key !== kind);
  if (kind === 'output-of') return outputContents(cell, others);
  const facts: Fact[] = [];
  for (const [key, entry] of others) {
    if (resourceFacts[kind].some((fact) => fact === `${key}.`)) {
      if (entry.value.kind === 'map')
        for (const [below, value] of entry.value.entries)
          facts.push(readFact(kind, `${key}.${below}`, value));
      else problem(entry.value, `${key} must be a map`, `write it as ${key}: {name: value}`);
    } else if (key === 'exists' || resourceFacts[kind].some((fact) => fact === key))
      facts.push(readFact(kind, key, entry));
    else reportUnknownKey(cell, key, entry.offset, allowedFacts(kind), `a check of "${kind}"`);
  }
  return { facts };
}

function allowedFacts(kind: ResourceName): readonly string[] {
  return [...resourceFacts[kind].map((fact) => fact.replace(/\.$/, '')), 'exists'];
}

function readFact(kind: ResourceName, fact: string, { offset, value: cell }: Entry): Fact {
  const { source } = cell;
  const at = placeAt(source, offset);
  const allowed = factValues[fact];
  if (cell.kind === 'text') {
    const value = textOf(cell, `"${fact}"`) ?? '';
    if (allowed !== undefined && !cell.empty && !allowed.includes(value))
      problem(cell, `"${fact}" cannot be "${value}"`, suggest(value, allowed));
    checkFact(kind, fact, cell);
    if (isComparison(value)) {
      checkReferences(value, cell);
      return { name: fact, expected: { kind: 'comparison', value, at: placeOf(cell) }, at };
    }
    if (cell.empty) return { name: fact, expected: { kind: 'pattern', value: '', at }, at };
  }
  const expected = checked(listOf(fact, cell));
  for (const caught of capturesOf(expected).keys()) refuseName(caught, cell);
  return { name: fact, expected, at };
}

/** Of a fact nothing is caught: a name looks as if it were, unless it stands twice for equal texts. */
function refuseName(caught: string, cell: Cell): void {
  const holes = textsIn(cell).flatMap((one) => one.match(new RegExp(`<${caught}(?::[^>]*)?>`, 'g')) ?? []);
  if (holes.length > 1) return;
  problem(
    cell,
    `a fact captures nothing, and "${caught}" names a hole in it`,
    `write <:word> or another type for <${caught}>; what output-of shows is captured`,
  );
}
function textsIn(cell: Cell): readonly string[] {
  if (cell.kind === 'text') return [cell.text];
  if (cell.kind === 'list') return cell.items.flatMap(textsIn);
  return cell.kind === 'map' ? [...cell.entries.values()].flatMap(({ value }) => textsIn(value)) : [];
}

/** `contains` and `lacks` look for each item; elsewhere a list is the whole of it, one item a line, `[]` is none. */
function listOf(fact: string, cell: Cell): Cell {
  const { source, offset } = cell;
  if (cell.kind === 'bad') return cell;
  if (fact === 'contains' || fact === 'lacks') {
    const entries = new Map([[fact, { offset, value: cell }]]);
    return cell.kind === 'map' ? cell : { kind: 'map', source, offset, flow: true, entries };
  }
  if (cell.kind !== 'list') return cell;
  const lines = cell.items.map((item) => textOf(item, `"${fact}"`) ?? '');
  const value: Cell = { kind: 'text', source, offset, text: lines.join('\n'), empty: false };
  return { kind: 'map', source, offset, flow: true, entries: new Map([['equals', { offset, value }]]) };
}

/** `exists` alone, and then the command is not typed, or what it must show. */
function outputContents(
  cell: MapCell,
  others: readonly (readonly [string, Entry])[],
): Pick<ResourceCheck, 'facts' | 'expect'> {
  const exists = cell.entries.get('exists');
  if (exists === undefined) return { facts: [], expect: expectationOf(cell, others) };
  if (others.length > 1)
    report(
      cell.source,
      exists.offset,
      '"exists" stands alone: it types nothing, so nothing is shown',
      'leave it out; a command that is not there ends with exit: 127',
    );
  return { facts: [readFact('output-of', 'exists', exists)] };
}

/** `expect: …`, or its keys beside `output-of`. */
function expectationOf(cell: MapCell, others: readonly (readonly [string, Entry])[]): Expectation {
  const known = new Map(others.filter(([key]) => expectationKeys.includes(key)));
  for (const [key, entry] of others)
    if (!known.has(key))
      reportUnknownKey(cell, key, entry.offset, [...expectationKeys, 'exists'], 'a check of "output-of"');
  const whole = known.get('expect');
  if (whole !== undefined && known.size > 1)
    report(cell.source, whole.offset, '"expect" holds all that is expected', 'move the other keys into it');
  if (whole !== undefined) return expectation.parse(whole.value);
  return known.size === 0 ? defaultExpectation(cell) : expectation.parse({ ...cell, entries: known });
}
