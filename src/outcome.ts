/** Ranks outcomes: of steps to a job's, of jobs to a run's, and of all of them to the exit status. */
import type { Event, Outcome } from './event.ts';
import type { Phase } from './result.ts';

/** The first that is there decides; `failed` and `timed-out` are alike, and the earlier one names them. */
const RANK: Record<Outcome, number> = {
  interrupted: 0,
  errored: 1,
  failed: 2,
  'timed-out': 2,
  running: 3,
  known: 4,
  flaky: 5,
  passed: 6,
  skipped: 7,
  'not-run': 8,
};
export const OUTCOMES: readonly Outcome[] = [
  'passed',
  'flaky',
  'known',
  'failed',
  'timed-out',
  'errored',
  'interrupted',
  'running',
  'skipped',
  'not-run',
];

/** The worst of them; `not-run` of none. */
export function worstOutcome(outcomes: Iterable<Outcome>): Outcome {
  let worst: Outcome = 'not-run';
  for (const outcome of outcomes) if (RANK[outcome] < RANK[worst]) worst = outcome;
  return worst;
}

/** What a step that ends so has come to: what was to be there first, or to be tidied up, is our part of the test. */
export function outcomeIn(phase: Phase, outcome: Outcome): Outcome {
  return isFailure(outcome) && (phase === 'prepare' || phase === 'cleanup') ? 'errored' : outcome;
}

/** What a step counts for: `on-failure` is evidence and no verdict. */
export function verdict(phase: Phase, outcome: Outcome): Outcome | undefined {
  return phase === 'on-failure' && outcome !== 'interrupted' ? undefined : outcome;
}

export function jobOutcome(steps: Iterable<{ readonly phase: Phase; readonly outcome: Outcome }>): Outcome {
  return worstOutcome(verdicts(steps));
}

function* verdicts(steps: Iterable<{ readonly phase: Phase; readonly outcome: Outcome }>): Iterable<Outcome> {
  for (const { phase, outcome } of steps) {
    const counted = verdict(phase, outcome);
    if (counted !== undefined) yield counted;
  }
}

/** What steps counted for, of the events so far: a job that errored may have failed before. */
export function stepVerdicts(): { readonly all: readonly Outcome[]; readonly add: (event: Event) => void } {
  const phases = new Map<string, Phase>();
  const all: Outcome[] = [];
  const add = (event: Event): void => {
    if (event.type === 'step-begin') phases.set(`${event.job}#${event.step}`, event.phase);
    if (event.type !== 'step-end') return;
    const counted = verdict(phases.get(`${event.job}#${event.step}`) ?? 'steps', event.outcome);
    if (counted !== undefined) all.push(counted);
  };
  return { all, add };
}

export function isFailure(outcome: Outcome): boolean {
  return outcome === 'failed' || outcome === 'timed-out';
}

/** Whether a person must look: it did not pass, and nobody said that it need not. */
export function isBad(outcome: Outcome): boolean {
  return RANK[outcome] <= RANK.failed;
}

/** From the outcomes of all jobs and what their steps counted for: a failure goes before an error here. */
export function exitStatus(outcomes: readonly Outcome[], signal?: 'SIGINT' | 'SIGTERM'): number {
  if (signal !== undefined) return signal === 'SIGINT' ? 130 : 143;
  if (outcomes.includes('interrupted')) return 130;
  if (outcomes.some(isFailure)) return 1;
  return outcomes.includes('errored') ? 3 : 0;
}

/** How many of each, in the order of OUTCOMES; those that are not there are left out. */
export function tally(outcomes: Iterable<Outcome>): [outcome: Outcome, count: number][] {
  const counts = new Map<Outcome, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return OUTCOMES.flatMap((outcome) => {
    const count = counts.get(outcome);
    return count === undefined ? [] : [[outcome, count]];
  });
}
