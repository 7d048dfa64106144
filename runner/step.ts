/** One step from begin to end: its conditions, its tries, its checks, its events. */
import { stepCommand, stepExpectation, stepLesson, stepQuestion, stepTitle } from '../src/step-text.ts';
import type { Emit, Failure, Outcome } from '../src/event.ts';
import { conditionsHold, resolveConditions } from '../src/conditions.ts';
import { readMeasure } from '../src/measure.ts';
import { isBad, isFailure, outcomeIn } from '../src/outcome.ts';
import { applying, budgetFailures, exceptionFor, settle, wordTry } from '../src/tolerance.ts';
import { seenOn, type Variables } from '../src/judge.ts';
import type { Phase } from '../src/result.ts';
import type { Step } from '../src/scenario.ts';
import type { CheckRound } from './checks.ts';
import { checkOutcome, failedAttempt, orOverdue, verdict } from './verdict.ts';
import { unitsOf } from './failed-units.ts';
import { logOutput } from './output.ts';
import { pauses, rest } from './pauses.ts';
import { usedSince, type Begun, type Usage } from './usage.ts';
import { execute, type Attempt, type StepContext } from './steps.ts';

export interface StepScope {
  readonly job: string;
  readonly phase: Phase;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly timeoutScale: number;
  /** The limit of the job, once it is over. */
  overdueMs(): number | undefined;
  /** Facts of the machine, for `when`. */
  readonly facts: Readonly<Record<string, string | undefined>>;
  readonly variables: Variables;
  /** Of its machine, now. */
  usage(): Usage | undefined;
  /** Why it need not be done: what it did is there. */
  readonly restored?: string | undefined;
  /** A known issue that did not show is a failure. */
  readonly strict?: boolean | undefined;
  /** Everything of StepContext but what belongs to one try. */
  context(
    begunAtMs: number,
    variables: Variables,
  ): Omit<StepContext, 'signal' | 'timeoutMs' | 'variables' | 'live' | 'facts'>;
  keepArtifact(step: string, path: string): Promise<void>;
  /** A background step that goes on: its outcome comes later. */
  follow(running: { readonly ended: Promise<Outcome>; stop(): void }): void;
}

export interface StepEnd {
  readonly outcome: Outcome;
  readonly captures: Variables;
  /** What it speaks of, where it went wrong. */
  readonly units?: readonly string[];
}

/** What a step's verb and checks came to, after the last try. */
interface Tried {
  readonly attempt: Attempt;
  readonly tries: number;
  readonly failures: readonly Failure[];
  readonly rounds: readonly CheckRound[];
  readonly outcome: Outcome;
}

