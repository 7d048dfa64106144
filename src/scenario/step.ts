/** One step of a scenario: its verb, what goes with it, and what it must show. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { report } from '../problem.ts';
import type { Cell, MapCell } from '../yaml.ts';
import { meant } from '../nearest.ts';
import type { Condition } from './condition.ts';
import type { Environment } from './environment.ts';
import { defaultExpectation, type Expectation } from './expectation.ts';
import type { Learn } from './learn.ts';
import type { ResourceCheck } from './resource.ts';
import { entryOf, jsonNotes, keysOf, mapOf, missing, placeOf, problem, reportUnknownKey } from './shape.ts';
import { checkStep } from './step-keys.ts';
import { commonKeys, keys, keysBeside, type Key } from './step-table.ts';
import { checkTolerance, type Exception, type KnownIssue, type Retry } from './tolerance.ts';
import { verbKeys, verbKeyTable, verbs, type Verb, type VerbName } from './verb.ts';

export type Step = StepCommon & Verb;

export interface StepCommon {
  readonly id: string;
  readonly title?: string | undefined;
  readonly say?: string | undefined;
  /** The machine by its name, in a job of several. */
  readonly on?: string | undefined;
  readonly session: string;
  readonly check: readonly ResourceCheck[];
  readonly expect: Expectation;
  /** Numbers for trends: name → text with a capture. */
  readonly measure: Readonly<Record<string, string>>;
  /** Comparisons that measures must meet. */
  readonly budget: Readonly<Record<string, string>>;
  readonly except: readonly Exception[];
  readonly knownIssues: readonly KnownIssue[];
  readonly retry?: Retry | undefined;
  readonly timeoutMs: number;
  /** Repeat the verb and its expectation until they hold. */
  readonly withinMs?: number | undefined;
  readonly when: readonly Condition[];
  readonly because?: string | undefined;
  readonly env: Environment;
  readonly cwd?: string | undefined;
  readonly user?: string | undefined;
  readonly stdin?: string | undefined;
  /** Whether `${name}` in run, stdin and content is replaced. */
  readonly substitute: boolean;
  readonly tty?: { readonly columns: number; readonly rows: number } | undefined;
  readonly background: boolean;
  readonly outputLimitBytes: number;
  /** A fresh boot of what was written so far can go on from here. */
  readonly checkpoint: boolean;
  readonly artifacts: readonly string[];
  readonly learn?: Learn | undefined;
  readonly at: Place;
}

/** A step without its id, which derives from its neighbours' as well. */
export type RawStep = Omit<StepCommon, 'id'> & { readonly id?: string | undefined } & Verb;

export const rawStep: z.ZodType<RawStep> = z.transform((cell: Cell): RawStep => {
  const map = mapOf(cell, 'a step');
  const verb = verbOf(map);
  const { verbCells, commonCells } = sortKeys(map ?? missing(cell), verb);
  const action = verbs.parse({ verb, ...verbCells });
  const read = <T>(one: Key<T>): T => {
    const found = commonCells.get(one);
    return found === undefined ? one.absent : one.schema.parse(found);
  };
  // After the verb, in this order: what a step captures is known to the keys that follow it.
  const said = {
    title: read(keys.title),
    id: read(keys.id),
    say: read(keys.say),
    when: read(keys.when),
    because: read(keys.because),
    on: read(keys.on),
    session: read(keys.session),
    env: read(keys.env),
    cwd: read(keys.cwd),
    user: read(keys.user),
    substitute: read(keys.substitute),
    stdin: read(keys.stdin),
    tty: read(keys.tty),
    background: read(keys.background),
    outputLimitBytes: read(keys['output-limit']),
    timeoutMs: read(keys.timeout),
    withinMs: read(keys.within) ?? (verb === 'wait' ? 30_000 : undefined),
    expect: withWhere(read(keys.expect) ?? defaultExpectation(cell), read(keys.where)),
    check: read(keys.check),
    measure: read(keys.measure),
    budget: read(keys.budget),
    except: read(keys.except),
    knownIssues: read(keys['known-issue']),
    retry: read(keys.retry),
    checkpoint: read(keys.checkpoint),
    artifacts: read(keys.artifacts),
    learn: read(keys.learn),
    at: placeOf(cell),
  };
  if (map !== undefined) {
    checkStep(map, verb);
    checkTolerance(map, said);
  }
  // Spreading into so many keys costs more than reading the step.
  return Object.assign(said, action);
});
jsonNotes.set(rawStep, { ref: 'step' });

