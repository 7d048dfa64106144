/** A comparison as lines for a terminal or a file, and as one document. */
import type { Comparison } from '../src/compare.ts';
import type { Delta } from '../src/compare-measures.ts';
import {
  byTransition,
  changeName,
  changeWords,
  describeComparison,
  describeDelta,
} from '../src/describe-compare.ts';
import type { RunResult } from '../src/result.ts';

/** The verdict last, where a terminal ends. */
export function comparisonText(comparison: Comparison): string {
  const { deltas, units } = comparison;
  const lines = byTransition(comparison).flatMap(({ words, changes }) => [
    words,
    ...changes.map((change) => `  ${changeName(change)}  ${changeWords(change)}`),
    '',
  ]);
  lines.push(...deltaLines('boot times and measures', deltas), ...deltaLines('units of the boots', units));
  return `${[...lines, describeComparison(comparison)].join('\n')}\n`;
}

function deltaLines(title: string, deltas: readonly Delta[]): readonly string[] {
  if (deltas.length === 0) return [];
  const left = deltas.length - MOST_DELTAS;
  return [
    title,
    ...deltas.slice(0, MOST_DELTAS).map((delta) => `  ${describeDelta(delta)}`),
    ...(left > 0 ? [`  … and ${left} more, with --json`] : []),
    '',
  ];
}
const MOST_DELTAS = 40;

export function comparisonJson(comparison: Comparison, baseline: RunResult, now: RunResult): string {
  const document = {
    v: 1,
    baseline: aboutRun(baseline),
    now: aboutRun(now),
    changes: comparison.changes.map((change) => ({
      transition: change.kind,
      job: change.job.job,
      step: change.step?.id,
      before: change.before,
      now: change.now,
      words: changeWords(change),
    })),
    measures: comparison.deltas,
    units: comparison.units,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function aboutRun({ title, startedAt, outcome, git, jobs }: RunResult): object {
  return { title, startedAt, outcome, git, jobs: jobs.length };
}
