/** The one wording of a comparison: transitions, what has changed, and how a number moved. */
import { pairName } from './compare-between.ts';
import type { Delta, Sample } from './compare-measures.ts';
import { TRANSITIONS, type Change, type Comparison, type Transition } from './compare.ts';
import type { Printed } from './compare-output.ts';
import { count, describeQuantity, firstLine } from './describe-text.ts';
import { OUTCOME_WORDS, stepReason, stepTitle } from './describe.ts';
import { isBad } from './outcome.ts';

const TRANSITION_WORDS: Readonly<Record<Transition, readonly [one: string, many: string]>> = {
  regression: ['regression', 'regressions'],
  newFailure: ['new failure', 'new failures'],
  stillFailing: ['still failing', 'still failing'],
  fixed: ['fixed', 'fixed'],
  newPass: ['new pass', 'new passes'],
  appeared: ['appeared', 'appeared'],
  disappeared: ['disappeared', 'disappeared'],
};

/** `1 regression, 2 fixed`. */
export function describeComparison(comparison: Comparison): string {
  const parts = [
    ...byTransition(comparison).map(({ words }) => words),
    ...(comparison.printed.length === 0 ? [] : [printedTitle(comparison)]),
  ];
  if (parts.length > 0) return parts.join(', ');
  return comparison.common === 0 ? 'no job is in both' : 'nothing has changed';
}

/** `2 jobs on debian-12 are in the baseline only`. */
export function describeElsewhere({ elsewhere }: Pick<Comparison, 'elsewhere'>): readonly string[] {
  return elsewhere.map(({ image, jobs, run }) => {
    const where = run === 'baseline' ? 'in the baseline only' : 'new: the baseline has none there';
    return `${count(jobs, 'job')} on ${firstLine(image)} ${jobs === 1 ? 'is' : 'are'} ${where}`;
  });
}

/** `2 steps passed and printed something else`. */
export function printedTitle({ printed }: Pick<Comparison, 'printed'>): string {
  return `${count(printed.length, 'step')} passed and printed something else`;
}

/** The first lines that differ, `-` before and `+` now, and how many more there are. */
export function printedLines({ rows }: Printed): readonly string[] {
  const shown = rows
    .slice(0, MOST_ROWS)
    .flatMap(({ left, right }) => [
      ...(left === undefined ? [] : [`- ${firstLine(left, 160)}`]),
      ...(right === undefined ? [] : [`+ ${firstLine(right, 160)}`]),
    ]);
  const left = rows.length - MOST_ROWS;
  return left > 0 ? [...shown, `… and ${count(left, 'more line')}`] : shown;
}
const MOST_ROWS = 3;

/** Those that are there, each with its number in words. */
export function byTransition({ changes }: Comparison): readonly ChangesOfKind[] {
  return TRANSITIONS.flatMap((kind) => {
    const own = changes.filter((change) => change.kind === kind);
    const [one, many] = TRANSITION_WORDS[kind];
    return own.length === 0
      ? []
      : [{ kind, changes: own, words: `${own.length} ${own.length === 1 ? one : many}` }];
  });
}
export interface ChangesOfKind {
  readonly kind: Transition;
  readonly words: string;
  readonly changes: readonly Change[];
}

/** `units/hello@debian-12`; of two images both. */
export function comparedJob({ images }: Pick<Comparison, 'images'>, job: string): string {
  return firstLine(images === undefined ? job : pairName(job, images), 400);
}

/** `units/hello@debian-12#status`. */
export function changeName(comparison: Comparison, { job, step }: Pick<Change, 'job' | 'step'>): string {
  return comparedJob(comparison, job.job) + (step === undefined ? '' : `#${firstLine(step.id)}`);
}

/** `passed → failed: See it run: expected exit 0, saw 3`. */
export function changeWords({ job, step, before, now }: Change): string {
  const words = [before, now].map((outcome) =>
    outcome === undefined ? 'not there' : OUTCOME_WORDS[outcome],
  );
  const bad = now !== undefined && isBad(now);
  const reason = !bad ? undefined : step === undefined ? job.reason : stepReason(step);
  const what = step === undefined ? job.title : stepTitle(step);
  const seen = words[0] === words[1] ? words[0] : words.join(' → ');
  return [seen, firstLine(what, 120), reason && firstLine(reason, 400)].filter(Boolean).join(': ');
}

/** `1.9s → 2.4s`. */
export function deltaValues({ before, now, unit }: Delta): string {
  const [old, fresh] = [before, now].map(({ count, median }) =>
    count === 0 ? 'not there' : describeQuantity(median, unit),
  );
  return `${old} → ${fresh}`;
}

/** `+26 %`; empty where the old value was nothing, or one is not there. */
export function deltaShare({ before, now }: Delta): string {
  if (before.median === 0 || now.count === 0) return '';
  const percent = Math.round((now.median / before.median - 1) * 100);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)} %`;
}

/** `1.8s to 2s of 5 → 2.3s to 2.6s of 5`; empty where there is one value each at most. */
export function deltaSpread({ before, now, unit }: Delta): string {
  if (before.count <= 1 && now.count <= 1) return '';
  return `${spread(before, unit)} → ${spread(now, unit)}`;
}

/** Said only where several runs on each side leave no doubt. */
export function deltaVerdict({ moved, unit }: Delta): string {
  if (moved === undefined) return '';
  if (unit === 'ms') return moved === 'up' ? 'slower' : 'faster';
  return moved === 'up' ? 'more' : 'less';
}

export function describeDelta(comparison: Comparison, delta: Delta): string {
  const spreads = deltaSpread(delta);
  const more = [deltaShare(delta), spreads && `spread ${spreads}`, deltaVerdict(delta)].filter(Boolean);
  return `${comparedJob(comparison, delta.job)} ${delta.name}: ${[deltaValues(delta), ...more].join(', ')}`;
}

function spread({ low, high, count: values }: Sample, unit: string): string {
  if (values === 0) return 'none';
  return values === 1
    ? 'one value'
    : `${describeQuantity(low, unit)} to ${describeQuantity(high, unit)} of ${values}`;
}
