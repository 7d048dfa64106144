/** Lays a run out as a grid: rows are the steps of a scenario, columns the combinations that it ran in. */
import { badgesOf, type Badge, type Entry } from './matrix-badges.ts';
import { splitJob } from './job-name.ts';
import { stepKey, UNKNOWN } from './matrix-key.ts';
import type { JobResult, RunResult, StepResult } from './result.ts';

export interface Matrix {
  readonly columns: readonly MatrixColumn[];
  readonly scenarios: readonly MatrixScenario[];
  /** Scenarios that ran in one combination only have nothing to be compared with, and are left out. */
  readonly alone: number;
}
export interface MatrixColumn {
  /** What stands behind the `@` of a job. */
  readonly name: string;
  /** Those of its jobs, as a rule one. */
  readonly systemd: readonly string[];
}
export interface MatrixScenario {
  /** What stands before the `@`. */
  readonly name: string;
  readonly title: string;
  /** In the order of the columns. */
  readonly jobs: readonly (JobResult | undefined)[];
  readonly rows: readonly MatrixRow[];
}
export interface MatrixRow {
  /** Of the step in all columns. */
  readonly id: string;
  readonly cells: readonly (MatrixCell | undefined)[];
  /** The first two that differ, by column; none where all are alike or one of them is not there. */
  readonly pair?: readonly [left: number, right: number] | undefined;
}
export interface MatrixCell {
  readonly job: JobResult;
  readonly step: StepResult;
  readonly badge?: Badge | undefined;
}

export function buildMatrix({ jobs }: Pick<RunResult, 'jobs'>): Matrix {
  const byScenario = new Map<string, JobResult[]>();
  for (const job of jobs) {
    const [name] = splitJob(job.job);
    byScenario.set(name, [...(byScenario.get(name) ?? []), job]);
  }
  const several = [...byScenario].filter(([, own]) => own.length > 1);
  const shown = several.flatMap(([, own]) => own);
  const names = [...new Set(shown.map(({ job }) => splitJob(job)[1]))];
  const columns = names.map((name) => {
    const own = shown.filter(({ job }) => splitJob(job)[1] === name);
    return { name, systemd: [...new Set(own.flatMap((job) => systemdOf(job) ?? []))] };
  });
  const scenarios = several.map(([name, own]): MatrixScenario => {
    const inOrder = names.map((column) => own.find(({ job }) => splitJob(job)[1] === column));
    const rows = stepIds(own).map((id) => matrixRow(id, inOrder));
    return { name, title: own[0]?.title ?? name, jobs: inOrder, rows };
  });
  return { columns, scenarios, alone: byScenario.size - several.length };
}

/** Those that stand apart in their row. */
export function differentSteps({ scenarios }: Matrix): ReadonlySet<StepResult> {
  const cells = scenarios.flatMap(({ rows }) => rows.flatMap((row) => row.cells));
  return new Set(cells.flatMap((cell) => (cell?.badge === undefined ? [] : cell.step)));
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

function matrixRow(id: string, jobs: readonly (JobResult | undefined)[]): MatrixRow {
  const steps = jobs.map((job) => job?.steps.find((step) => step.id === id && step.phase !== 'on-failure'));
  const entries = jobs.map((job, index): Entry => {
    const key = job === undefined ? UNKNOWN : stepKey(job, steps[index]);
    return { key, systemd: job && systemdOf(job) };
  });
  const { badges, pair } = badgesOf(entries);
  return {
    id,
    pair,
    cells: jobs.map((job, index) => {
      const step = steps[index];
      return job && step && { job, step, badge: badges[index] };
    }),
  };
}
