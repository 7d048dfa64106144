/** How each verb is carried out: one entry a verb, so that a new verb does not compile without its executor. */
import { readFile } from 'node:fs/promises';
import { BACKGROUND } from '../src/describe-hint.ts';
import type { Failure, Stream } from '../src/event.ts';
import { envText } from '../src/host-values.ts';
import type { Variables } from '../src/judge.ts';
import type { Step, VerbName } from '../src/scenario.ts';
import { differenceGone, exceptionFor } from '../src/tolerance.ts';
import { substitute } from '../src/substitute.ts';
import type { CheckRound } from './checks.ts';
import type { Collected, Machine, Run, Session } from './machine.ts';
import { judgeSeen } from './observe.ts';
import type { OutputLog } from './output.ts';
import { bootTree } from './trees.ts';

/** What one try of a verb came to; without failures it passed. */
export interface Attempt {
  readonly exit?: number | undefined;
  readonly signal?: string | undefined;
  readonly failures: readonly Failure[];
  readonly captures: Variables;
  readonly notes: readonly string[];
  /** Absent: by itself. */
  readonly ended?: 'timed-out' | 'interrupted' | undefined;
  /** Why trying again is useless. */
  readonly over?: string | undefined;
  readonly collected?: Readonly<Partial<Record<Stream, Collected>>> | undefined;
  readonly round?: CheckRound | undefined;
  /** Runs on beside the next steps. */
  readonly running?: Running | undefined;
  /** The step itself is done; what it started goes on until the job ends. */
  readonly beside?: Running | undefined;
}

export interface Running {
  readonly ended: Promise<Attempt>;
  stop(): void;
}

export interface StepContext {
  readonly machine: Machine;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Axes, env and captures, for `${name}` and for the shell. */
  readonly variables: Variables;
  /** Of the machine and the axes, for exceptions. */
  readonly facts: Readonly<Record<string, string | undefined>>;
  /** Only for the first try: later ones are written when the last one is known. */
  readonly live: OutputLog | undefined;
  session(name: string): Promise<Session>;
  /** Ends background steps and booted trees of the machine, which is no failure of theirs. */
  endBeside(): Promise<void>;
  /** The variables that this session has not been told of yet; nothing where it knows all. */
  news(session: Session): Variables | undefined;
  check(checks: Step['check']): Promise<CheckRound>;
}

type Executors = {
  readonly [V in VerbName]: (step: Extract<Step, { verb: V }>, context: StepContext) => Promise<Attempt>;
};

const nothing: Attempt = { failures: [], captures: {}, notes: [] };

const executors: Executors = {
  say: async () => nothing,
  check: async () => nothing,
  run: async (step, context) =>
    step.background ? startBackground(step, context) : typeText(step, step.run, context),
  wait: async (step, context) => {
    const round = await context.check(step.wait);
    return { ...nothing, failures: round.failures, captures: round.captures, over: round.over, round };
  },
  boot: async (step, context) => bootTree(step, context),
  reboot: async (_step, context) => {
    await context.endBeside();
    const failure = await context.machine.reboot(context.signal, context.timeoutMs);
    return failure === undefined ? nothing : { ...nothing, failures: [failure], over: 'the machine is gone' };
  },
  write: async (step, context) => {
    const content =
      step.from === undefined
        ? Buffer.from(
            step.substitute ? substitute(step.content ?? '', context.variables).text : (step.content ?? ''),
          )
        : await readFile(step.from);
    const path = substitute(step.path, context.variables).text;
    await context.machine.put({ path, content, mode: step.mode, owner: step.owner }, context.signal);
    return nothing;
  },
  ask: async (step, context) => {
    if (typeof step.answer === 'string') return nothing;
    const attempt = await typeText(step, step.answer.run, context);
    if (attempt.failures.length > 0 || (attempt.collected?.out?.totalBytes ?? 0) > 0) return attempt;
    const failure: Failure = {
      kind: 'fact',
      what: 'the answer',
      expected: 'some text',
      actual: 'nothing',
      at: step.at,
    };
    return { ...attempt, failures: [failure] };
  },
};

