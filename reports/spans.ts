/** What of a run took time, on the clock of the run: the goes at a job, their steps, the units of the boots. */
import type { AttemptResult, JobResult, StepResult } from '../src/result.ts';

export interface Span {
  /** Milliseconds since the run began. */
  readonly fromMs: number;
  readonly toMs: number;
}
export interface StepSpan extends Span {
  readonly step: StepResult;
  readonly units: readonly UnitSpan[];
}
export interface UnitSpan extends Span {
  readonly name: string;
  readonly activeState: string;
  readonly systemdVersion: string;
}
export interface AttemptSpan extends Span {
  readonly attempt: AttemptResult;
  readonly steps: readonly StepSpan[];
}

/** What never began is not there. */
export function attemptSpans(job: JobResult): readonly AttemptSpan[] {
  return [...job.earlier, job].flatMap((attempt) => {
    const { beganMs } = attempt;
    if (beganMs === undefined) return [];
    const steps = attempt.steps.flatMap(stepSpans);
    const toMs = steps.reduce((latest, step) => Math.max(latest, step.toMs), beganMs + attempt.durationMs);
    return [{ attempt, fromMs: beganMs, toMs, steps }];
  });
}

function stepSpans(step: StepResult): readonly StepSpan[] {
  const { beganMs, durationMs } = step;
  if (beganMs === undefined) return [];
  const toMs = beganMs + durationMs;
  return [{ step, fromMs: beganMs, toMs, units: unitSpans(step, beganMs, toMs) }];
}

/** A boot counts from the start of its userspace, which no event tells: it is taken to have ended with its step. */
function unitSpans({ boots }: StepResult, fromMs: number, toMs: number): readonly UnitSpan[] {
  return boots.flatMap(({ systemdVersion, totalMs, units }) => {
    const start = Math.max(fromMs, toMs - totalMs);
    return units.map(({ name, activeState, activatingMs, activatedMs }) => ({
      name,
      activeState,
      systemdVersion,
      fromMs: start + activatingMs,
      toMs: start + Math.max(activatingMs, activatedMs),
    }));
  });
}

/** The first row of a chart where each has room, in the order given back: by their beginning. */
export function rows<T extends Span>(spans: readonly T[]): readonly (readonly [T, number])[] {
  const ends: number[] = [];
  return spans
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map((span) => {
      const free = ends.findIndex((end) => end <= span.fromMs);
      const row = free < 0 ? ends.length : free;
      ends[row] = span.toMs;
      return [span, row];
    });
}
