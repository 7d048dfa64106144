/** One run of selected jobs: they are carried out, told to the log and the reporters, and come to a status. */
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../src/error.ts';
import type { Event, Outcome } from '../../src/event.ts';
import { historyLines, newestTimes, type HistoryLine } from '../../src/history.ts';
import { exitStatus, stepVerdicts, worstOutcome } from '../../src/outcome.ts';
import { computersOf, rootsOf, wordComputer } from '../../src/machines.ts';
import { neededBy, planEvent, typesOnHost, type Job } from '../../src/plan.ts';
import { aboutRun } from '../about.ts';
import { openRun, requireRoot } from '../capsule/run-scope.ts';
import { openCache } from '../cache.ts';
import type { Input } from '../command.ts';
import { unmetNeed } from '../facts.ts';
import { bisectStatus, cannotTell, orCannotTell, wordBisect } from '../harness/bisect.ts';
import { keepMachines } from '../harness/keep.ts';
import { repeatTable } from '../harness/repeat.ts';
import { requireStep, shellAt } from '../harness/shell-choice.ts';
import { addHistory, readHistory } from '../history.ts';
import { lookUpHostValues } from '../host-values.ts';
import { checkByMaking } from '../known-systemd.ts';
import { markLatest, openRecorder } from '../record.ts';
import { runJobs } from '../run.ts';
import { maskSecrets } from '../secrets.ts';
import type { ReporterChoice } from './reporter-choice.ts';
import { keepResult, openReporting } from './reporting.ts';
import type { Selected } from './selection.ts';

export interface Choices {
  readonly reporters: readonly ReporterChoice[];
  /** At once. */
  readonly parallel: number;
  readonly timeoutScale: number;
}

/** What is asked for, the configuration's defaults included. */
export interface Prepared {
  readonly input: Input;
  readonly choices: Choices;
  /** Options that a command which runs one job again needs. */
  readonly again: readonly string[];
}

export interface CarriedOut {
  readonly status: number;
  /** Of each job, in their order. */
  readonly outcomes: readonly Outcome[];
}

