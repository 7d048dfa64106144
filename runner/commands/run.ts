/** `rootlab run`: carries out scenarios, reports them, and ends with what they came to. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { reporters } from '../../reports/index.ts';
import { UserError } from '../../src/error.ts';
import { count } from '../../src/describe-text.ts';
import type { Event, Outcome } from '../../src/event.ts';
import { exitStatus, isBad, worstOutcome } from '../../src/outcome.ts';
import { neededBy, planEvent, types, type Job } from '../../src/plan.ts';
import { plannedTitle } from '../../src/step-text.ts';
import { openRun, requireRoot, type RunScope } from '../capsule/run-scope.ts';
import type { Command, Input } from '../command.ts';
import { aboutRun } from '../about.ts';
import { unmetNeed } from '../facts.ts';
import { repeatTable } from '../harness/repeat.ts';
import type { Machine } from '../machine.ts';
import { openShell } from '../interactive.ts';
import { lookUpHostValues } from '../host-values.ts';
import { markLatest, openRecorder } from '../record.ts';
import { runJobs } from '../run.ts';
import { maskSecrets } from '../secrets.ts';
import { jobOptions, selectJobs } from './selection.ts';
import { chooseReporters } from './choose-reporters.ts';
import { keepResult, openReporting } from './reporting.ts';

const when = ['on-failure', 'always', 'never'] as const;

export const run: Command = {
  summary: 'Run scenarios in throwaway machines, check what they show, and report it',
  usage: '[PATH|GLOB|JOB …] [OPTIONS]',
  description:
    'Without words, all scenarios below the current folder. A folder stands for the files in it; a job is named as\n' +
    '"rootlab list" prints it. Exit status: 0 nothing failed, 1 something failed, 2 bad input, 3 rootlab or the\n' +
    'computer could not do its part, 130 or 143 interrupted.',
  options: {
    ...jobOptions,
    jobs: {
      value: 'N',
      short: 'j',
      help: `how many at once (default: the number of cores, here ${availableParallelism()})`,
    },
    repeat: { value: 'N', help: 'run each job N times, as JOB,repeat=1 and so on; ends with a table' },
    from: { value: 'STEP', help: 'of one job: leave out the steps before this one' },
    until: { value: 'STEP', help: 'of one job: leave out the steps after this one' },
    strict: { help: 'a known issue that is gone fails its step' },
    'no-skip': { help: 'nothing may be skipped: unmet needs are errors, skipped steps fail the run' },
    'fail-fast': { help: 'begin no further job after one that did not pass' },
    keep: { value: 'WHEN', choices: when, help: 'keep the machines until Ctrl-C: on-failure or always' },
    shell: {
      value: 'WHEN',
      choices: when,
      help: 'open a shell in the machine before it goes: on-failure or always',
    },
    reporter: {
      value: 'NAME[=FILE]',
      multiple: true,
      help: `${Object.keys(reporters).join(', ')}; repeatable (default: console on a terminal, tap on a pipe, and html)`,
    },
    output: {
      value: 'DIR',
      help: 'where the log and the report go (default: reports/out beside rootlab.yaml, or here)',
    },
    'allow-host': { help: 'let scenarios with "machine: host" type on this very computer' },
    'timeout-scale': { value: 'N', help: 'multiply all time limits, on a slow computer (default: 1)' },
    'dry-run': { help: 'say what would run, and run nothing' },
  },
  examples: [
    ['rootlab run scenarios/nspawn', 'a folder'],
    ["rootlab run 'nspawn/echo@debian-12'", 'one job'],
    ['rootlab run --tag "boot and not slow"', 'by tags'],
    ['rootlab run --image debian-13 --shell on-failure', 'look at what failed'],
    ['rootlab run --rerun failed', 'once more what did not pass'],
  ],
  async execute(input) {
    const choices = chooseReporters(input);
    const parallel = readCount(input, 'jobs', availableParallelism());
    const scale = readCount(input, 'timeout-scale', 1);
    const shell = input.value('shell') ?? 'never';
    if (shell !== 'never' && !(process.stdin.isTTY && process.stdout.isTTY)) {
      throw new UserError('cannot open a shell: this is no terminal', {
        hint: 'use --keep=on-failure and enter the machine from a terminal',
      });
    }
    const selected = await selectJobs(input, run);
    const { images, home, allowHost, seed, shard, notes } = selected;
    for (const note of notes) process.stderr.write(`note: ${note}\n`);
    if (input.flag('dry-run')) return dryRun(selected.jobs);
    const { jobs, secrets } = lookUpHostValues(selected.jobs, selected.secrets);
    const masking = maskSecrets(secrets);
    requirePermission(jobs, allowHost || input.flag('allow-host'));

    if (jobs.some(({ machine }) => machine.kind === 'root')) requireRoot('make machines');

    await using scope = await openRun({ jobs: shell === 'never' ? parallel : 1 });
    const skipped: string[] = [];
    const listen = (event: Event): void => {
      kept.add(event);
      if (event.type === 'step-end' && event.outcome === 'skipped')
        skipped.push(`${event.job}#${event.step}`);
      reporting.listen(event);
    };
    const recorder = openRecorder(input.value('output') ?? join(home, 'reports', 'out'), listen, masking);
    const log = join(recorder.directory, 'events.jsonl');
    const kept = keepResult(log);
    const reporting = openReporting(choices, {
      directory: recorder.directory,
      logDirectory: recorder.directory,
      live: process.stdout.isTTY,
    });
    const began = performance.now();
    const { emit } = recorder;
    emit({ type: 'run-begin', ...aboutRun(jobs), seed, shard });
    emit(planEvent(jobs));
    const keeper = keepMachines(input, scope, reporting.pause);
    const bugs: unknown[] = [];
    const outcomes = await runJobs(jobs, {
      emit,
      signal: input.signal,
      scope,
      images,
      parallel: shell === 'never' ? parallel : 1,
      noSkip: input.flag('no-skip'),
      strict: input.flag('strict'),
      failFast: input.flag('fail-fast'),
      timeoutScale: scale,
      directory: recorder.directory,
      masking,
      unmet: needsOnce(input.signal),
      beforeEnd: keeper.beforeEnd,
    }).catch((bug: unknown) => {
      bugs.push(bug);
      return jobs.map((): Outcome => 'errored');
    });
    const forbidden = input.flag('no-skip') ? skipped : [];
    const status = finalStatus(outcomes, input.signal) || (forbidden.length > 0 ? 1 : 0);
    emit({
      type: 'run-end',
      outcome: worstOutcome(outcomes),
      exit: status,
      durationMs: performance.now() - began,
    });
    recorder.close();
    const faults = await reporting.finish(kept.result);
    for (const fault of faults) process.stderr.write(`error: ${fault}\n`);
    if (forbidden.length > 0)
      process.stderr.write(`error: skipped in spite of --no-skip: ${forbidden.join(', ')}\n`);
    if (input.value('repeat') !== undefined) process.stderr.write(repeatTable(jobs, outcomes));
    const unlinked = markLatest(recorder.directory);
    if (unlinked !== undefined) process.stderr.write(`note: ${unlinked}\n`);
    // What the others came to is told first.
    if (bugs.length > 0) throw bugs[0];
    await keeper.hold(input.signal);
    return faults.length > 0 && status === 0 ? 3 : status;
  },
};

/** Scenarios ask for the same few needs again and again. */
function needsOnce(signal: AbortSignal): (job: Job) => Promise<string | undefined> {
  const known = new Map<string, Promise<string | undefined>>();
  return async (job) => {
    const needs = neededBy(job);
    const key = JSON.stringify(needs.map(({ at: _at, ...need }) => need));
    const answer = known.get(key) ?? unmetNeed(needs, signal);
    known.set(key, answer);
    return answer;
  };
}

