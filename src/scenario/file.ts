/** A whole scenario file: its top-level keys. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import {
  bootId,
  computersOf,
  leaksId,
  machineFor,
  machinesOf,
  nameAmong,
  watchedOf,
  watchId,
} from '../machines.ts';
import type { Cell, MapCell } from '../yaml.ts';
import { checkApplies } from './applies.ts';
import { checkCheckpoints } from './checkpoint.ts';
import { environment, type Environment } from './environment.ts';
import { giveIds } from './ids.ts';
import { leaves, type Leave } from './leaves.ts';
import { machine, type MachineSpec, type MemberSpec } from './machine.ts';
import { checkMachines, checkOn, machines } from './machines.ts';
import { combinations, matrix, type Axis, type Combination, type Exclusion, type Matrix } from './matrix.ts';
import { needs, type Need } from './need.ts';
import { duration } from './quantity.ts';
import { report } from '../problem.ts';
import { jsonNotes, list, missing, object, problem } from './shape.ts';
import { rawStep, type RawStep, type Step } from './step.ts';
import { flag, line, rawText, word } from './text.ts';
import { mergeEnvironments, use } from './use.ts';
import { watch, type Watch } from './watch.ts';
import { checkReboots, checkUsers, checkWithoutInit } from './without-init.ts';

export interface Scenario {
  /** As given on the command line, for messages. */
  readonly file: string;
  /** Path without suffix, from the folder given or the one holding rootlab.yaml. */
  readonly name: string;
  readonly title: string;
  readonly summary?: string | undefined;
  readonly tags: readonly string[];
  readonly machine: MachineSpec;
  /** Those of `machines` after the first. */
  readonly others: readonly MemberSpec[];
  readonly axes: readonly Axis[];
  readonly exclude: readonly Exclusion[];
  readonly include: readonly Combination[];
  readonly needs: readonly Need[];
  /** Exported to every step; values may hold `${axis}`. */
  readonly env: Environment;
  readonly timeoutMs: number;
  readonly prepare: readonly Step[];
  readonly cleanup: readonly Step[];
  readonly onFailure: readonly Step[];
  readonly steps: readonly Step[];
  readonly watch?: Watch | undefined;
  /** Of this very computer only. */
  readonly leaves?: readonly Leave[] | undefined;
  readonly keepGoing: boolean;
  /** The parts it uses, whose steps and variables stand above with its own. */
  readonly used: readonly MapCell[];
}

/** `[]` and nothing at all are the same mistake here. */
const someSteps: z.ZodType<readonly RawStep[]> = z.transform((cell: Cell): readonly RawStep[] => {
  if (cell.kind === 'list' && cell.items.length > 0) return cell.items.map((item) => rawStep.parse(item));
  if (cell.kind === 'list' || (cell.kind === 'text' && cell.empty))
    problem(cell, 'a scenario without steps tests nothing', 'add a step, such as - run: true');
  else return stepList.parse(cell);
  return [];
});
const stepList = list('steps', rawStep);
jsonNotes.set(someSteps, { as: stepList });

/** In the order of reading: axes and variables are known to all that follows, captures to later steps. */
export const scenarioFile = object(
  { what: 'the scenario' },
  {
    matrix: matrix.optional(),
    use: use.default([]),
    title: line('title'),
    summary: rawText('summary').optional(),
    tags: list('tags', word('a tag', /^[A-Za-z0-9][\w.+/-]*$/, 'a tag is one word')).default([]),
    machine: machine.optional(),
    machines: machines.optional(),
    needs: needs.default([]),
    env: environment.default({}),
    timeout: duration('timeout').default(15 * 60_000),
    leaves: leaves.optional(),
    watch: watch.optional(),
    'keep-going': flag('keep-going').default(false),
    prepare: list('prepare', rawStep).default([]),
    steps: someSteps,
    'on-failure': list('on-failure', rawStep).default([]),
    cleanup: list('cleanup', rawStep).default([]),
  },
);

/** Reads a whole file; problems are in `cell.source`, and the scenario is of use only without any. */
export function readScenario(cell: Cell, file: string, name: string): Scenario {
  const {
    matrix: axes,
    timeout,
    'keep-going': keepGoing,
    use: parts,
    env,
    prepare: ownPrepare,
    'on-failure': ownEvidence,
    cleanup: ownCleanup,
    machine: only,
    machines: several,
    at: _at,
    ...rest
  } = scenarioFile.parse(cell);
  checkMachines(cell);
  const names = several?.map((one) => one.name);
  for (const one of [cell, ...parts.map((part) => part.cell)]) checkOn(one, names);
  const [first = only ?? machine.parse(missing(cell)), ...others] = several ?? [];
  const job = { machine: first, others };
  const prepare = [...parts.flatMap((part) => part.prepare), ...ownPrepare];
  const evidence = [...parts.flatMap((part) => part.onFailure), ...ownEvidence];
  const cleanup = [...parts.flatMap((part) => part.cleanup), ...ownCleanup];
  const steps = [prepare, rest.steps, evidence, cleanup].flat();
  checkWithoutInit(cell, steps, rest.watch);
  const machineOf = ({ on }: Pick<RawStep, 'on'>): MachineSpec => machineFor(job, on);
  checkReboots(cell.source, steps, machineOf);
  checkUsers(cell.source, steps, machineOf);
  checkCheckpoints(cell, { ...job, steps: rest.steps, prepare, 'on-failure': evidence, cleanup });
  if (rest.leaves !== undefined && computersOf(job).length === 0) refuseLeaves(cell);
  if (steps.some(({ except, knownIssues }) => except.length + knownIssues.length > 0))
    checkApplies(cell.source, steps, combinations(axes ?? noAxes), machineOf);
  const ambient = [
    ...machinesOf(job).map((one) => bootId(one, job)),
    ...(rest.watch === undefined ? [] : watchedOf(job).map((one) => watchId(nameAmong(one, job)))),
    ...computersOf(job).map((one) => leaksId(nameAmong(one, job))),
  ];
  const taken = new Map(ambient.map((id): [string, Place] => [id, first.at]));
  return {
    file,
    name,
    ...rest,
    ...job,
    ...(axes ?? noAxes),
    env: mergeEnvironments([...parts, { cell, env }]),
    timeoutMs: timeout,
    keepGoing,
    used: parts.map((part) => part.cell),
    steps: giveIds(cell.source, rest.steps, 'step', taken),
    prepare: giveIds(cell.source, prepare, 'prepare', taken),
    onFailure: giveIds(cell.source, evidence, 'on-failure', taken),
    cleanup: giveIds(cell.source, cleanup, 'cleanup', taken),
  };
}

function refuseLeaves(cell: Cell): void {
  const entry = cell.kind === 'map' ? cell.entries.get('leaves') : undefined;
  if (entry === undefined) return;
  const hint = 'leave it out: what is left in the machine goes with it';
  report(cell.source, entry.offset, '"leaves" means nothing beside a throwaway machine', hint);
}
const noAxes: Matrix = { axes: [], exclude: [], include: [] };