export async function carryOut(selected: Selected, { input, choices, again }: Prepared): Promise<CarriedOut> {
  const { images, home, seed, shard } = selected;
  const { jobs, secrets } = lookUpHostValues(selected.jobs, selected.secrets);
  const masking = maskSecrets(secrets);
  requireStep(shellAt(input.value('shell')), jobs);
  requirePermission(jobs, selected.allowHost || input.flag('allow-host'));

  if (jobs.some((job) => rootsOf(job).length > 0)) {
    requireRoot('make machines');
    openCache();
  }
  const unmet = needsOnce(input.signal, choices.timeoutScale);
  const bisect = input.flag('bisect');
  const isRight = await orCannotTell(bisect, async () =>
    checkByMaking(jobs, images, { signal: input.signal, unmet }),
  );
  if (isRight === undefined) return { status: cannotTell, outcomes: [] };

  await using scope = await openRun({ jobs: choices.parallel });
  const skipped: string[] = [];
  const verdicts = stepVerdicts();
  const listen = (event: Event): void => {
    kept.add(event);
    verdicts.add(event);
    if (event.type === 'step-end' && event.outcome === 'skipped') skipped.push(`${event.job}#${event.step}`);
    reporting.listen(event);
  };
  const recorder = openRecorder(input.value('output') ?? join(home, 'reports', 'out'), listen, masking);
  const log = join(recorder.directory, 'events.jsonl');
  // At once: a run is served while it goes on, and reported although it was killed.
  const unlinked = markLatest(recorder.directory);
  if (unlinked !== undefined) process.stderr.write(`note: ${unlinked}\n`);
  const kept = keepResult(log);
  const remembers = !input.flag('no-history');
  const history = (): readonly HistoryLine[] => readHistory(dirname(recorder.directory));
  const reporting = openReporting(choices.reporters, {
    directory: recorder.directory,
    logDirectory: recorder.directory,
    live: process.stdout.isTTY,
    history: remembers ? history : undefined,
  });
  // An order by chance is asked for to be had again.
  const mayReorder = remembers && seed === undefined && jobs.length > choices.parallel;
  const began = performance.now();
  const { emit } = recorder;
  emit({ type: 'run-begin', ...aboutRun(jobs), seed, shard });
  emit(planEvent(jobs, again));
  const keeper = keepMachines(input, scope, reporting.pause);
  const bugs: unknown[] = [];
  const outcomes = await runJobs(jobs, {
    emit,
    signal: input.signal,
    scope,
    images,
    parallel: choices.parallel,
    tookMs: mayReorder ? newestTimes(history()) : new Map(),
    noSkip: input.flag('no-skip'),
    strict: input.flag('strict'),
    checkpoints: input.flag('checkpoints'),
    failFast: input.flag('fail-fast'),
    timeoutScale: choices.timeoutScale,
    directory: recorder.directory,
    masking,
    unmet,
    beforeEnd: keeper.beforeEnd,
    atStep: keeper.atStep,
  }).catch((bug: unknown) => {
    bugs.push(bug);
    return jobs.map((): Outcome => 'errored');
  });
  const forbidden = input.flag('no-skip') ? skipped : [];
  const verdict = finalStatus([...outcomes, ...verdicts.all], input.signal);
  const usual = bisect ? bisectStatus(verdict, outcomes) : verdict;
  const status = usual === 0 && forbidden.length > 0 ? (bisect ? cannotTell : 1) : usual;
  emit({
    type: 'run-end',
    outcome: worstOutcome(outcomes),
    exit: status,
    durationMs: performance.now() - began,
  });
  recorder.close();
  if (remembers) {
    const lines = historyLines(await kept.result(), basename(recorder.directory));
    const fault = await addHistory(dirname(recorder.directory), lines);
    if (fault !== undefined) process.stderr.write(`note: ${fault}\n`);
  }
  const faults = await reporting.finish(kept.result);
  for (const fault of faults) process.stderr.write(`error: ${fault}\n`);
  if (forbidden.length > 0)
    process.stderr.write(`error: skipped in spite of --no-skip: ${forbidden.join(', ')}\n`);
  if (input.value('repeat') !== undefined) process.stderr.write(repeatTable(jobs, outcomes));
  // What the others came to is told first.
  if (bugs.length > 0) throw bugs[0];
  await keeper.hold(input.signal);
  if (bisect) process.stderr.write(wordBisect(status));
  return { status: faults.length > 0 && status === 0 && !bisect ? 3 : status, outcomes };
}

/** Scenarios ask for the same few needs again and again. */
function needsOnce(signal: AbortSignal, scale: number): (job: Job) => Promise<string | undefined> {
  const known = new Map<string, Promise<string | undefined>>();
  return async (job) => {
    const needs = neededBy(job);
    const key = JSON.stringify(needs.map(({ at: _at, ...need }) => need));
    const answer = known.get(key) ?? unmetNeed(needs, signal, scale);
    known.set(key, answer);
    return answer;
  };
}

/** What types on this very computer must have been allowed to. */
function requirePermission(jobs: readonly Job[], allowed: boolean): void {
  const asking = jobs.filter(typesOnHost);
  if (allowed || asking.length === 0) return;
  const one = asking.length === 1;
  const where = new Set(asking.flatMap(computersOf).map(wordComputer));
  throw new UserError(
    `cannot run ${asking.map(({ name }) => `"${name}"`).join(', ')}: ${one ? 'it types' : 'they type'} on ${[...where].join(' and ')}`,
    {
      hint: `read ${one ? 'it' : 'them'}, then allow that with --allow-host, or with allow-host: true in rootlab.yaml`,
    },
  );
}

function finalStatus(outcomes: readonly Outcome[], signal: AbortSignal): number {
  const name: unknown = signal.reason;
  return exitStatus(outcomes, signal.aborted ? (name === 'SIGTERM' ? 'SIGTERM' : 'SIGINT') : undefined);
}
