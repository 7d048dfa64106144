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
import { tellBoot, tellFailure } from './evidence.ts';
import type { Started } from './backends/index.ts';
import type { Machine, Session } from './machine.ts';
import type { Seen } from './resources/resource.ts';
import type { Masking } from './secrets.ts';
import { runStep, type StepScope } from './step.ts';

export interface JobOptions {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly timeoutScale: number;
  /** A known issue that is gone fails its step. */
  readonly strict?: boolean;
  /** Where artifacts are kept. */
  readonly directory: string;
  readonly masking?: Pick<Masking, 'file'> | undefined;
  start(onConsole: (chunk: Uint8Array) => void, signal: AbortSignal): Promise<Started>;
  /** Called while the machine still lives: a person may look at it. True where it is kept: its end is then another's business. */
  beforeEnd(job: Job, machine: Machine, outcome: Outcome): Promise<boolean>;
  /** Ends the machine, and all that was made for it; nobody here waits for it. */
  leave(machine: Machine | undefined): void;
}

export async function runJob(job: Job, options: JobOptions): Promise<Outcome> {
  const { emit } = options;
  const began = performance.now();
  const timeoutMs = job.scenario.timeoutMs * options.timeoutScale;
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
  using held = { [Symbol.dispose]: () => (kept ? undefined : options.leave(started.machine)) };
  void held;
  results.push({ phase: 'boot', outcome: started.outcome });
  if (started.machine === undefined) return done();
  const { machine } = started;
  emit({ type: 'machine', job: job.name, facts: machine.facts });

  const variables: Record<string, string> = { ...job.axes };
  for (const [name, value] of Object.entries(job.scenario.env)) variables[name] = envText(value, job.axes);
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
      const scope = stepScope(step, name, phaseSignal);
      const { outcome, captures } = await runStep(step, scope);
      Object.assign(variables, captures);
      results.push({ phase: name, outcome });
      if (isBad(outcome)) well = false;
      if (phaseSignal.aborted) break;
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
  if (prepared) await phase('steps', scenario.steps, signal, scenario.keepGoing);
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
  if (!kept) await endBeside();
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
