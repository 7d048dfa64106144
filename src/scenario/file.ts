/** A whole scenario file: its top-level keys. */
import * as z from 'zod';
import type { Cell } from '../yaml.ts';
import { bootId, machineFor, machinesOf } from '../machines.ts';
import { checkApplies } from './applies.ts';
import { environment, type Environment } from './environment.ts';
import { giveIds } from './ids.ts';
import { machine, type MachineSpec, type RootSpec } from './machine.ts';
import { checkMachines, checkOn, machines } from './machines.ts';
import { combinations, matrix, type Axis, type Combination, type Matrix } from './matrix.ts';
import { needs, type Need } from './need.ts';
import { duration } from './quantity.ts';
import { jsonNotes, list, missing, object, problem } from './shape.ts';
import { rawStep, type RawStep, type Step } from './step.ts';
import { flag, line, rawText, word } from './text.ts';
import { checkWithoutInit } from './without-init.ts';

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
  readonly others: readonly RootSpec[];
  readonly axes: readonly Axis[];
  readonly exclude: readonly Combination[];
  readonly include: readonly Combination[];
  readonly needs: readonly Need[];
  /** Exported to every step; values may hold `${axis}`. */
  readonly env: Environment;
  readonly timeoutMs: number;
  readonly prepare: readonly Step[];
  readonly cleanup: readonly Step[];
  readonly onFailure: readonly Step[];
  readonly steps: readonly Step[];
  readonly keepGoing: boolean;
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
  { what: 'the scenario', later: ['use', 'watch', 'leaves'] },
  {
    matrix: matrix.optional(),
    title: line('title'),
    summary: rawText('summary').optional(),
    tags: list('tags', word('a tag', /^[A-Za-z0-9][\w.+/-]*$/, 'a tag is one word')).default([]),
    machine: machine.optional(),
    machines: machines.optional(),
    needs: needs.default([]),
    env: environment.default({}),
    timeout: duration('timeout').default(15 * 60_000),
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
    'on-failure': evidence,
    machine: only,
    machines: several,
    at: _at,
    ...rest
  } = scenarioFile.parse(cell);
  checkMachines(cell);
  checkOn(
    cell,
    several?.map((one) => one.name),
  );
  const [first = only ?? machine.parse(missing(cell)), ...others] = several ?? [];
  const job = { machine: first, others };
  const steps = [rest.prepare, rest.steps, evidence, rest.cleanup].flat();
  checkWithoutInit(cell, steps);
  if (steps.some(({ except, knownIssues }) => except.length + knownIssues.length > 0))
    checkApplies(cell.source, steps, combinations(axes ?? noAxes), ({ on }) => machineFor(job, on));
  const taken = new Set(machinesOf(job).map((one) => bootId(one, job)));
  return {
    file,
    name,
    ...rest,
    ...job,
    ...(axes ?? noAxes),
    timeoutMs: timeout,
    keepGoing,
    steps: giveIds(cell.source, rest.steps, 'step', taken),
    prepare: giveIds(cell.source, rest.prepare, 'prepare', taken),
    onFailure: giveIds(cell.source, evidence, 'on-failure', taken),
    cleanup: giveIds(cell.source, rest.cleanup, 'cleanup', taken),
  };
}
const noAxes: Matrix = { axes: [], exclude: [], include: [] };