export async function execute(step: Step, context: StepContext): Promise<Attempt> {
  return carryOut(step.verb, step, context);
}

type StepOf<V extends VerbName> = Extract<Step, { verb: V }>;

/** Generic over the verb, so that the compiler sees that table and step belong together. */
async function carryOut<V extends VerbName>(
  verb: V,
  step: StepOf<V>,
  context: StepContext,
): Promise<Attempt> {
  return executors[verb](step, context);
}

async function typeText(
  step: Step,
  text: string,
  context: StepContext,
  name = step.session,
): Promise<Attempt> {
  const session = await context.session(name);
  const texts = step.substitute
    ? {
        run: substitute(text, context.variables).text,
        stdin: step.stdin && substitute(step.stdin, context.variables).text,
      }
    : { run: text, stdin: step.stdin };
  const fate = context.machine.fate?.();
  const run = await session.run(texts.run, {
    signal: context.signal,
    timeoutMs: context.timeoutMs,
    stdin: texts.stdin,
    exports: context.news(session),
    env: Object.fromEntries(
      Object.entries(step.env).map(([key, value]) => [key, envText(value, context.variables)]),
    ),
    cwd: step.cwd && substitute(step.cwd, context.variables).text,
    user: step.user && substitute(step.user, context.variables).text,
    tty: step.tty,
    merge: step.expect.output !== undefined,
    outputLimitBytes: step.outputLimitBytes,
    onOutput: context.live && ((fd, chunk) => context.live?.add(step.tty === undefined ? fd : 'tty', chunk)),
  });
  const machine = isKilled(run) ? await fate?.() : undefined;
  return judgeRun(step, { ...run, machine }, context);
}

/** Where the machine may have gone away under it. */
function isKilled({ exit, ended }: Run): boolean {
  return ended === 'shell-ended' || (ended === 'normal' && exit > 128);
}

async function judgeRun(step: Step, run: Run, { variables, facts }: StepContext): Promise<Attempt> {
  const collected = step.tty === undefined ? { out: run.stdout, err: run.stderr } : { tty: run.stdout };
  const notes = run.replaced === undefined ? [] : [run.replaced];
  const base = { exit: run.exit, signal: run.signal, captures: {}, notes, collected };
  if (run.ended === 'timed-out' || run.ended === 'interrupted')
    return { ...base, failures: [], ended: run.ended };
  const exception = exceptionFor(step.except, facts);
  const { failures, captures } = await judgeSeen(exception?.expect ?? step.expect, run, variables, step.tty);
  if (exception === undefined || failures.length > 0) return { ...base, failures, captures };
  const plain = await judgeSeen(step.expect, run, variables, step.tty);
  return { ...base, failures: plain.failures.length > 0 ? [] : [differenceGone(exception)], captures };
}

/** A session of its own, that nobody waits for. */
function startBackground(step: Extract<Step, { verb: 'run' }>, context: StepContext): Attempt {
  const stopping = new AbortController();
  const signal = AbortSignal.any([context.signal, stopping.signal]);
  const name = step.session === 'main' ? `background-${step.id}` : step.session;
  const began = performance.now();
  const ended = typeText(
    step,
    step.run,
    { ...context, signal, timeoutMs: Number.POSITIVE_INFINITY },
    name,
  ).then((attempt) => {
    if (attempt.ended === 'interrupted' || isExpected(step, context)) return attempt;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const failure: Failure = {
      kind: 'fact',
      what: BACKGROUND,
      expected: 'to run until the end of the job',
      actual: `it ended by itself after ${seconds}s with status ${attempt.exit}`,
      at: step.at,
    };
    return { ...attempt, failures: [failure] };
  });
  return { ...nothing, running: { ended, stop: () => stopping.abort('end of job') } };
}

/** Whether its own end is what somebody waits for. */
function isExpected(step: Step, { facts }: StepContext): boolean {
  return step.expect.given || exceptionFor(step.except, facts) !== undefined;
}
