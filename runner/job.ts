/** One job: its machines boot, its steps are carried out in order, its machines go; every turn of it is an event. */
import type { Emit, Outcome } from '../src/event.ts';
import { envText } from '../src/host-values.ts';
import { bootId, computersOf, machinesOf, nameAmong } from '../src/machines.ts';
import { isBad, jobOutcome } from '../src/outcome.ts';
import type { Job } from '../src/plan.ts';
import type { Variables } from '../src/judge.ts';
import type { Phase } from '../src/result.ts';
import type { MachineSpec, Step } from '../src/scenario.ts';
import { keepArtifact } from './artifacts.ts';
import { checkRound, checkSession } from './checks.ts';
import { seenBefore, tellLeaks } from './leaks.ts';
import { tellBoot, tellFailure, tellNoticed } from './evidence.ts';
import { tellUnits } from './failed-units.ts';
import type { Started } from './backends/index.ts';
import { bootMachines } from './boot.ts';
import type { Machine, Session } from './machine.ts';
import { enterCommand, type JobNote } from './running.ts';
import { keepCheckpoint } from './checkpoint-keep.ts';
import type { JobCheckpoints } from './checkpoints.ts';
import type { Seen } from './resources/resource.ts';
import type { Masking } from './secrets.ts';
import { notice } from './noticed.ts';
import { runStep, type StepScope } from './step.ts';
import { watchMachines } from './watch.ts';

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
  start(spec: MachineSpec, onConsole: (chunk: Uint8Array) => void, signal: AbortSignal): Promise<Started>;
  /**
   * Called while the machines still live, the one that failed first: a person may look at it. True where they are kept:
   * their end is then another's business.
   */
  beforeEnd(job: Job, machines: readonly Machine[], outcome: Outcome): Promise<boolean>;
  /** Called around each step, where a person may want to look; the job then has no time limit. */
  readonly atStep?:
    ((side: 'before' | 'after', step: Step, job: Job, machine: Machine) => Promise<void>) | undefined;
  /** Where it keeps what its machine wrote, and goes on from. */
  readonly checkpoints?: JobCheckpoints | undefined;
  /** Tells others of the job, and the way into the machine of its latest step. */
  note(job: string): JobNote;
  /** Ends the machines, and all that was made for them; nobody here waits for it. */
  leave(machines: readonly Machine[]): void;
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
    const entered = kept ? machines.get(failedOn ?? job.machine.name) : undefined;
    emit({
      type: 'job-end',
      job: job.name,
      attempt: 1,
      outcome,
      durationMs: performance.now() - began,
      reason: why,
      kept: entered && enterCommand(job.name, entered, machines.size),
    });
    return outcome;
  };

  let kept = false;
  let failedOn: string | undefined;
  let failed: { readonly step: Step; readonly units: readonly string[] } | undefined;
  const { machines, outcomes } = await bootMachines(job, options, signal);
  const note = options.note(job.name);
  const leave = (): void => {
    note[Symbol.dispose]();
    options.leave([...machines.values()]);
  };
  using held = { [Symbol.dispose]: () => (kept ? undefined : leave()) };
  void held;
  for (const outcome of outcomes) results.push({ phase: 'boot', outcome });
  const first = machines.get(job.machine.name);
  if (first === undefined || outcomes.some(isBad)) return done();
  const machineOf = (on: string | undefined): Machine => machines.get(on ?? '') ?? first;
  note.enter(first.shellArgv());
  const before = await seenBefore(job, machineOf, signal);

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
  const endBeside = async (on?: Machine): Promise<void> => {
    const ending = background.filter(({ machine }) => on === undefined || machine === on);
    for (const running of ending) running.stop();
    await Promise.all(ending.map(async (running) => running.ended));
  };
  const background: { machine: Machine; stop(): void; ended: Promise<unknown> }[] = [];
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
      const machine = machineOf(step.on);
      await options.atStep?.('before', step, job, machine);
      const { outcome, captures, units = [] } = await runStep(step, scope);
      note.enter(machine.shellArgv());
      await options.atStep?.('after', step, job, machine);
      Object.assign(variables, captures);
      Object.assign(captured, captures);
      if (step.id === restoring) restoring = undefined;
      results.push({ phase: name, outcome });
      if (isBad(outcome)) {
        well = false;
        failedOn ??= step.on;
        failed ??= { step, units };
      }
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
    const machine = machineOf(step.on);
    const facts = { ...machine.facts, ...job.axes };
    return {
      job: job.name,
      phase: name,
      emit,
      signal: stepSignal,
      timeoutScale: options.timeoutScale,
      overdueMs: () =>
        stepSignal === signal && timeout.aborted && !options.signal.aborted ? timeoutMs : undefined,
      strict: options.strict,
      facts,
      variables: { ...variables },
      usage: () => machine.usage?.(),
      keepArtifact: async (id, path) =>
        keepArtifact({ ...options, machine, job: job.name, step: id, path, signal: stepSignal }),
      follow: (running) => {
        const ended = running.ended.then((outcome) => {
          results.push({ phase: name, outcome });
          brokenBeside ||= isBad(outcome);
          if (isBad(outcome)) failedOn ??= step.on;
        });
        background.push({ machine, ended, stop: running.stop });
      },
      context: (stepStartedAtMs, current) => ({
        machine,
        session: async (session) => machine.session(session, stepSignal),
        news: (session) => newsFor(session, current),
        endBeside: async () => endBeside(machine),
        check: async (checks) =>
          checkRound(checks, {
            session: await machine.session(checkSession, stepSignal),
            signal: stepSignal,
            variables: current,
            stepStartedAtMs: stepStartedAtMs + (machine.aheadMs ?? 0),
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
  if (!signal.aborted && prepared && (scenario.keepGoing || (tested && !brokenBeside)))
    for (const { spec, outcome } of await watchMachines(job, machineOf, {
      ...options,
      variables,
      signal,
      sinceMs: beganAtMs,
    })) {
      results.push({ phase: 'steps', outcome });
      if (isBad(outcome)) failedOn ??= nameAmong(spec, job);
    }
  const soFar = jobOutcome(results);
  if (isBad(soFar) && !options.signal.aborted) {
    if (failed !== undefined)
      await tellUnits(failed.units, job.name, failed.step, machineOf(failed.step.on), options);
    await phase('on-failure', scenario.onFailure, options.signal, true);
    await tellFailure(job.name, machineOf(failedOn), { ...options, on: failedOn });
  }
  if (!options.signal.aborted) {
    const looked = machineOf(failedOn);
    const rest = [...machines.values()].filter((machine) => machine !== looked);
    kept = await options.beforeEnd(job, [looked, ...rest], soFar);
  }
  // On a computer that outlives the job cleanup is owed even after Ctrl-C; a throwaway machine takes everything with it.
  if (!options.signal.aborted || computersOf(job).length > 0) {
    await phase(
      'cleanup',
      scenario.cleanup,
      options.signal.aborted ? new AbortController().signal : options.signal,
      true,
    );
  }
  if (!options.signal.aborted)
    for (const spec of machinesOf(job))
      await tellBoot(job.name, bootId(spec, job), machineOf(spec.name), options);
  tellNoticed(job, noticed, emit);
  if (!kept) await endBeside();
  if (!kept && !options.signal.aborted)
    for (const seen of before)
      results.push({ phase: 'leaks', outcome: await tellLeaks(job, seen, { ...options, variables }) });
  if (!isBad(jobOutcome(results))) await checkpoints?.forget();
  return done();
}
