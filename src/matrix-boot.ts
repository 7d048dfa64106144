/** How long the machines of each combination booted, and which units took longer in one than in another. */
import { bootsOf, sampleOf } from './compare-measures.ts';
import { LEAST_MS, unitTimes } from './compare-units.ts';
import { combinationOf } from './job-name.ts';
import type { MatrixColumn } from './matrix.ts';
import type { RunResult } from './result.ts';

export interface BootRow {
  /** `boot` for the whole, else a unit. */
  readonly name: string;
  /** The median, by column; undefined where it is not there. */
  readonly tookMs: readonly (number | undefined)[];
}
export interface BootTable {
  readonly rows: readonly BootRow[];
  /** How many boots stand behind the numbers of each column. */
  readonly counts: readonly number[];
  /** The whole versions of systemd that booted, by column: two builds may have one number. */
  readonly versions: readonly string[];
}

const MOST_UNITS = 10;

/** Nothing where fewer than two combinations booted. */
export function bootTable(
  columns: readonly MatrixColumn[],
  { jobs }: Pick<RunResult, 'jobs'>,
): BootTable | undefined {
  const boots = columns.map(({ name }) => {
    const own = jobs.filter((job) => combinationOf(job) === name).flatMap(bootsOf);
    return own.filter((one) => one.name === 'boot').map(({ boot }) => boot);
  });
  const counts = boots.map(({ length }) => length);
  if (counts.filter((count) => count > 0).length < 2) return undefined;
  const times = boots.map(unitTimes);
  const units = [...new Set(times.flatMap((own) => [...own.keys()]))]
    .map((name): BootRow => ({ name, tookMs: times.map((own) => median(own.get(name) ?? [])) }))
    .filter((row) => rangeMs(row, counts) >= LEAST_MS)
    .toSorted((a, b) => rangeMs(b, counts) - rangeMs(a, counts))
    .slice(0, MOST_UNITS);
  const versions = boots.map((own) => [...new Set(own.map((boot) => boot.systemdVersion))].join(', '));
  const whole = boots.map((own) => median(own.map(({ totalMs }) => totalMs)));
  return { rows: [{ name: 'boot', tookMs: whole }, ...units], counts, versions };
}

function median(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : sampleOf(values).median;
}

/** A unit that one of the boots lacks took no time there; a column without boots says nothing. */
function rangeMs({ tookMs }: BootRow, counts: readonly number[]): number {
  const known = tookMs.filter((_, column) => counts[column] !== 0).map((value) => value ?? 0);
  return Math.max(...known) - Math.min(...known);
}
