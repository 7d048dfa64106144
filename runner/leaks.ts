/** The step `leaks`: what a job that typed on a computer that outlives it has left there, after `cleanup`; told where there is something to say. */
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../src/error.ts';
import type { Emit, Outcome } from '../src/event.ts';
import {
  leakExpectation,
  leakFailures,
  newThings,
  sortLeaks,
  wordOthers,
  wordUnusedLeave,
  type Leaks,
  type Thing,
} from '../src/leaks.ts';
import type { Variables } from '../src/judge.ts';
import { computersOf, nameAmong, wordComputer } from '../src/machines.ts';
import { types, type Job } from '../src/plan.ts';
import type { HostSpec, Leave, SshSpec } from '../src/scenario.ts';
import { leaksStep } from '../src/step-text.ts';
import { substitute } from '../src/substitute.ts';
import { ambientStep } from './ambient.ts';
import type { Machine, Traces } from './machine.ts';

export interface LeakOptions {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly variables: Variables;
  /** No other job types on this computer meanwhile. */
  readonly alone: boolean;
}

/** One of the computers that outlive a job, as it was before. */
export interface SeenBefore {
  readonly spec: HostSpec | SshSpec;
  readonly machine: Machine;
  readonly before: readonly Thing[];
}

/** A job that only looks pays for nothing; a computer that tells nothing, its first step tells of. */
export async function seenBefore(
  job: Job,
  machineOf: (name: string) => Machine,
  signal: AbortSignal,
): Promise<readonly SeenBefore[]> {
  const { leaves } = job.scenario;
  const looked = computersOf(job)
    .filter((spec) => leaves !== undefined || types(job, nameAmong(spec, job)))
    .map(async (spec): Promise<SeenBefore | undefined> => {
      const machine = machineOf(spec.name);
      const before = await machine.traces?.things(signal);
      return before && { spec, machine, before };
    });
  const ends = await Promise.allSettled(looked);
  return ends.flatMap((end) => (end.status === 'fulfilled' && end.value !== undefined ? [end.value] : []));
}

/** What was told to end may take a moment. */
const graceMs = [20, 80, 300];
const askLimitMs = 2000;

export async function tellLeaks(job: Job, seen: SeenBefore, options: LeakOptions): Promise<Outcome> {
  const { emit, signal, variables } = options;
  const { spec } = seen;
  const leaves = (job.scenario.leaves ?? []).map((leave) => ({
    ...leave,
    name: substitute(leave.name, variables).text,
  }));
  const where = wordComputer(spec);
  const step = {
    job: job.name,
    step: leaksStep(leaves[0]?.at ?? spec.at, nameAmong(spec, job)),
    phase: 'leaks',
    command: `compare ${where} with what it was before`,
    expected: `left behind: ${leakExpectation(leaves)}`,
    timeoutMs: askLimitMs,
    emit,
    signal,
  } as const;
  const leaks = await findLeaks(job, seen, { ...options, leaves }).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  if (leaks instanceof UserError) return ambientStep(step, () => Promise.reject(leaks));
  const others = wordOthers(leaks.others, where);
  if (others !== undefined) emit({ type: 'note', job: job.name, text: others });
  if (leaks.left.length === 0 && job.scenario.leaves === undefined) return 'passed';
  return ambientStep(step, () =>
    Promise.resolve({
      failures: leakFailures(leaks.left, leaves),
      notes: leaks.unused.map(wordUnusedLeave),
    }),
  );
}

async function findLeaks(
  job: Job,
  { machine, before, spec }: SeenBefore,
  { leaves, signal, variables, alone }: LeakOptions & { readonly leaves: readonly Leave[] },
): Promise<Leaks> {
  const { traces } = machine;
  if (traces === undefined) throw new TypeError(`${machine.name} was looked at before`);
  const processes = await leftProcesses(traces, signal);
  const fresh = [...processes, ...newThings(before, await traces.things(signal))];
  // Most jobs leave nothing: then there is nothing to look for in their texts.
  const words = fresh.length === 0 ? '' : jobWords(job, variables);
  const leaks = sortLeaks(fresh, { leaves, words, alone });
  if (leaks.others.length === 0) return leaks;
  // What a command made up, `mktemp` say, is known to the shell alone.
  const known = await shellVariables(job, machine, nameAmong(spec, job), signal);
  return sortLeaks(fresh, { leaves, words: `${words}\n${known}`, alone });
}

async function leftProcesses(traces: Traces, signal: AbortSignal): Promise<readonly Thing[]> {
  let found = await traces.processes(signal);
  for (const pause of graceMs) {
    if (found.length === 0) break;
    await delay(pause);
    found = await traces.processes(signal);
  }
  return found;
}

/** All texts of its steps and all values it knows. */
function jobWords({ scenario }: Job, variables: Variables): string {
  const { prepare, steps, cleanup, onFailure } = scenario;
  return textsOf([prepare, steps, cleanup, onFailure, variables]).join('\n');
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

async function shellVariables(
  job: Job,
  machine: Machine,
  on: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const { prepare, steps, cleanup } = job.scenario;
  const typed = [...prepare, ...steps, ...cleanup].filter((step) => step.on === on);
  const names = new Set(typed.map(({ session }) => session));
  const options = { signal, timeoutMs: askLimitMs, outputLimitBytes: 1024 ** 2 };
  const texts = [...names].map(async (name) => {
    const session = await machine.session(name, signal);
    const { stdout } = await session.run('builtin set', options);
    return Buffer.from(stdout.bytes).toString();
  });
  // A shell that is gone or hangs has nothing to say.
  const ends = await Promise.allSettled(texts);
  return ends.map((end) => (end.status === 'fulfilled' ? end.value : '')).join('\n');
}
