/** The step `watch`: after the steps, and before `cleanup`, so that what that does is no finding. */
import type { Emit, Outcome } from '../src/event.ts';
import type { Variables } from '../src/judge.ts';
import type { Job } from '../src/plan.ts';
import { nameAmong, watchedOf } from '../src/machines.ts';
import type { MachineSpec, Watch } from '../src/scenario.ts';
import { watchCommand, watchStep } from '../src/step-text.ts';
import { judgeWatch, watchExpectation } from '../src/watch.ts';
import { ambientStep } from './ambient.ts';
import { checkSession } from './checks.ts';
import type { Machine } from './machine.ts';
import { lookAtMachine } from './watch-machine.ts';

export interface WatchOptions {
  readonly machine: Machine;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly variables: Variables;
  readonly timeoutScale: number;
  /** When the job began. */
  readonly sinceMs: number;
}

/** For each of the tools that are asked. */
const toolTimeoutMs = 10_000;

export interface Watched {
  readonly spec: MachineSpec;
  readonly outcome: Outcome;
}

/** All its machines that have an init. */
export async function watchMachines(
  job: Job,
  machineOf: (name: string) => Machine,
  options: Omit<WatchOptions, 'machine'>,
): Promise<readonly Watched[]> {
  const { watch } = job.scenario;
  if (watch === undefined) return [];
  return Promise.all(
    watchedOf(job).map(async (spec) => ({
      spec,
      outcome: await watchMachine(job, watch, spec, { ...options, machine: machineOf(spec.name) }),
    })),
  );
}

async function watchMachine(
  job: Job,
  watch: Watch,
  spec: MachineSpec,
  options: WatchOptions,
): Promise<Outcome> {
  const { machine, emit, signal, variables, sinceMs } = options;
  const timeoutMs = toolTimeoutMs * options.timeoutScale;
  const step = {
    job: job.name,
    step: watchStep(watch, nameAmong(spec, job)),
    phase: 'steps',
    command: watchCommand(watch),
    expected: watchExpectation(watch),
    timeoutMs,
    emit,
    signal,
  } as const;
  return ambientStep(step, async () => {
    const session = await machine.session(checkSession, signal);
    const seen = await lookAtMachine(watch, {
      session,
      sinceMs: sinceMs + (machine.aheadMs ?? 0),
      toolTimeoutMs: timeoutMs,
      signal,
    });
    return judgeWatch(watch, seen, variables);
  });
}
