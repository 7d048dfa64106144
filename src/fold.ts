/** Folds the events of a run into one RunResult, one event at a time; each costs a constant. */
import type { Place } from './error.ts';
import type { Event, Outcome, PlannedJob, PlannedStep } from './event.ts';
import { keepOutput, lengthOf, type OutputKeeper } from './fold-output.ts';
import type {
  AttemptResult,
  EventOf,
  JobResult,
  OutputChunk,
  Phase,
  RunResult,
  StepResult,
} from './result.ts';

export interface Fold {
  add(event: Event): void;
  /** A live view: it changes with the next `add`. */
  result(): RunResult;
  job(name: string): JobResult | undefined;
  step(job: string, id: string): StepResult | undefined;
}
export interface FoldOptions {
  /** `all` output, or only the last of running and of not passed steps (what a terminal shows). */
  readonly output?: 'all' | 'failures';
  readonly endless?: Endless | undefined;
}
/** What that is which has no end in the log: `running` in a run that goes on. */
export type Endless = 'interrupted' | 'running';

export function foldEvents(events: Iterable<Event>): RunResult {
  const fold = createFold();
  for (const event of events) fold.add(event);
  return fold.result();
}

export function createFold({ output = 'all', endless = 'interrupted' }: FoldOptions = {}): Fold {
  const run: RunDraft = {
    tool: '',
    argv: [],
    title: '',
    host: {},
    startedAt: 0,
    durationMs: 0,
    outcome: endless,
    jobs: [],
    notes: [],
  };
  const jobs = new Map<string, JobDraft>();
  const keepers = new Map<StepDraft, OutputKeeper>();

  function jobOf(name: string): JobDraft {
    const known = jobs.get(name);
    if (known !== undefined) return known;
    const draft = newJob({ job: name, title: name, tags: [], axes: {}, steps: [] });
    jobs.set(name, draft);
    run.jobs.push(draft.result);
    return draft;
  }
  function stepOf(name: string, id: string): StepDraft {
    const job = jobOf(name);
    return job.steps.get(id) ?? insertStep(job, newStep({ id, title: id, verb: 'run', place: NOWHERE }));
  }

  function add(event: Event): void {
    if (run.outcome === endless) run.durationMs = Math.max(run.durationMs, event.m);
    switch (event.type) {
      case 'run-begin': {
        const { tool, argv, title, host, ci, git, seed } = event;
        Object.assign(run, { tool, argv, title, host, ci, git, seed, startedAt: event.t });
        return;
      }
      case 'plan':
        for (const planned of event.jobs) {
          if (jobs.has(planned.job)) continue;
          const draft = newJob(planned);
          jobs.set(planned.job, draft);
          run.jobs.push(draft.result);
        }
        return;
      case 'job-begin':
        return beginJob(jobOf(event.job), event, endless);
      case 'machine':
        jobOf(event.job).result.machines.push({ on: event.on, facts: event.facts });
        return;
      case 'step-begin': {
        const { title, verb, phase, place, on } = event;
        const job = jobOf(event.job);
        const step =
          job.steps.get(event.step) ??
          insertStep(job, newStep({ id: event.step, title, verb, place, on }, phase));
        // Written out, as below: of all events these are the most.
        step.title = title;
        step.verb = verb;
        step.phase = phase;
        step.command = event.command;
        step.say = event.say;
        // A field more would cost each of a hundred thousand steps.
        if (event.ask !== undefined) step.ask = event.ask;
        step.learn = event.learn;
        step.expected = event.expected;
        step.timeoutMs = event.timeoutMs;
        step.place = place;
        step.on = on;
        step.outcome = endless;
        step.beganMs = event.m;
        return;
      }
      case 'output': {
        const step = stepOf(event.job, event.step);
        const { fd, text, base64 } = event;
        const chunk =
          base64 === undefined ? { fd, atMs: event.m, text: text ?? '' } : { fd, atMs: event.m, base64 };
        if (output === 'failures') {
          step.output.push(chunk);
          keepTail(step.output);
          return;
        }
        const keeper = keepers.get(step) ?? keepOutput(step.output);
        keepers.set(step, keeper);
        keeper.add(chunk);
        return;
      }
      case 'check': {
        const { name, ok, expected, actual } = event;
        stepOf(event.job, event.step).checks.push({ name, ok, expected, actual });
        return;
      }
      case 'step-end': {
        const step = stepOf(event.job, event.step);
        const { outcome, exit, signal, durationMs, tries, failures, reason, captures = {} } = event;
        Object.assign(step, { outcome, exit, signal, durationMs, tries, failures, reason, captures });
        const { cpuMs, memoryBytes } = event;
        if (cpuMs !== undefined) Object.assign(step, { cpuMs, memoryBytes });
        if (output === 'failures' && outcome === 'passed' && step.phase !== 'on-failure') step.output = [];
        return;
      }
      case 'measure': {
        const { name, value, unit } = event;
        stepOf(event.job, event.step).measures.push({ name, value, unit });
        return;
      }
      case 'attachment': {
        const { name, mediaType, path, sha256, sizeBytes } = event;
        const owner = event.step === undefined ? jobOf(event.job).result : stepOf(event.job, event.step);
        owner.attachments.push({ name, mediaType, path, sha256, sizeBytes });
        return;
      }
      case 'boot':
        stepOf(event.job, event.step).boots.push(event.boot);
        return;
      case 'note': {
        const { job, step, text } = event;
        const owner = job === undefined ? run : step === undefined ? jobOf(job).result : stepOf(job, step);
        owner.notes.push(text);
        return;
      }
      case 'job-end': {
        const { outcome, durationMs, reason, kept } = event;
        Object.assign(jobOf(event.job).result, { outcome, durationMs, reason, kept });
        return;
      }
      case 'run-end': {
        const { outcome, exit, durationMs } = event;
        if (outcome !== 'running') Object.assign(run, { outcome, exit, durationMs });
        return;
      }
    }
  }

  return {
    add,
    result: () => run,
    job: (name) => jobs.get(name)?.result,
    step: (name, id) => jobs.get(name)?.steps.get(id),
  };
}

