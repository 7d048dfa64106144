/** How the boot times and measures of two runs moved, with their spread where there are several of each. */
import { repeatedJob } from './job-name.ts';
import type { AttemptResult, RunResult } from './result.ts';

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
    const [old, fresh] = [sampleOf(known.values), sampleOf(values)];
    return [{ job, name, unit, before: old, now: fresh, moved: movement(old, fresh) }];
  });
  return deltas.toSorted(
    (a, b) => Number(b.moved !== undefined) - Number(a.moved !== undefined) || share(b) - share(a),
  );
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
  return steps.flatMap(({ id, boots, measures }) => [
    // A machine's own boot is told as a measure too.
    ...(measures.some(({ name }) => name === 'boot') ? [] : boots).map(({ totalMs }, index) => ({
      name: (id === 'boot' ? 'boot' : `boot in ${id}`) + (index === 0 ? '' : ` ${index + 1}`),
      unit: 'ms',
      value: totalMs,
    })),
    ...measures,
  ]);
}

function sampleOf(values: readonly number[]): Sample {
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

const SEVERAL = 3;

function movement(before: Sample, now: Sample): Delta['moved'] {
  if (before.count < SEVERAL || now.count < SEVERAL) return undefined;
  if (now.low > before.high) return 'up';
  return now.high < before.low ? 'down' : undefined;
}