function withWhere(expected: Expectation, compared: Expectation['where'] | undefined): Expectation {
  return compared === undefined ? expected : { ...expected, where: compared };
}

/** The one verb of a step; a second one is a problem. */
function verbOf(map: MapCell | undefined): VerbName {
  if (map === undefined) return 'say';
  const [first, second] = verbKeys.filter((key) => map.entries.has(key));
  const extra = second === undefined ? undefined : map.entries.get(second);
  if (extra !== undefined)
    report(
      map.source,
      extra.offset,
      `a step has one verb, and "${first}" stands in it already`,
      `make "${second}" a step of its own`,
    );
  if (first !== undefined) return first;
  if (map.entries.has('check')) return 'check';
  if (!map.entries.has('say') && ![...map.entries.keys()].some((key) => meant(key, verbKeys) !== undefined))
    problem(map, 'this step does nothing', `give it one of ${verbKeys.join(', ')}, check, or say`);
  return 'say';
}

/** Cells for the verb and for the rest; keys that go with another verb, or with none, are problems. */
function sortKeys(cell: Cell, verb: VerbName) {
  const verbCells: Record<string, Cell> = {};
  const commonCells = new Map<Key<unknown>, Cell>();
  const fields = verbKeyTable[verb];
  for (const [key, { offset, value }] of cell.kind === 'map' ? cell.entries : []) {
    const field = fieldOf(verb, key);
    const common = keysBeside[verb].find((name) => name === key);
    if (field !== undefined) verbCells[field] = value;
    else if (common !== undefined) commonCells.set(keys[common], value);
    else if (verb === 'reboot' && key === 'reboot') expectNothing(value);
    else if (!verbKeys.some((name) => name === key)) reportMisplaced(cell, key, offset, verb);
  }
  for (const field of fields.required) {
    if (field in verbCells) continue;
    problem(cell, `"${verb}" has no "${field}"`, `add ${field}: … to the step`);
    verbCells[field] = missing(cell);
  }
  return { verbCells, commonCells };
}

/** A key may be called `constructor`, which every object has. */
function fieldOf(verb: VerbName, key: string): string | undefined {
  const { names } = verbKeyTable[verb];
  return Object.hasOwn(names, key) ? names[key] : undefined;
}

function reportMisplaced(cell: Cell, key: string, offset: number, verb: VerbName): void {
  const owners = keysOf(keysBeside).filter(
    (name) => fieldOf(name, key) !== undefined || keysBeside[name].some((beside) => beside === key),
  );
  // A verb that is missing or misspelt is told already.
  if (owners.length > 0 && verb === 'say' && entryOf(cell, 'say') === undefined) return;
  if (owners.length > 0)
    report(
      cell.source,
      offset,
      `"${key}" means nothing in a step with "${verb}"`,
      `it stands beside ${owners.join(', ')}`,
    );
  else
    reportUnknownKey(
      cell,
      key,
      offset,
      [...verbKeys, ...Object.keys(verbKeyTable[verb].names), ...commonKeys],
      'a step',
    );
}

function expectNothing(cell: Cell): void {
  if (cell.kind !== 'bad' && !(cell.kind === 'text' && cell.empty))
    problem(cell, '"reboot" has no value', 'write only reboot:');
}
