/** A step that no file writes out, told like any other: what is looked for, what was found. */
import { UserError } from '../src/error.ts';
import type { Emit, Failure, Outcome, PlannedStep } from '../src/event.ts';
import type { Phase } from '../src/result.ts';
import type { Usage } from './usage.ts';

export interface AmbientStep {
  readonly job: string;
  readonly step: PlannedStep;
  readonly phase: Phase;
  readonly command: string;
  readonly expected: string;
  readonly timeoutMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}
export interface Found {
  readonly failures: readonly Failure[];
  readonly notes: readonly string[];
}

/** What cannot be looked at for want of our own tools is `errored`. */
export async function ambientStep(ambient: AmbientStep, look: () => Promise<Found>): Promise<Outcome> {
  const { job, phase, command, expected, timeoutMs, emit, signal } = ambient;
  const { id: step, title, verb, place, on } = ambient.step;
  emit({ type: 'step-begin', job, step, title, verb, phase, command, expected, timeoutMs, place, on });
  const began = performance.now();
  const end = (outcome: Outcome, failures: readonly Failure[]): Outcome =>
    tellEnd(emit, { job, step, began }, outcome, failures);
  try {
    const { failures, notes } = await look();
    for (const text of notes) emit({ type: 'note', job, step, text });
    return end(failures.length > 0 ? 'failed' : 'passed', failures);
  } catch (error) {
    if (signal.aborted) return end('interrupted', []);
    if (!(error instanceof UserError)) throw error;
    const { message, hint, detail } = error;
    return end('errored', [{ kind: 'error', message, hint, detail }]);
  }
}

interface Ended {
  readonly job: string;
  readonly step: string;
  /** By the clock of `performance`. */
  readonly began: number;
  readonly used?: Usage | undefined;
}

/** Ends a step that is tried once and captures nothing. */
export function tellEnd(
  emit: Emit,
  { job, step, began, used }: Ended,
  outcome: Outcome,
  failures: readonly Failure[],
): Outcome {
  const durationMs = performance.now() - began;
  emit({ type: 'step-end', job, step, outcome, durationMs, ...used, tries: 1, failures });
  return outcome;
}
