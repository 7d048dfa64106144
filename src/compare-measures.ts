/** How the boot times and measures of two runs moved, with their spread where there are several of each. */
import type { BootData } from './event.ts';
import { repeatedJob } from './job-name.ts';
import type { AttemptResult, RunResult, StepResult } from './result.ts';

/** All zero where there is no value. */
export interface Sample {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}
export interface Delta {
  readonly job: string;
  readonly name: string;
  readonly unit: string;
  readonly before: Sample;
  readonly now: Sample;
  /** All values lie on one side of all those before, of which there are several: no accident of one run. */
  readonly moved?: 'up' | 'down' | undefined;
}

/** Those that both runs have; what moved first, then by how much. */
export function measureDeltas(baseline: RunResult, now: RunResult): readonly Delta[] {
  const [before, after] = [valuesOf(baseline), valuesOf(now)];
  const deltas = [...after].flatMap(([key, { job, name, unit, values }]): Delta[] => {
    const known = before.get(key);
    if (known === undefined) return [];
    return [deltaOf({ job, name, unit }, known.values, values)];
  });
  return deltas.toSorted(
    (a, b) => Number(b.moved !== undefined) - Number(a.moved !== undefined) || share(b) - share(a),
  );
}

export function deltaOf(
  of: Pick<Delta, 'job' | 'name' | 'unit'>,
  before: readonly number[],
  now: readonly number[],
): Delta {
  const [old, fresh] = [sampleOf(before), sampleOf(now)];
  return { ...of, before: old, now: fresh, moved: movement(old, fresh) };
}

/** 0.25: a quarter more, or less. */
function share({ before, now }: Delta): number {
  return before.median === 0 ? 0 : Math.abs(now.median / before.median - 1);
}

interface Values {
  readonly job: string;
  readonly name: string;
  readonly unit: string;
  readonly values: number[];
}

/** Of all repeats and attempts. */
function valuesOf({ jobs }: RunResult): ReadonlyMap<string, Values> {
  const found = new Map<string, Values>();
  const add = (job: string, name: string, unit: string, value: number): void => {
    const key = JSON.stringify([job, name, unit]);
    const values = found.get(key) ?? { job, name, unit, values: [] };
    values.values.push(value);
    found.set(key, values);
  };
  for (const job of jobs) {
    const name = repeatedJob(job.job);
    for (const attempt of [...job.earlier, job])
      for (const one of numbersOf(attempt)) add(name, one.name, one.unit, one.value);
  }
  return found;
}

function numbersOf({ steps }: AttemptResult): readonly { name: string; unit: string; value: number }[] {
  return steps.flatMap((step) => [
    // A machine's own boot is told as a measure too.
    ...(step.measures.some(({ name }) => name === 'boot') ? [] : bootsOfStep(step)).map(({ name, boot }) => ({
      name,
      unit: 'ms',
      value: boot.totalMs,
    })),
    // Steadier than the time that it took, where other things run as well.
    ...(step.id === 'boot' && step.boots.length > 0 && step.cpuMs !== undefined
      ? [{ name: 'boot CPU', unit: 'ms', value: step.cpuMs }]
      : []),
    ...step.measures,
  ]);
}

export interface NamedBoot {
  /** `boot` for that of the job itself, else `boot in STEP`. */
  readonly name: string;
  readonly boot: BootData;
}

export function bootsOf({ steps }: AttemptResult): readonly NamedBoot[] {
  return steps.flatMap(bootsOfStep);
}

function bootsOfStep({ id, boots }: StepResult): readonly NamedBoot[] {
  return boots.map((boot, index) => ({
    name: (id === 'boot' ? 'boot' : `boot in ${id}`) + (index === 0 ? '' : ` ${index + 1}`),
    boot,
  }));
}

export function sampleOf(values: readonly number[]): Sample {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [below = 0, above = 0] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return {
    median: (below + above) / 2,
    low: sorted[0] ?? 0,
    high: sorted.at(-1) ?? 0,
    count: sorted.length,
  };
}

export const SEVERAL = 3;

function movement(before: Sample, now: Sample): Delta['moved'] {
  if (before.count < SEVERAL || now.count < SEVERAL) return undefined;
  if (now.low > before.high) return 'up';
  return now.high < before.low ? 'down' : undefined;
}
