/** One step of a scenario: its verb, what goes with it, and what it must show. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { report } from '../problem.ts';
import type { Cell, MapCell } from '../yaml.ts';
import { nearest } from '../nearest.ts';
import { defaultExpectation, expectation, where, type Expectation } from './expectation.ts';
import { learn, type Learn } from './learn.ts';
import { conditions, type Condition } from './condition.ts';
import { checkStep } from './step-keys.ts';
import { comparison, duration, size } from './quantity.ts';
import { resources, type ResourceCheck } from './resource.ts';
import { stepEnvironment, type Environment } from './environment.ts';
import {
  jsonNotes,
  keysOf,
  leaf,
  list,
  mapOf,
  missing,
  placeOf,
  problem,
  record,
  reportUnknownKey,
} from './shape.ts';
import {
  checkTolerance,
  exceptions,
  knownIssues,
  retry,
  type Exception,
  type KnownIssue,
  type Retry,
} from './tolerance.ts';
import { on } from './machines.ts';
import { absolutePath, flag, line, rawText, text, word } from './text.ts';
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
  readonly artifacts: readonly string[];
  readonly learn?: Learn | undefined;
  readonly at: Place;
}

const stepId = word(
  'id',
  /^[a-z][a-z0-9-]{0,11}$/,
  'at most 12 lower-case letters, digits and -, a letter first',
);

const terminal = leaf<StepCommon['tty']>('tty', undefined, (value, cell) => {
  const found = /^([1-9]\d{0,2})x([1-9]\d{0,2})$/.exec(value);
  if (found !== null) return { columns: Number(found[1]), rows: Number(found[2]) };
  if (value !== 'true' && value !== 'false')
    problem(cell, `tty cannot be "${value}"`, 'true, or a size such as 120x40');
  return value === 'true' ? { columns: 160, rows: 50 } : undefined;
});

/** Read after the verb, in this order: what a step captures is known to the keys that follow it. */
export const commonFields = {
  title: line('title').optional(),
  id: stepId.optional(),
  say: rawText('say').optional(),
  when: conditions.default([]),
  because: text('because').optional(),
  on: on.optional(),
  session: word('session', /^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and -, a letter first').default(
    'main',
  ),
  env: stepEnvironment.default({}),
  cwd: absolutePath('cwd').optional(),
  user: text('user').optional(),
  substitute: flag('substitute').default(false),
  stdin: rawText('stdin').optional(),
  tty: terminal.optional(),
  background: flag('background').default(false),
  'output-limit': size('output-limit', 1).default(16 * 1024 ** 2),
  timeout: duration('timeout').default(60_000),
  within: duration('within', 'leave it out to try once').optional(),
  expect: expectation.optional(),
  where: where.optional(),
  check: resources.default([]),
  measure: record('measure', text('the measure')).default({}),
  budget: record('budget', comparison('the budget')).default({}),
  except: exceptions.default([]),
  'known-issue': knownIssues.default([]),
  retry: retry.optional(),
  artifacts: list('artifacts', absolutePath('the artifact')).default([]),
  learn: learn.optional(),
};
type CommonKey = keyof typeof commonFields;
const common = z.strictObject(commonFields);
const noneLater: ReadonlySet<string> = new Set();

/** The keys that mean something beside each verb; any other there would silently do nothing. */
const say: readonly CommonKey[] = ['title', 'id', 'say', 'when', 'because', 'learn'];
const acting: readonly CommonKey[] = [
  ...say,
  'on',
  'check',
  'timeout',
  'within',
  'retry',
  'known-issue',
  'artifacts',
];
const typed: readonly CommonKey[] = [
  ...acting,
  'session',
  'env',
  'cwd',
  'user',
  'substitute',
  'stdin',
  'tty',
  'background',
  'output-limit',
  'expect',
  'where',
  'measure',
  'budget',
  'except',
];
export const keysBeside: { readonly [K in VerbName]: readonly CommonKey[] } = {
  run: typed,
  wait: acting,
  boot: acting,
  reboot: acting,
  write: [...acting, 'substitute'],
  ask: acting,
  check: acting,
  say,
};

/** A step without its id, which derives from its neighbours' as well. */
export type RawStep = Omit<StepCommon, 'id'> & { readonly id?: string | undefined } & Verb;

export const rawStep: z.ZodType<RawStep> = z.transform((cell: Cell): RawStep => {
  const map = mapOf(cell, 'a step');
  const verb = verbOf(map);
  const { verbCells, commonCells } = sortKeys(map ?? missing(cell), verb);
  const action = verbs.parse({ verb, ...verbCells });
  const said = readCommon(commonCells);
  if (map !== undefined) {
    checkStep(map, verb);
    checkTolerance(map, said);
  }
  const expected = said.expect ?? defaultExpectation(cell);
  // Written out: taking a rest of so many keys costs more than reading the step.
  return {
    title: said.title,
    id: said.id,
    say: said.say,
    when: said.when,
    because: said.because,
    on: said.on,
    session: said.session,
    env: said.env,
    cwd: said.cwd,
    user: said.user,
    substitute: said.substitute,
    stdin: said.stdin,
    tty: said.tty,
    background: said.background,
    outputLimitBytes: said['output-limit'],
    timeoutMs: said.timeout,
    withinMs: said.within ?? (verb === 'wait' ? 30_000 : undefined),
    expect: said.where === undefined ? expected : { ...expected, where: said.where },
    check: said.check,
    measure: said.measure,
    budget: said.budget,
    except: said.except,
    knownIssues: said['known-issue'],
    retry: said.retry,
    artifacts: said.artifacts,
    learn: said.learn,
    at: placeOf(cell),
    ...action,
  };
});
jsonNotes.set(rawStep, { ref: 'step' });

/** A step says three or four of the many keys: only those are read, the others are what they always are. */
function readCommon(cells: Readonly<Record<string, Cell>>): z.output<typeof common> {
  absent ??= common.parse({});
  const said = { ...absent };
  for (const key of commonKeys)
    if (key in cells) Object.assign(said, { [key]: commonFields[key].parse(cells[key]) });
  return said;
}
let absent: z.output<typeof common> | undefined;

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
  if (!map.entries.has('say') && ![...map.entries.keys()].some((key) => nearest(key, verbKeys) !== undefined))
    problem(map, 'this step does nothing', `give it one of ${verbKeys.join(', ')}, check, or say`);
  return 'say';
}

const commonKeys = keysOf(commonFields);

/** Cells for the verb and for the rest; keys that go with another verb, or with none, are problems. */
function sortKeys(cell: Cell, verb: VerbName) {
  const verbCells: Record<string, Cell> = {};
  const commonCells: Record<string, Cell> = {};
  const fields = verbKeyTable[verb];
  for (const [key, { offset, value }] of cell.kind === 'map' ? cell.entries : []) {
    const field = fieldOf(verb, key);
    if (field !== undefined) verbCells[field] = value;
    else if (keysBeside[verb].some((name) => name === key)) commonCells[key] = value;
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
      {
        names: [...verbKeys, ...Object.keys(verbKeyTable[verb].names), ...commonKeys],
        later: noneLater,
      },
      'a step',
    );
}

function expectNothing(cell: Cell): void {
  if (cell.kind !== 'bad' && !(cell.kind === 'text' && cell.empty))
    problem(cell, '"reboot" has no value', 'write only reboot:');
}
