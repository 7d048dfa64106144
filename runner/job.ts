/** One job: its machine boots, its steps are carried out in order, its machine goes; every turn of it is an event. */
import type { Emit, Failure, Outcome } from '../src/event.ts';
import { shellWord } from '../src/describe-text.ts';
import { envText } from '../src/host-values.ts';
import { isBad, jobOutcome } from '../src/outcome.ts';
import type { Job } from '../src/plan.ts';
import type { Variables } from '../src/judge.ts';
import type { Phase } from '../src/result.ts';
import type { Step } from '../src/scenario.ts';
import { keepArtifact } from './artifacts.ts';
import { checkRound, checkSession } from './checks.ts';
import { seenBefore, tellLeaks } from './leaks.ts';
import { tellBoot, tellFailure, tellNoticed } from './evidence.ts';
import type { Started } from './backends/index.ts';
import type { Machine, Session } from './machine.ts';
import type { JobNote } from './running.ts';
import { keepCheckpoint } from './checkpoint-keep.ts';
import type { JobCheckpoints } from './checkpoints.ts';
import type { Seen } from './resources/resource.ts';
import type { Masking } from './secrets.ts';
import { notice } from './noticed.ts';
import { runStep, type StepScope } from './step.ts';
import { watchMachine } from './watch.ts';

export interface JobOptions {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly timeoutScale: number;
  /** A known issue that is gone fails its step. */
  readonly strict?: boolean;
  /** No other job types on this computer meanwhile. */
  readonly alone: boolean;
  /** Where artifacts are kept. */
  readonly directory: string;
  readonly masking?: Pick<Masking, 'file'> | undefined;
  start(onConsole: (chunk: Uint8Array) => void, signal: AbortSignal): Promise<Started>;
  /** Called while the machine still lives: a person may look at it. True where it is kept: its end is then another's business. */
  beforeEnd(job: Job, machine: Machine, outcome: Outcome): Promise<boolean>;
  /** Called around each step, where a person may want to look; the job then has no time limit. */
  readonly atStep?:
    ((side: 'before' | 'after', step: Step, job: Job, machine: Machine) => Promise<void>) | undefined;
  /** Where it keeps what its machine wrote, and goes on from. */
  readonly checkpoints?: JobCheckpoints | undefined;
  /** Tells others of the job, and the way into its machine. */
  note(job: string): JobNote;
  /** Ends the machine; nobody here waits for it. */
  leave(machine: Machine): void;
}

