/** All jobs of one invocation: a few at once, each in the machine it asks for, until all are done or one was enough. */
import { count } from '../src/describe-text.ts';
import { UserError } from '../src/error.ts';
import type { Emit, Outcome } from '../src/event.ts';
import type { ImageSpec } from '../src/image.ts';
import { rootsOf } from '../src/machines.ts';
import { isBad } from '../src/outcome.ts';
import { typesOnHost, type Job } from '../src/plan.ts';
import { jobQueue } from '../src/queue.ts';
import type { MachineSpec, RootSpec } from '../src/scenario.ts';
import { asksFor } from '../src/scenario/need.ts';
import { startMachine, type Started } from './backends/index.ts';
import { engineNames, type EngineName } from './capsule/engine-script.ts';
import type { RunScope } from './capsule/run-scope.ts';
import type { OpenSession } from './capsule/sessions.ts';
import { openCache } from './cache.ts';
import { openCheckpoints, type JobCheckpoints } from './checkpoints.ts';
import { prepareImages, type JobImages } from './job-images.ts';
import { prepareNetwork, type JobNetwork } from './network.ts';
import { endAll, lookAfter, scopeOfJob } from './job-scope.ts';
import { runJob, type JobOptions } from './job.ts';
import type { Machine } from './machine.ts';
import { portQueue, type TakePorts } from './port-queue.ts';
import { openNotes } from './running.ts';
import { prepareSession } from './session/desk.ts';
import { openSession } from './session/index.ts';
import { unmetByImages, v1Needs } from './view.ts';

export interface RunOptions {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly scope: RunScope;
  readonly images: readonly ImageSpec[];
  /** At once. */
  readonly parallel: number;
  /** In earlier runs, by the job's name without its repeat; where given, no job that lasts long is left for the end. */
  readonly tookMs?: ReadonlyMap<string, number>;
  readonly failFast: boolean;
  /** A job that cannot run here is then an error. */
  readonly noSkip?: boolean;
  readonly strict?: boolean;
  readonly checkpoints?: boolean;
  readonly timeoutScale: number;
  readonly directory: string;
  readonly masking?: JobOptions['masking'];
  /** Why a job cannot run here; nothing where it can. */
  unmet(job: Job): Promise<string | undefined>;
  beforeEnd: JobOptions['beforeEnd'];
  readonly atStep?: JobOptions['atStep'];
}

/** The outcome of each job, in their order; those that were never begun are `not-run`. Throws a bug of ours when all have ended. */
export async function runJobs(jobs: readonly Job[], options: RunOptions): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = jobs.map(() => 'not-run');
  const stop = new AbortController();
  const images = prepareImages(options.images, options);
  const common = {
    images,
    takePorts: portQueue(),
    alone: options.parallel === 1 || jobs.filter(typesOnHost).length < 2,
    note: openNotes(options.scope),
  };
  let failedFirst: string | undefined;
  const queue = jobQueue(jobs, options.parallel, options.tookMs ?? new Map());
  const worker = async (): Promise<void> => {
    // The report of the last job is made while its machine goes.
    let left: Promise<void> | undefined;
    const leave = (end: Promise<void>): void => {
      end.catch(() => undefined);
      options.scope.defer(async () => end);
      left = end;
    };
    for (;;) {
      // One that does not end is told when the run does: the others need not wait for that, so none is taken before.
      if (queue.left() > 0) await left?.catch(() => undefined);
      if (options.signal.aborted || stop.signal.aborted) return;
      const index = queue.take();
      const job = index === undefined ? undefined : jobs[index];
      if (index === undefined || job === undefined) return;
      const outcome = await runOne(job, options, { ...common, leave });
      outcomes[index] = outcome;
      if (!options.failFast || !isBad(outcome)) continue;
      failedFirst ??= job.name;
      stop.abort();
    }
  };
  const workers = Array.from({ length: Math.min(options.parallel, jobs.length) }, async () => {
    try {
      await worker();
    } catch (error) {
      stop.abort();
      throw error;
    }
  });
  // A bug in one job must not take the floor from under the others.
  const ends = await Promise.allSettled(workers);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  if (failedFirst !== undefined && queue.left() > 0 && !options.signal.aborted)
    options.emit({ type: 'note', text: wordFailFast(failedFirst, queue.left()) });
  return outcomes;
}

function wordFailFast(failed: string, left: number): string {
  return `--fail-fast: ${count(left, 'job')} did not run, since "${failed}" did not pass`;
}

interface Worker {
  readonly images: ReturnType<typeof prepareImages>;
  /** The next job waits for it, and the run. */
  readonly leave: (end: Promise<void>) => void;
  readonly takePorts: TakePorts;
  readonly alone: boolean;
  readonly note: JobOptions['note'];
}

