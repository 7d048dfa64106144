/** The boots of a job's machines, each a step of its own, all at once. */
import type { Failure, Outcome } from '../src/event.ts';
import { bootId, machinesOf, nameAmong } from '../src/machines.ts';
import type { Job } from '../src/plan.ts';
import type { MachineSpec, MemberSpec } from '../src/scenario.ts';
import { tellEnd } from './ambient.ts';
import { startLimitMs } from './backends/ssh/connection.ts';
import type { JobOptions } from './job.ts';
import type { Machine } from './machine.ts';
import type { Usage } from './usage.ts';

export interface Booted {
  readonly outcomes: readonly Outcome[];
  /** By their names, those that came up. */
  readonly machines: ReadonlyMap<string, Machine>;
}

/** What came up is the caller's to end, also where another did not. Throws a bug of ours, once none is left. */
export async function bootMachines(job: Job, options: JobOptions, signal: AbortSignal): Promise<Booted> {
  const specs = machinesOf(job);
  const ends = await Promise.allSettled(specs.map(async (spec) => bootMachine(spec, job, options, signal)));
  const machines = new Map<string, Machine>();
  const outcomes: Outcome[] = [];
  for (const [index, end] of ends.entries()) {
    if (end.status === 'rejected') continue;
    outcomes.push(end.value.outcome);
    const { name } = specs[index] ?? job.machine;
    if (end.value.machine !== undefined) machines.set(name, end.value.machine);
  }
  for (const spec of specs) {
    const facts = machines.get(spec.name)?.facts;
    if (facts !== undefined)
      options.emit({ type: 'machine', job: job.name, on: nameAmong(spec, job), facts });
  }
  const bug = ends.find((end) => end.status === 'rejected');
  if (bug !== undefined) {
    options.leave([...machines.values()]);
    throw bug.reason;
  }
  return { outcomes, machines };
}

function beginning(
  spec: MemberSpec,
  scale: number,
): {
  title: string;
  command: string;
  expected?: string;
  timeoutMs: number;
} {
  if (spec.kind === 'ssh')
    return { title: 'Connect to the computer', command: `ssh ${spec.ssh}`, timeoutMs: startLimitMs * scale };
  const { image, init } = spec;
  const timeoutMs = spec.bootTimeoutMs * scale;
  return init
    ? { title: 'Boot the machine', command: `boot ${image}`, expected: 'running or degraded', timeoutMs }
    : { title: 'Make the root', command: `start ${image}`, timeoutMs };
}

/** This very computer is there already. */
async function bootMachine(
  spec: MachineSpec,
  job: Job,
  { emit, start, timeoutScale }: JobOptions,
  signal: AbortSignal,
): Promise<{ outcome: Outcome; machine?: Machine }> {
  const began = performance.now();
  const isHost = spec.kind === 'host';
  const step = bootId(spec, job);
  const on = nameAmong(spec, job);
  if (!isHost) {
    emit({
      type: 'step-begin',
      job: job.name,
      step,
      ...beginning(spec, timeoutScale),
      verb: 'boot-machine',
      phase: 'boot',
      place: spec.at,
      on,
    });
  }
  const end = (outcome: Outcome, failures: readonly Failure[], used?: Usage): Outcome =>
    isHost && outcome === 'passed'
      ? outcome
      : tellEnd(emit, { job: job.name, step, began, used }, outcome, failures);
  const decoder = new TextDecoder();
  const onConsole = (chunk: Uint8Array): void => {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') emit({ type: 'output', job: job.name, step, fd: 'console', text });
  };
  try {
    const started = await start(spec, onConsole, signal);
    if (!started.ok)
      return { outcome: end(started.failure.kind === 'boot' ? 'failed' : 'errored', [started.failure]) };
    if (started.state === 'degraded')
      emit({
        type: 'note',
        job: job.name,
        step,
        text: `the machine is degraded: ${started.failedUnits?.trim() ?? ''}`,
      });
    end('passed', [], started.machine.usage?.());
    return { outcome: 'passed', machine: started.machine };
  } catch (error) {
    if (signal.aborted) return { outcome: end('interrupted', []) };
    throw error;
  }
}