type Draft<T, Lists extends keyof T> = {
  -readonly [K in keyof T]: K extends Lists ? (T[K] extends readonly (infer Item)[] ? Item[] : never) : T[K];
};
type RunDraft = Draft<RunResult, 'jobs' | 'notes'>;
type StepDraft = Draft<StepResult, 'output' | 'checks' | 'measures' | 'attachments' | 'boots' | 'notes'>;
type JobResultDraft = Draft<JobResult, 'machines' | 'steps' | 'notes' | 'attachments' | 'earlier'>;
interface JobDraft {
  readonly planned: PlannedJob;
  readonly result: JobResultDraft;
  steps: Map<string, StepDraft>;
}

const NOWHERE: Place = { file: '', line: 1, column: 1 };
const PHASES: readonly Phase[] = ['boot', 'prepare', 'steps', 'on-failure', 'cleanup', 'leaks'];
const PHASE_OF_VERB: Partial<Record<PlannedStep['verb'], Phase>> = {
  'boot-machine': 'boot',
  prepare: 'prepare',
  cleanup: 'cleanup',
};
const TAIL_CHUNKS = 100;

function newJob(planned: PlannedJob): JobDraft {
  const { job, title, summary, tags, axes, options } = planned;
  const steps = planned.steps.map((step) => newStep(step));
  return {
    planned,
    result: {
      job,
      title,
      summary,
      tags,
      axes,
      options,
      ...emptyAttempt(),
      steps: [...steps],
      earlier: [],
    },
    steps: new Map(steps.map((step) => [step.id, step])),
  };
}

function emptyAttempt(): Draft<AttemptResult, 'machines' | 'steps' | 'notes' | 'attachments'> {
  return {
    attempt: 0,
    outcome: 'not-run',
    durationMs: 0,
    machines: [],
    steps: [],
    notes: [],
    attachments: [],
  };
}

function beginJob(job: JobDraft, { attempt, m }: EventOf<'job-begin'>, outcome: Outcome): void {
  const { result } = job;
  if (result.attempt > 0) {
    const { attempt, outcome, reason, kept, beganMs, durationMs, machines, steps, notes, attachments } =
      result;
    result.earlier.push({
      attempt,
      outcome,
      reason,
      kept,
      beganMs,
      durationMs,
      machines,
      steps,
      notes,
      attachments,
    });
    const again = newJob(job.planned);
    Object.assign(result, emptyAttempt(), {
      reason: undefined,
      kept: undefined,
      steps: again.result.steps,
    });
    job.steps = again.steps;
  }
  Object.assign(result, { attempt, outcome, beganMs: m });
}

function newStep(
  { id, title, verb, place, on }: PlannedStep,
  phase = PHASE_OF_VERB[verb] ?? 'steps',
): StepDraft {
  const lists = { failures: [], output: [], checks: [], measures: [], attachments: [], boots: [], notes: [] };
  const numbers = { durationMs: 0, tries: 0 };
  return {
    id,
    title,
    verb,
    phase,
    place,
    on,
    command: '',
    outcome: 'not-run',
    captures: {},
    ...numbers,
    ...lists,
  };
}

/** A step that the plan did not name stands at the end of its phase. */
function insertStep(job: JobDraft, step: StepDraft): StepDraft {
  job.steps.set(step.id, step);
  const { steps } = job.result;
  const rank = PHASES.indexOf(step.phase);
  // From the end, where it belongs as a rule: there may be a hundred thousand.
  steps.splice(steps.findLastIndex((other) => PHASES.indexOf(other.phase) <= rank) + 1, 0, step);
  return step;
}

function keepTail(output: OutputChunk[]): void {
  if (output.length > 2 * TAIL_CHUNKS) output.splice(0, output.length - TAIL_CHUNKS);
  // Large chunks come one after the other: their tail is a few of them.
  if (lengthOf(output.at(-1)) < LARGE_CHUNK) return;
  let length = 0;
  const first = output.findLastIndex((chunk) => (length += lengthOf(chunk)) > TAIL_LENGTH);
  if (first > 0) output.splice(0, first);
}
const LARGE_CHUNK = 4096;
const TAIL_LENGTH = 256 * 1024;