export async function runJob(job: Job, options: JobOptions): Promise<Outcome> {
  const { emit } = options;
  const began = performance.now();
  const beganAtMs = Date.now();
  const noticed = notice();
  const timeoutMs =
    options.atStep === undefined ? job.scenario.timeoutMs * options.timeoutScale : Number.POSITIVE_INFINITY;
  const timeout = AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), 2 ** 31 - 1));
  const signal = AbortSignal.any([options.signal, timeout]);
  const results: { phase: Phase; outcome: Outcome }[] = [];
  emit({ type: 'job-begin', job: job.name, attempt: 1 });

  const done = (reason?: string): Outcome => {
    const seen = jobOutcome(results);
    // Our own limit is no interruption: the job was too slow.
    const outcome = seen === 'interrupted' && timeout.aborted && !options.signal.aborted ? 'timed-out' : seen;
    const why =
      outcome === 'timed-out' && timeout.aborted
        ? `the job's timeout of ${Math.round(timeoutMs / 1000)}s is over`
        : reason;
    const shell = kept ? shellLine(started.machine) : undefined;
    emit({
      type: 'job-end',
      job: job.name,
      attempt: 1,
      outcome,
      durationMs: performance.now() - began,
      reason: why,
      kept: shell,
    });
    return outcome;
  };

  let kept = false;
  const started = await bootMachine(job, options, signal);
  results.push({ phase: 'boot', outcome: started.outcome });
  if (started.machine === undefined) return done();
  const { machine } = started;
  const note = options.note(job.name);
  note.enter(machine.shellArgv());
  const leave = (): void => {
    note[Symbol.dispose]();
    options.leave(machine);
  };
  using held = { [Symbol.dispose]: () => (kept ? undefined : leave()) };
  void held;
  const before = seenBefore(job);
  emit({ type: 'machine', job: job.name, facts: machine.facts });

  const variables: Record<string, string> = { ...job.axes };
  for (const [name, value] of Object.entries(job.scenario.env)) variables[name] = envText(value, variables);
  const { checkpoints } = options;
  const captured: Record<string, string> = { ...checkpoints?.from?.captures };
  Object.assign(variables, captured);
  let restoring = checkpoints?.from?.step;
  const goingOn = (name: Phase): string | undefined =>
    restoring === undefined || name === 'cleanup' || name === 'on-failure'
      ? undefined
      : `its files come from the checkpoint after "${checkpoints?.from?.step ?? ''}"`;
  let brokenBeside = false;
  const endBeside = async (): Promise<void> => {
    for (const running of background) running.stop();
    await Promise.all(background.map(async (running) => running.ended));
  };
  const background: { stop(): void; ended: Promise<unknown> }[] = [];
  const phase = async (
    name: Phase,
    steps: readonly Step[],
    phaseSignal: AbortSignal,
    goOn: boolean,
  ): Promise<boolean> => {
    let well = true;
    for (const step of steps) {
      // A background step that failed meanwhile is a failed step like any other.
      if ((!well || brokenBeside) && !goOn) break;
      const restored = goingOn(name);
      const scope = { ...stepScope(step, name, phaseSignal), restored };
      await options.atStep?.('before', step, job, machine);
      const { outcome, captures } = await runStep(step, scope);
      note.enter(machine.shellArgv());
      await options.atStep?.('after', step, job, machine);
      Object.assign(variables, captures);
      Object.assign(captured, captures);
      if (step.id === restoring) restoring = undefined;
      results.push({ phase: name, outcome });
      if (isBad(outcome)) well = false;
      if (phaseSignal.aborted) break;
      if (step.checkpoint && outcome !== 'skipped' && !isBad(jobOutcome(results)))
        await keepCheckpoint(step, captured, job, machine, options, phaseSignal);
    }
    return well;
  };
  // A session that is opened anew, after a reboot say, is another one and is told everything again.
  const told = new WeakMap<Session, Variables>();
  const newsFor = (session: Session, current: Variables): Variables | undefined => {
    const known = told.get(session) ?? {};
    const news = Object.entries(current).filter(([key, value]) => known[key] !== value);
    if (news.length === 0) return undefined;
    told.set(session, { ...known, ...Object.fromEntries(news) });
    return Object.fromEntries(news);
  };
  const stepScope = (step: Step, name: Phase, stepSignal: AbortSignal): StepScope => {
    const history = new Map<string, Seen>();
    const facts = { ...machine.facts, ...job.axes };
    return {
      job: job.name,
      phase: name,
      emit,
      signal: stepSignal,
      timeoutScale: options.timeoutScale,
      strict: options.strict,
      facts,
      variables: { ...variables },
      keepArtifact: async (id, path) =>
        keepArtifact({ ...options, machine, job: job.name, step: id, path, signal: stepSignal }),
      follow: (running) => {
        const ended = running.ended.then((outcome) => {
          results.push({ phase: name, outcome });
          brokenBeside ||= isBad(outcome);
        });
        background.push({ ended, stop: running.stop });
      },
      context: (stepStartedAtMs, current) => ({
        machine,
        session: async (session) => machine.session(session, stepSignal),
        news: (session) => newsFor(session, current),
        endBeside,
        check: async (checks) =>
          checkRound(checks, {
            session: await machine.session(checkSession, stepSignal),
            signal: stepSignal,
            variables: current,
            stepStartedAtMs,
            timeoutScale: options.timeoutScale,
            history,
          }),
      }),
    };
  };

  const { scenario } = job;
  const prepared = await phase('prepare', scenario.prepare, signal, false);
  const tested = prepared && (await phase('steps', scenario.steps, signal, scenario.keepGoing));
  // Like a further step: after a failed one it would only blur the cause.
  if (
    scenario.watch !== undefined &&
    !signal.aborted &&
    prepared &&
    (scenario.keepGoing || (tested && !brokenBeside))
  )
    results.push({
      phase: 'steps',
      outcome: await watchMachine(job, scenario.watch, {
        ...options,
        machine,
        variables,
        signal,
        sinceMs: beganAtMs,
      }),
    });
  const soFar = jobOutcome(results);
  if (isBad(soFar) && !options.signal.aborted) {
    await phase('on-failure', scenario.onFailure, options.signal, true);
    await tellFailure(job.name, machine, options);
  }
  if (!options.signal.aborted) kept = await options.beforeEnd(job, machine, soFar);
  // On this very computer cleanup is owed even after Ctrl-C; a throwaway machine takes everything with it.
  if (!options.signal.aborted || job.machine.kind === 'host') {
    await phase(
      'cleanup',
      scenario.cleanup,
      options.signal.aborted ? new AbortController().signal : options.signal,
      true,
    );
  }
  if (!options.signal.aborted) await tellBoot(job.name, machine, options);
  tellNoticed(job, noticed, emit);
  if (!kept) await endBeside();
  if (before !== undefined && !kept && !options.signal.aborted)
    results.push({
      phase: 'leaks',
      outcome: await tellLeaks(job, { ...options, before, machine, variables }),
    });
  if (!isBad(jobOutcome(results))) await checkpoints?.forget();
  return done();
}