export async function runStep(written: Step, scope: StepScope): Promise<StepEnd> {
  const step = resolveConditions(written, scope.variables);
  const { emit, job } = scope;
  const timeoutMs = step.timeoutMs * scope.timeoutScale;
  emit({
    type: 'step-begin',
    job,
    step: step.id,
    title: stepTitle(step),
    verb: step.verb,
    phase: scope.phase,
    command: stepCommand(step),
    say: step.say,
    ask: stepQuestion(step),
    learn: stepLesson(step),
    expected: stepExpectation(step.except.length === 0 ? step : asExcepted(step, scope.facts)),
    timeoutMs,
    place: step.at,
    on: step.on,
  });
  const begun: Begun = { usage: scope.usage(), atMs: performance.now() };
  const end = (outcome: Outcome, tries: number, more: Partial<StepEndFields> = {}): StepEnd =>
    endStep(step, scope, { ...more, outcome, tries, begun });

  if (scope.restored !== undefined) return end('skipped', 0, { reason: scope.restored });
  const unmet = step.when.length === 0 ? undefined : conditionsHold(step.when, scope.facts);
  if (unmet !== undefined)
    return end('skipped', 0, { reason: step.because === undefined ? unmet : `${step.because} (${unmet})` });

  const tried = await tryAgain(step, scope, timeoutMs);
  const { attempt } = tried;
  for (const round of tried.rounds)
    for (const { name, ok, expected, actual } of round.results)
      emit({ type: 'check', job, step: step.id, name, ok, expected, actual });
  for (const text of attempt.notes) emit({ type: 'note', job, step: step.id, text });

  if (attempt.running !== undefined && tried.outcome !== 'passed') {
    // What was to hold beside it does not: it ends here, and the step with it.
    attempt.running.stop();
    const last = await attempt.running.ended.catch((error: unknown) => failedAttempt(error, scope.signal));
    logOutput(emit, job, step.id, Math.floor(step.outputLimitBytes / 2)).end(last.collected ?? {});
    const failures = [...tried.failures, ...last.failures];
    return end(tried.outcome, tried.tries, { failures, captures: attempt.captures });
  }
  if (attempt.running !== undefined) {
    scope.follow({
      ended: backgroundEnd(attempt.running.ended, step, scope, begun),
      stop: attempt.running.stop,
    });
    return { outcome: tried.outcome, captures: attempt.captures };
  }
  if (attempt.beside !== undefined) {
    const { ended, stop } = attempt.beside;
    const tell = ({ notes }: Attempt): void => notes.forEach((text) => emit({ type: 'note', job, text }));
    scope.follow({ ended: ended.then(tell, () => undefined).then(() => 'passed'), stop });
  }
  for (const path of step.artifacts) if (!scope.signal.aborted) await scope.keepArtifact(step.id, path);
  const captures = attempt.captures;
  for (const [name, text] of Object.entries(step.measure)) {
    const measure = readMeasure(text, { ...scope.variables, ...captures });
    if (measure !== undefined) emit({ type: 'measure', job, step: step.id, name, ...measure });
  }
  const ended = end(tried.outcome, tried.tries, {
    failures: tried.failures,
    reason: reasonOf(step, scope, tried.outcome),
    captures,
    exit: attempt.exit,
    signal: attempt.signal,
  });
  return isBad(ended.outcome) ? { ...ended, units: unitsOf(tried.failures, attempt.collected) } : ended;
}

interface StepEndFields {
  readonly captures: Variables;
  readonly failures: readonly Failure[];
  readonly reason: string | undefined;
  readonly exit: number | undefined;
  readonly signal: string | undefined;
}

/** With `retry` once more after a failure, and each failed try told; a pass after one is `flaky`. */
async function tryAgain(step: Step, scope: StepScope, timeoutMs: number): Promise<Tried> {
  const most = 1 + (step.retry?.times ?? 0);
  for (let number = 1; ; number += 1) {
    const tried = await tryUntil(step, scope, timeoutMs);
    if (step.retry === undefined) return tried;
    const outcome = tried.outcome === 'passed' && number > 1 ? 'flaky' : tried.outcome;
    if (!isFailure(outcome) || number === most || scope.signal.aborted)
      return { ...tried, outcome, tries: number };
    const text = wordTry(number, most, outcomeIn(scope.phase, outcome), tried.failures);
    scope.emit({ type: 'note', job: scope.job, step: step.id, text });
    tried.attempt.beside?.stop();
    await tried.attempt.beside?.ended.catch(() => undefined);
  }
}

/** Known issues have the last word on what a step came to. */
function endStep(
  step: Step,
  scope: StepScope,
  more: Partial<StepEndFields> & { outcome: Outcome; tries: number; begun: Begun },
): StepEnd {
  const { emit, job, strict } = scope;
  const { begun, tries, exit, signal, captures = {}, failures = [] } = more;
  let { outcome, reason } = more;
  if (step.knownIssues.length > 0) {
    const today = new Date().toISOString().slice(0, 10);
    const settled = settle(outcome, step.knownIssues, scope.facts, { today, strict });
    for (const text of settled.notes) emit({ type: 'note', job, step: step.id, text });
    outcome = settled.outcome;
    reason = settled.reason ?? reason;
  }
  const judged = orOverdue(outcome, seenOn(scope.facts['backend'], failures), scope.overdueMs());
  const ended = { ...judged, outcome: outcomeIn(scope.phase, judged.outcome) };
  // Written out: a step of nothing costs little more than what is done with its few fields.
  emit({
    type: 'step-end',
    job,
    step: step.id,
    ...ended,
    ...usedSince(begun, scope.usage()),
    tries,
    captures,
    reason,
    exit,
    signal,
  });
  return { outcome: ended.outcome, captures };
}

/** Why a step passed differently: because of an exception, or after further tries. */
function reasonOf(step: Step, { facts }: StepScope, outcome: Outcome): string | undefined {
  if (outcome === 'flaky') return step.retry?.because;
  if (outcome !== 'passed' || step.except.length === 0) return undefined;
  const exception = exceptionFor(step.except, facts);
  return exception === undefined ? undefined : `differs: ${exception.because}`;
}

