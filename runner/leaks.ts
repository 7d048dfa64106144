/** The step `leaks`: what a job that typed on this computer has left there, after `cleanup`; told where there is something to say. */
import { setTimeout as delay } from 'node:timers/promises';
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
import { types, type Job } from '../src/plan.ts';
import { leaksStep } from '../src/step-text.ts';
import { substitute } from '../src/substitute.ts';
import { ambientStep } from './ambient.ts';
import { readLeftProcess, snapshotHost } from './leak-snapshot.ts';
import type { Machine } from './machine.ts';

export interface LeakOptions {
  readonly before: readonly Thing[];
  readonly machine: Machine;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly variables: Variables;
  /** No other job types on this computer meanwhile. */
  readonly alone: boolean;
}

/** A job that only looks pays for nothing. */
export function seenBefore(job: Job): readonly Thing[] | undefined {
  const looks = job.machine.kind === 'host' && (types(job) || job.scenario.leaves !== undefined);
  return looks ? snapshotHost() : undefined;
}

/** What was told to end may take a moment. */
const graceMs = [20, 80, 300];
const askLimitMs = 2000;

export async function tellLeaks(job: Job, options: LeakOptions): Promise<Outcome> {
  const { before, machine, emit, signal, variables, alone } = options;
  const leaves = (job.scenario.leaves ?? []).map((leave) => ({
    ...leave,
    name: substitute(leave.name, variables).text,
  }));
  const fresh = [...(await leftProcesses(machine)), ...newThings(before, snapshotHost())];
  const words = jobWords(job, variables);
  let leaks: Leaks = sortLeaks(fresh, { leaves, words, alone });
  // What a command made up, `mktemp` say, is known to the shell alone.
  if (leaks.others.length > 0) {
    const known = await shellVariables(job, machine, signal);
    leaks = sortLeaks(fresh, { leaves, words: `${words}\n${known}`, alone });
  }
  const others = wordOthers(leaks.others);
  if (others !== undefined) emit({ type: 'note', job: job.name, text: others });
  if (leaks.left.length === 0 && job.scenario.leaves === undefined) return 'passed';
  const step = {
    job: job.name,
    step: leaksStep(leaves[0]?.at ?? job.machine.at),
    phase: 'leaks',
    command: 'compare this computer with what it was before',
    expected: `left behind: ${leakExpectation(leaves)}`,
    timeoutMs: askLimitMs,
    emit,
    signal,
  } as const;
  return ambientStep(step, () =>
    Promise.resolve({
      failures: leakFailures(leaks.left, leaves),
      notes: leaks.unused.map(wordUnusedLeave),
    }),
  );
}

async function leftProcesses(machine: Machine): Promise<readonly Thing[]> {
  const look = (): readonly Thing[] => (machine.left?.() ?? []).map(readLeftProcess);
  let found = look();
  for (const pause of graceMs) {
    if (found.length === 0) break;
    await delay(pause);
    found = look();
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

async function shellVariables(job: Job, machine: Machine, signal: AbortSignal): Promise<string> {
  const { prepare, steps, cleanup } = job.scenario;
  const names = new Set([...prepare, ...steps, ...cleanup].map(({ session }) => session));
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