function readCount(input: Input, name: string, fallback: number): number {
  const text = input.value(name);
  if (text === undefined) return fallback;
  const count = Number(text);
  if (!(count > 0) || (name === 'jobs' && !Number.isInteger(count))) {
    throw new UserError(`"${text}" is no value of --${name}`, {
      hint: `write a number above 0: --${name}=2`,
    });
  }
  return count;
}

/** What types on this very computer must have been allowed to. */
function requirePermission(jobs: readonly Job[], allowed: boolean): void {
  const asking = jobs.filter((job) => job.machine.kind === 'host' && types(job));
  if (allowed || asking.length === 0) return;
  throw new UserError(
    `cannot run ${asking.map(({ name }) => `"${name}"`).join(', ')}: ${asking.length === 1 ? 'it types' : 'they type'} on this very computer`,
    {
      hint: 'read them, then allow it with --allow-host',
    },
  );
}

function dryRun(jobs: readonly Job[]): number {
  for (const { name, scenario } of jobs) {
    process.stdout.write(`${name}  ${scenario.title}\n`);
    for (const step of scenario.steps) process.stdout.write(`    ${plannedTitle(step)}\n`);
  }
  process.stdout.write(`${count(jobs.length, 'job')} would run\n`);
  return 0;
}

function finalStatus(outcomes: readonly Outcome[], signal: AbortSignal): number {
  const name: unknown = signal.reason;
  return exitStatus(outcomes, signal.aborted ? (name === 'SIGTERM' ? 'SIGTERM' : 'SIGINT') : undefined);
}