/** As it is expected here; that two exceptions apply is told when the step is judged. */
function asExcepted(step: Step, facts: StepScope['facts']): Step {
  const [only, second] = applying(step.except, facts);
  return only === undefined || second !== undefined ? step : { ...step, expect: only.expect };
}

/** The verb until it holds, then the checks until they hold, both within the same time. */
async function tryUntil(step: Step, scope: StepScope, timeoutMs: number): Promise<Tried> {
  const begunAtMs = Date.now();
  const within = step.withinMs === undefined ? 0 : step.withinMs * scope.timeoutScale;
  const deadline = performance.now() + within;
  const live = logOutput(scope.emit, scope.job, step.id, Math.floor(step.outputLimitBytes / 2));
  const repeats = within > 0;
  const context: StepContext = {
    ...scope.context(begunAtMs, scope.variables),
    signal: scope.signal,
    timeoutMs,
    variables: scope.variables,
    live: repeats ? undefined : live,
    facts: scope.facts,
  };
  let attempt: Attempt;
  let tries = 0;
  for (const pause of pauses()) {
    tries += 1;
    attempt = await attemptOnce(step, context);
    // A try that took too long is a failed one.
    const held = attempt.failures.length === 0 && attempt.ended === undefined;
    const done = held || attempt.ended === 'interrupted' || attempt.over !== undefined;
    if (done || !(await rest(pause, deadline, scope.signal))) break;
  }
  attempt = attempt!;
  live.end(attempt.collected ?? {});

  const rounds = attempt.round === undefined ? [] : [attempt.round];
  if (attempt.failures.length > 0 || attempt.ended !== undefined) {
    return { ...verdict(step, attempt, timeoutMs, within), attempt, tries, rounds };
  }
  const budgets = (captures: Variables): readonly Failure[] =>
    attempt.running === undefined ? budgetFailures(step, { ...scope.variables, ...captures }) : [];
  if (step.check.length === 0) {
    const over = budgets(attempt.captures);
    return { attempt, tries, rounds, failures: over, outcome: over.length > 0 ? 'failed' : 'passed' };
  }

  const current = scope.context(begunAtMs, { ...scope.variables, ...attempt.captures });
  let round: CheckRound;
  for (const pause of pauses()) {
    round = await checkOnce(step, current, scope.signal);
    if (round.failures.length === 0 || round.over !== undefined) break;
    if (!(await rest(pause, deadline, scope.signal))) break;
    tries += 1;
  }
  const captures = { ...attempt.captures, ...round!.captures };
  const failures = [...round!.failures, ...budgets(captures)];
  const outcome = scope.signal.aborted ? 'interrupted' : checkOutcome(failures);
  return { attempt: { ...attempt, captures }, tries, rounds: [...rounds, round!], failures, outcome };
}

async function attemptOnce(step: Step, context: StepContext): Promise<Attempt> {
  try {
    return await execute(step, context);
  } catch (error) {
    return failedAttempt(error, context.signal);
  }
}

async function checkOnce(
  step: Step,
  context: Pick<StepContext, 'check'>,
  signal: AbortSignal,
): Promise<CheckRound> {
  try {
    return await context.check(step.check);
  } catch (error) {
    const { failures, over } = failedAttempt(error, signal);
    return { results: [], failures, captures: {}, over: over ?? 'interrupted' };
  }
}

/** Its end is told when it comes: by itself, or by us at the end of the job. */
async function backgroundEnd(
  ended: Promise<Attempt>,
  step: Step,
  scope: StepScope,
  begun: Begun,
): Promise<Outcome> {
  const attempt = await ended.catch((error: unknown) => failedAttempt(error, scope.signal));
  const outcome = checkOutcome(attempt.failures);
  logOutput(scope.emit, scope.job, step.id, Math.floor(step.outputLimitBytes / 2)).end(
    attempt.collected ?? {},
  );
  return endStep(step, scope, {
    outcome,
    exit: attempt.ended === undefined ? attempt.exit : undefined,
    begun,
    tries: 1,
    failures: attempt.failures,
    captures: attempt.captures,
  }).outcome;
}
