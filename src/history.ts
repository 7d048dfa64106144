/** What earlier runs came to, one line a run and job: written, kept within limits, and summed up for each job. */
import type { Outcome } from './event.ts';
import { repeatedJob } from './job-name.ts';
import { isBad, OUTCOMES } from './outcome.ts';
import type { RunResult } from './result.ts';

export interface HistoryLine {
  readonly v: 1;
  /** When the run began, in milliseconds since the epoch. */
  readonly t: number;
  /** The folder of the run. */
  readonly run: string;
  /** Its scenario and combination. */
  readonly job: string;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly bootMs?: number | undefined;
}

/** Jobs that did not run tell nothing. */
export function historyLines({ jobs, startedAt }: RunResult, run: string): readonly HistoryLine[] {
  return jobs
    .filter(({ outcome }) => outcome !== 'not-run' && outcome !== 'skipped')
    .map(({ job, outcome, durationMs, steps }) => ({
      v: 1,
      t: startedAt,
      run,
      job: repeatedJob(job),
      outcome,
      durationMs: Math.round(durationMs),
      bootMs: steps.flatMap(({ boots }) => boots).find(({ totalMs }) => totalMs > 0)?.totalMs,
    }));
}

/** Lines that are torn or of another version are left out: a history is no truth, and must stop no run. */
export function parseHistory(text: string): readonly HistoryLine[] {
  return text.split('\n').flatMap((line) => readLine(line) ?? []);
}

function readLine(line: string): HistoryLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const found: Readonly<Record<string, unknown>> = { ...value };
  const { v, t, run, job, durationMs, bootMs } = found;
  const outcome = OUTCOMES.find((one) => one === found['outcome']);
  if (v !== 1 || typeof t !== 'number' || typeof run !== 'string' || typeof job !== 'string')
    return undefined;
  if (outcome === undefined || typeof durationMs !== 'number') return undefined;
  return { v, t, run, job, outcome, durationMs, bootMs: typeof bootMs === 'number' ? bootMs : undefined };
}

/** How long each job took when it last ran. */
export function newestTimes(lines: readonly HistoryLine[]): ReadonlyMap<string, number> {
  return new Map(lines.map(({ job, durationMs }) => [job, durationMs]));
}

export interface HistoryLimits {
  readonly lines: number;
  readonly bytes: number;
}

/** The newest lines that fit; the same text where all do. */
export function capHistory(text: string, limits: HistoryLimits): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines.toReversed()) {
    bytes += new TextEncoder().encode(line).length + 1;
    if (kept.length >= limits.lines || bytes > limits.bytes) break;
    kept.push(`${line}\n`);
  }
  return kept.toReversed().join('');
}

export interface JobHistory {
  readonly job: string;
  /** The newest last. */
  readonly lines: readonly HistoryLine[];
  /** Those that passed on a retry, and failures between two passes. */
  readonly flakes: number;
  readonly boot?: BootTrend | undefined;
}
export interface BootTrend {
  readonly nowMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** Of which low and high are. */
  readonly runs: number;
}

const MOST_SHOWN = 20;

/** Of the jobs of one run, up to that run; those with nothing before it are left out. */
export function jobHistories(
  all: readonly HistoryLine[],
  { jobs, startedAt }: RunResult,
): readonly JobHistory[] {
  const names = new Set(jobs.map(({ job }) => repeatedJob(job)));
  return [...names].flatMap((job) => {
    const lines = all
      .filter((line) => line.job === job && line.t <= startedAt)
      .toSorted((a, b) => a.t - b.t)
      .slice(-MOST_SHOWN);
    return lines.length < 2 ? [] : [{ job, lines, flakes: flakesOf(lines), boot: trendOf(lines) }];
  });
}

function flakesOf(lines: readonly HistoryLine[]): number {
  return lines.filter(({ outcome }, index) => {
    const [before, after] = [lines[index - 1], lines[index + 1]];
    const isAlone =
      before !== undefined && after !== undefined && !isBad(before.outcome) && !isBad(after.outcome);
    return outcome === 'flaky' || (isBad(outcome) && isAlone);
  }).length;
}

function trendOf(lines: readonly HistoryLine[]): BootTrend | undefined {
  const boots = lines.flatMap(({ bootMs }) => bootMs ?? []);
  const now = boots.pop();
  if (now === undefined || boots.length === 0) return undefined;
  return { nowMs: now, lowMs: Math.min(...boots), highMs: Math.max(...boots), runs: boots.length };
}