interface Keeper {
  beforeEnd(job: Job, machines: readonly Machine[], outcome: Outcome): Promise<boolean>;
  hold(signal: AbortSignal): Promise<void>;
}

/** Shells and kept machines: a person's look at what happened. */
function keepMachines(input: Input, scope: RunScope, pause: (paused: boolean) => void): Keeper {
  const kept: { job: Job; machines: readonly Machine[] }[] = [];
  const wanted = (name: string, outcome: Outcome): boolean => {
    const choice = input.value(name);
    return choice === 'always' || (choice === 'on-failure' && isBad(outcome));
  };
  scope.defer(async () => {
    for (const machine of kept.flatMap(({ machines }) => machines)) await machine[Symbol.asyncDispose]();
  });
  return {
    beforeEnd: async (job, machines, outcome) => {
      const [machine] = machines;
      if (machine !== undefined && wanted('shell', outcome)) {
        pause(true);
        process.stdout.write(
          `\n${job.name} is ${outcome}; this is a shell in its machine. "exit" ends it and the machine.\n`,
        );
        await openShell(machine.shellArgv());
        pause(false);
      }
      if (!wanted('keep', outcome) || job.machine.kind === 'host') return false;
      kept.push({ job, machines });
      return true;
    },
    hold: async (signal) => {
      if (kept.length === 0 || signal.aborted) return;
      process.stdout.write(
        `\nKept until Ctrl-C${process.stdin.isTTY ? ' or Enter' : ''}; a shell there, from another terminal:\n`,
      );
      for (const { job, machines } of kept)
        for (const machine of machines) {
          const on = machines.length === 1 ? '' : `, ${machine.name}`;
          process.stdout.write(`  ${job.name}${on}\n    ${machine.shellArgv().join(' ')}\n`);
        }
      await released(signal);
    },
  };
}

async function released(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (!process.stdin.isTTY) {
      // Nothing else holds the program: a signal must find it waiting.
      const held = setInterval(() => undefined, 1 << 30);
      signal.addEventListener('abort', () => clearInterval(held), { once: true });
      return;
    }
    const lines = createInterface({ input: process.stdin });
    const done = (): void => {
      lines.close();
      resolve();
    };
    lines.once('line', done);
    lines.once('SIGINT', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
