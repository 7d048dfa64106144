/** A comparison as lines for a terminal or a file, and as one document. */
import type { Comparison } from '../src/compare.ts';
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
  const { deltas } = comparison;
  const lines = byTransition(comparison).flatMap(({ words, changes }) => [
    words,
    ...changes.map((change) => `  ${changeName(change)}  ${changeWords(change)}`),
    '',
  ]);
  const numbers = deltas.slice(0, MOST_DELTAS).map((delta) => `  ${describeDelta(delta)}`);
  if (deltas.length > MOST_DELTAS) numbers.push(`  … and ${deltas.length - MOST_DELTAS} more, with --json`);
  if (numbers.length > 0) lines.push('boot times and measures', ...numbers, '');
  return `${[...lines, describeComparison(comparison)].join('\n')}\n`;
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
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function aboutRun({ title, startedAt, outcome, git, jobs }: RunResult): object {
  return { title, startedAt, outcome, git, jobs: jobs.length };
}
