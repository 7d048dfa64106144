/** Two runs beside each other: what of the jobs and steps has changed, and how the numbers moved. */
import type { Outcome } from './event.ts';
import { between, imageOf, imagesOf, type ImagePair } from './compare-between.ts';
import { repeatedJob } from './job-name.ts';
import { measureDeltas, type Delta } from './compare-measures.ts';
import { printedDifferently, type Printed } from './compare-output.ts';
import { unitDeltas } from './compare-units.ts';
import { isBad, worstOutcome } from './outcome.ts';
import type { JobResult, RunResult, StepResult } from './result.ts';

export type Transition =
  'regression' | 'newFailure' | 'stillFailing' | 'fixed' | 'newPass' | 'appeared' | 'disappeared';
/** In the order in which they matter. */
export const TRANSITIONS: readonly Transition[] = [
  'regression',
  'newFailure',
  'stillFailing',
  'fixed',
  'newPass',
  'appeared',
  'disappeared',
];

export interface Change {
  readonly kind: Transition;
  /** Of either run: the newer one where it is there. */
  readonly job: JobResult;
  /** Absent where the whole job has changed. */
  readonly step?: StepResult | undefined;
  readonly before?: Outcome | undefined;
  readonly now?: Outcome | undefined;
}
export interface Comparison {
  /** Where it is of one image with another. */
  readonly images?: ImagePair | undefined;
  /** Jobs that both runs have, repeats as one. */
  readonly common: number;
  readonly changes: readonly Change[];
  /** Images on which the other run has no job: nobody asked for them there. */
  readonly elsewhere: readonly Elsewhere[];
  /** Steps that passed in both and printed something else. */
  readonly printed: readonly Printed[];
  readonly deltas: readonly Delta[];
  /** Of single units of the boots: those that moved most. */
  readonly units: readonly Delta[];
}

export interface Elsewhere {
  readonly image: string;
  readonly jobs: number;
  readonly run: 'baseline' | 'now';
}

export function compareRuns(earlier: RunResult, later: RunResult, images?: ImagePair): Comparison {
  const runs = { baseline: earlier, now: later };
  const { baseline, now } = images === undefined ? runs : between(runs, images);
  const [before, after] = [jobsByName(baseline), jobsByName(now)];
  const names = new Set([...after.keys(), ...before.keys()]);
  const elsewhere = [...elsewhereIn('baseline', baseline, now), ...elsewhereIn('now', now, baseline)];
  const unasked = new Set(elsewhere.map(({ image }) => image));
  const changes = [...names]
    .flatMap((name) => compareJobs(before.get(name), after.get(name)))
    .filter(
      ({ kind, job }) => (kind !== 'appeared' && kind !== 'disappeared') || !unasked.has(imageOf(job.job)),
    );
  return {
    images,
    common: [...after.keys()].filter((name) => before.has(name)).length,
    elsewhere,
    changes: TRANSITIONS.flatMap((kind) => changes.filter((change) => change.kind === kind)),
    printed: printedDifferently(baseline, now),
    deltas: measureDeltas(baseline, now),
    units: unitDeltas(baseline, now),
  };
}

/** Whether something is worse than it was. */
export function isWorse({ changes }: Comparison): boolean {
  return changes.some(({ kind }) => kind === 'regression' || kind === 'newFailure');
}

function elsewhereIn(run: Elsewhere['run'], own: RunResult, other: RunResult): readonly Elsewhere[] {
  const [known, names] = [imagesOf(other), [...jobsByName(own).keys()]];
  if (known.length === 0) return [];
  return imagesOf(own)
    .filter((image) => !known.includes(image))
    .map((image) => ({ image, jobs: names.filter((name) => imageOf(name) === image).length, run }));
}

/** Repeats of one job together. */
function jobsByName({ jobs }: RunResult): ReadonlyMap<string, readonly JobResult[]> {
  const found = new Map<string, readonly JobResult[]>();
  for (const job of jobs) {
    const name = repeatedJob(job.job);
    found.set(name, [...(found.get(name) ?? []), job]);
  }
  return found;
}

/** `hidden`: an earlier failure of its job kept it from running, and is told of itself. */
type State = 'absent' | 'none' | 'good' | 'bad' | 'hidden';

/** By the state before, then by that now; what is not here is no change. */
const KINDS: Readonly<Record<State, Partial<Record<State, Transition>>>> = {
  absent: { good: 'appeared', none: 'appeared', bad: 'newFailure' },
  none: { good: 'newPass', bad: 'newFailure', absent: 'disappeared' },
  good: { bad: 'regression', none: 'disappeared', absent: 'disappeared' },
  bad: { good: 'fixed', bad: 'stillFailing', none: 'disappeared', absent: 'disappeared' },
  hidden: { bad: 'newFailure' },
};

function compareJobs(before: readonly JobResult[] = [], now: readonly JobResult[] = []): readonly Change[] {
  const job = worstJob(now) ?? worstJob(before);
  if (job === undefined) return [];
  const outcomes = [jobsOutcome(before), jobsOutcome(now)] as const;
  const whole = outcomes.map(stateOf);
  const changed = changeOf(job, undefined, outcomes, whole);
  // A job that did not run in one of them is one change, and not one for each of its steps.
  if (whole.some((state) => state === 'absent' || state === 'none')) return changed;
  const ids = new Set([...now, ...before].flatMap(({ steps }) => steps.filter(isJudged).map(({ id }) => id)));
  const steps = [...ids].flatMap((id) => {
    const sides = [stepOf(before, id), stepOf(now, id)];
    const both = sides.map((step) => step?.outcome);
    const states = both.map((outcome, side) => {
      const hidden = outcome === 'not-run' && whole[side] === 'bad';
      return hidden ? 'hidden' : stateOf(outcome);
    });
    return changeOf(job, sides[1] ?? sides[0], [both[0], both[1]], states);
  });
  // A job can be bad although none of its steps is: its image was not built.
  const told = steps.some(({ kind }) => kind !== 'appeared' && kind !== 'disappeared');
  return told ? steps : [...changed, ...steps];
}

function changeOf(
  job: JobResult,
  step: StepResult | undefined,
  [before, now]: readonly [Outcome | undefined, Outcome | undefined],
  [from = 'absent', to = 'absent']: readonly State[],
): readonly Change[] {
  const kind = KINDS[from][to];
  return kind === undefined ? [] : [{ kind, job, step, before, now }];
}

function stateOf(outcome: Outcome | undefined): State {
  if (outcome === undefined) return 'absent';
  if (outcome === 'skipped' || outcome === 'not-run') return 'none';
  return isBad(outcome) ? 'bad' : 'good';
}

function jobsOutcome(jobs: readonly JobResult[]): Outcome | undefined {
  return jobs.length === 0 ? undefined : worstOutcome(jobs.map(({ outcome }) => outcome));
}

function worstJob(jobs: readonly JobResult[]): JobResult | undefined {
  const outcome = jobsOutcome(jobs);
  return jobs.find((job) => job.outcome === outcome);
}

function isJudged({ phase }: StepResult): boolean {
  return phase !== 'on-failure';
}

/** Of several repeats the worst. */
function stepOf(jobs: readonly JobResult[], id: string): StepResult | undefined {
  const steps = jobs.flatMap((job) => job.steps.filter((step) => step.id === id && isJudged(step)));
  const worst = worstOutcome(steps.map(({ outcome }) => outcome));
  return steps.find(({ outcome }) => outcome === worst);
}
