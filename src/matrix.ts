/** Lays a run out as a grid: rows are the steps of a scenario, columns the combinations that it ran in. */
import { badgesOf, type Badge, type Entry } from './matrix-badges.ts';
import { combinationOf, combinationsOf, splitJob } from './job-name.ts';
import { stepKey, UNKNOWN } from './matrix-key.ts';
import type { JobResult, RunResult, StepResult } from './result.ts';

export interface Matrix {
  readonly columns: readonly MatrixColumn[];
  readonly scenarios: readonly MatrixScenario[];
  /** Scenarios that ran in one combination only have nothing to be compared with, and are left out. */
  readonly alone: number;
}
export interface MatrixColumn {
  /** The combination of its jobs. */
  readonly name: string;
  /** Those of its jobs, as a rule one. */
  readonly systemd: readonly string[];
}
export interface MatrixScenario {
  /** What stands before the `@`. */
  readonly name: string;
  readonly title: string;
  /** In the order of the columns; several are repeats of one job. */
  readonly jobs: readonly (readonly JobResult[])[];
  readonly rows: readonly MatrixRow[];
}
export interface MatrixRow {
  /** Of the step in all columns. */
  readonly id: string;
  readonly cells: readonly (readonly MatrixCell[])[];
  /** The first two that differ; none where all are alike or one of them is not there. */
  readonly pair?: readonly [left: MatrixCell, right: MatrixCell] | undefined;
}
export interface MatrixCell {
  readonly job: JobResult;
  readonly step: StepResult;
  readonly badge?: Badge | undefined;
}

export function buildMatrix({ jobs, seed }: Pick<RunResult, 'jobs' | 'seed'>): Matrix {
  const byScenario = new Map<string, JobResult[]>();
  for (const job of jobs) {
    const [name] = splitJob(job.job);
    byScenario.set(name, [...(byScenario.get(name) ?? []), job]);
  }
  const several = [...byScenario].filter(([, own]) => own.length > 1);
  const shown = several.flatMap(([, own]) => own);
  const names = combinationsOf(shown, seed);
  const columns = names.map((name) => {
    const own = shown.filter((job) => combinationOf(job) === name);
    return { name, systemd: [...new Set(own.flatMap((job) => systemdOf(job) ?? []))] };
  });
  const scenarios = several.map(([name, own]): MatrixScenario => {
    const inOrder = names.map((column) => own.filter((job) => combinationOf(job) === column));
    const rows = stepIds(own).map((id) => matrixRow(id, inOrder));
    return { name, title: own[0]?.title ?? name, jobs: inOrder, rows };
  });
  return { columns, scenarios, alone: byScenario.size - several.length };
}

/** Those that stand apart in their row. */
export function differentSteps({ scenarios }: Matrix): ReadonlySet<StepResult> {
  const cells = scenarios.flatMap(({ rows }) => rows.flatMap((row) => row.cells.flat()));
  return new Set(cells.flatMap(({ badge, step }) => (badge === undefined ? [] : step)));
}

/** Of all its machines; undefined where they differ. */
function systemdOf({ machines }: JobResult): string | undefined {
  const [first, ...others] = machines.map(({ facts }) => facts.systemd);
  return others.every((version) => version === first) ? first : undefined;
}

/** Of all jobs, each behind the step that it follows. What looks into a failure is no part of the comparison. */
function stepIds(jobs: readonly JobResult[]): readonly string[] {
  const ids: string[] = [];
  for (const { steps } of jobs) {
    let at = 0;
    for (const { id, phase } of steps) {
      if (phase === 'on-failure') continue;
      const known = ids.indexOf(id);
      if (known < 0) ids.splice(at, 0, id);
      at = (known < 0 ? at : known) + 1;
    }
  }
  return ids;
}

function matrixRow(id: string, columns: readonly (readonly JobResult[])[]): MatrixRow {
  // A combination without the scenario has an entry too.
  const all = columns.flatMap((jobs, column) =>
    (jobs.length === 0 ? [undefined] : jobs).map((job) => ({ column, job, step: stepOf(job, id) })),
  );
  const entries = all.map(({ job, step }): Entry => {
    const key = job === undefined ? UNKNOWN : stepKey(job, step);
    return { key, systemd: job && systemdOf(job) };
  });
  const { badges, pair } = badgesOf(entries);
  const cells = all.map(
    ({ job, step }, index): MatrixCell | undefined => job && step && { job, step, badge: badges[index] },
  );
  const [left, right] = (pair ?? []).map((index) => cells[index]);
  return {
    id,
    pair: left && right && [left, right],
    cells: columns.map((_, column) =>
      cells.flatMap((cell, index) => (cell !== undefined && all[index]?.column === column ? cell : [])),
    ),
  };
}

function stepOf(job: JobResult | undefined, id: string): StepResult | undefined {
  return job?.steps.find((step) => step.id === id && step.phase !== 'on-failure');
}
