/** Keeps a checkpoint after a step, and tells what it came to; that it could not be kept fails no job. */
import { formatDuration, formatSize } from '../src/quantity.ts';
import { UserError } from '../src/error.ts';
import type { Emit } from '../src/event.ts';
import type { Variables } from '../src/judge.ts';
import type { Step } from '../src/scenario.ts';
import type { JobCheckpoints } from './checkpoints.ts';
import type { Machine } from './machine.ts';

export async function keepCheckpoint(
  step: Step,
  captures: Variables,
  job: { readonly name: string },
  machine: Machine,
  { emit, checkpoints }: { readonly emit: Emit; readonly checkpoints?: JobCheckpoints | undefined },
  signal: AbortSignal,
): Promise<void> {
  if (checkpoints === undefined || machine.save === undefined) return;
  const { save } = machine;
  const began = performance.now();
  const told = (text: string): void => emit({ type: 'note', job: job.name, step: step.id, text });
  try {
    const sizeBytes = await checkpoints.keep(step.id, captures, async (file) => save(file, signal));
    told(`checkpoint kept: ${formatSize(sizeBytes)} in ${formatDuration(performance.now() - began)}`);
  } catch (error) {
    if (signal.aborted) return;
    told(`no checkpoint: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof UserError) && !isSystemError(error)) throw error;
  }
}

/** A full disk, say. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error;
}