async function runOne(job: Job, options: RunOptions, worker: Worker): Promise<Outcome> {
  const { emit } = options;
  const began = performance.now();
  const end = (outcome: Outcome, reason: string): Outcome => {
    emit({
      type: 'job-end',
      job: job.name,
      attempt: 1,
      outcome,
      durationMs: performance.now() - began,
      reason,
    });
    return outcome;
  };
  const skip = (unmet: string, allowed = options.noSkip !== true): Outcome => {
    emit({ type: 'job-begin', job: job.name, attempt: 1 });
    return end(allowed ? 'skipped' : 'errored', unmet);
  };
  try {
    if (job.excluded !== undefined) return skip(job.excluded, true);
    const unmet = await options.unmet(job);
    if (unmet !== undefined) return skip(unmet);
    const roots = rootsOf(job);
    const ready = new Map(roots.map((spec) => [spec, worker.images(spec)]));
    const made = await Promise.allSettled(ready.values());
    const built = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const unfit = unmetByImages(job.scenario.needs, built);
    if (unfit !== undefined) return skip(unfit);
    const [root] = roots;
    const images = root === undefined ? undefined : ready.get(root);
    await using checkpoints = await checkpointsOf(job, images, options);
    const network = await prepareNetwork(roots, worker.takePorts, options.signal);
    let left = false;
    const { scope, names } = scopeOfJob(options.scope);
    const leave = (machines: readonly Machine[]): void => {
      left = true;
      const ended = endAll(job, machines, network);
      worker.leave(ended);
      lookAfter(job, ended, scope, names);
    };
    const outcome = await runJob(job, {
      ...options,
      checkpoints,
      alone: worker.alone,
      note: worker.note,
      leave,
      start: async (spec, ...words) =>
        startWith(
          spec,
          {
            ready,
            v1: v1Needs(job.scenario.needs),
            network,
            restored: checkpoints?.from?.file,
            atOnce: roots.length,
            engines: engineNames.filter((name) => asksFor(job.scenario.needs, name)),
          },
          { ...options, scope },
          words,
        ),
    });
    if (!left) {
      // Kept machines keep their network too.
      network.giveBackPorts();
      options.scope.defer(network.end);
    }
    return outcome;
  } catch (error) {
    if (options.signal.aborted) return end('interrupted', 'interrupted');
    if (error instanceof UserError)
      return end(
        'errored',
        [error.message, error.detail, error.hint && `hint: ${error.hint}`].filter(Boolean).join('\n'),
      );
    end('errored', `rootlab itself failed: ${String(error)}`);
    throw error;
  }
}

/** Where its images are not ready its boot tells why. */
async function checkpointsOf(
  job: Job,
  ready: Promise<JobImages> | undefined,
  { checkpoints, emit }: RunOptions,
): Promise<JobCheckpoints | undefined> {
  const { prepare, steps } = job.scenario;
  if (checkpoints !== true || ![...prepare, ...steps].some((step) => step.checkpoint)) return undefined;
  const images = await ready?.catch(() => undefined);
  if (images === undefined) return undefined;
  const opened = await openCheckpoints(job, images, openCache());
  if (opened === undefined)
    emit({ type: 'note', job: job.name, text: 'another run of this job has its checkpoints; none are kept' });
  if (opened?.from !== undefined)
    emit({
      type: 'note',
      job: job.name,
      text: `the job goes on from the checkpoint after "${opened.from.step}"`,
    });
  return opened;
}

interface Surroundings {
  readonly v1: readonly string[];
  readonly ready: ReadonlyMap<RootSpec, Promise<JobImages>>;
  readonly network: JobNetwork;
  /** The checkpoint it goes on from. */
  readonly restored: string | undefined;
  readonly atOnce: number;
  readonly engines: readonly EngineName[];
}

/** Its images are ready before its clock starts; a failure of theirs is that of its boot. */
async function startWith(
  spec: MachineSpec,
  { ready, v1, network, restored, atOnce, engines }: Surroundings,
  options: RunOptions,
  [onConsole, signal]: readonly [(chunk: Uint8Array) => void, AbortSignal],
): Promise<Started> {
  try {
    const images = spec.kind === 'root' ? await ready.get(spec) : undefined;
    const { timeoutScale } = options;
    const common = {
      run: options.scope,
      openSession: async (...[name, place, more]: Parameters<OpenSession>) =>
        openSession(name, place, { ...more, timeoutScale }),
      onBegun: prepareSession,
      onConsole,
      signal,
    };
    if (spec.kind !== 'root' || images === undefined)
      return await startMachine({ ...common, spec, name: spec.name, trees: [], engines, timeoutScale });
    const bootTimeoutMs = Math.ceil(spec.bootTimeoutMs * timeoutScale);
    const connection = await network.connection(spec, signal);
    return await startMachine({
      ...common,
      ...images,
      v1,
      restored,
      connection,
      atOnce,
      spec: { ...spec, bootTimeoutMs },
      name: spec.name,
    });
  } catch (error) {
    if (!(error instanceof UserError) || signal.aborted) throw error;
    return {
      ok: false,
      failure: { kind: 'error', message: error.message, hint: error.hint, detail: error.detail },
    };
  }
}