function shellLine(machine: Machine | undefined): string | undefined {
  return machine?.shellArgv().map(shellWord).join(' ');
}

/** The machine's boot is the job's first step; this very computer is there already. */
async function bootMachine(
  job: Job,
  { emit, start }: JobOptions,
  signal: AbortSignal,
): Promise<{ outcome: Outcome; machine?: Machine }> {
  const began = performance.now();
  const { machine: spec } = job;
  const isHost = spec.kind === 'host';
  const step = 'boot';
  if (!isHost) {
    emit({
      type: 'step-begin',
      job: job.name,
      step,
      title: spec.init ? 'Boot the machine' : 'Make the root',
      verb: 'boot-machine',
      phase: 'boot',
      command: `${spec.init ? 'boot' : 'start'} ${spec.image}`,
      expected: spec.init ? 'running or degraded' : undefined,
      timeoutMs: spec.bootTimeoutMs,
      place: spec.at,
    });
  }
  const end = (outcome: Outcome, failures: readonly Failure[]): Outcome => {
    if (!isHost || outcome !== 'passed')
      emit({
        type: 'step-end',
        job: job.name,
        step,
        outcome,
        durationMs: performance.now() - began,
        tries: 1,
        failures,
      });
    return outcome;
  };
  const decoder = new TextDecoder();
  const onConsole = (chunk: Uint8Array): void => {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') emit({ type: 'output', job: job.name, step, fd: 'console', text });
  };
  try {
    const started = await start(onConsole, signal);
    if (!started.ok)
      return { outcome: end(started.failure.kind === 'boot' ? 'failed' : 'errored', [started.failure]) };
    if (started.state === 'degraded')
      emit({
        type: 'note',
        job: job.name,
        step,
        text: `the machine is degraded: ${started.failedUnits?.trim() ?? ''}`,
      });
    end('passed', []);
    return { outcome: 'passed', machine: started.machine };
  } catch (error) {
    if (signal.aborted) return { outcome: end('interrupted', []) };
    throw error;
  }
}
