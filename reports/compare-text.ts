/** A comparison as lines for a terminal or a file, and as one document. */
import type { Comparison } from '../src/compare.ts';
import type { Delta } from '../src/compare-measures.ts';
import {
  byTransition,
  changeName,
  changeWords,
  describeComparison,
  describeDelta,
  describeElsewhere,
  printedLines,
  printedTitle,
} from '../src/describe-compare.ts';
import { stepTitle } from '../src/describe.ts';
import type { RunResult } from '../src/result.ts';

/** The verdict last, where a terminal ends. */
export function comparisonText(comparison: Comparison): string {
  const { deltas, units, printed } = comparison;
  const lines = byTransition(comparison).flatMap(({ words, changes }) => [
    words,
    ...changes.map((change) => `  ${changeName(comparison, change)}  ${changeWords(change)}`),
    '',
  ]);
  if (printed.length > 0)
    lines.push(
      printedTitle(comparison),
      ...printed
        .slice(0, MOST_PRINTED)
        .flatMap((one) => [
          `  ${changeName(comparison, one)}  ${stepTitle(one.step)}`,
          ...printedLines(one).map((line) => `    ${line}`),
        ]),
      ...(printed.length > MOST_PRINTED
        ? [`  … and ${printed.length - MOST_PRINTED} more, with --json`]
        : []),
      '',
    );
  const told = (all: readonly Delta[]): readonly string[] =>
    all.map((delta) => describeDelta(comparison, delta));
  lines.push(
    ...deltaLines('boot times and measures', told(deltas)),
    ...deltaLines('units of the boots', told(units)),
    ...describeElsewhere(comparison),
  );
  return `${[...lines, describeComparison(comparison)].join('\n')}\n`;
}

function deltaLines(title: string, deltas: readonly string[]): readonly string[] {
  if (deltas.length === 0) return [];
  const left = deltas.length - MOST_DELTAS;
  return [
    title,
    ...deltas.slice(0, MOST_DELTAS).map((delta) => `  ${delta}`),
    ...(left > 0 ? [`  … and ${left} more, with --json`] : []),
    '',
  ];
}
const MOST_DELTAS = 40;
const MOST_PRINTED = 40;

export function comparisonJson(comparison: Comparison, baseline: RunResult, now: RunResult): string {
  const document = {
    v: 1,
    between: comparison.images,
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
    printed: comparison.printed.map(({ job, step, rows }) => ({
      job: job.job,
      step: step.id,
      lines: rows.map(({ left, right }) => ({ before: left, now: right })),
    })),
    elsewhere: comparison.elsewhere,
    measures: comparison.deltas,
    units: comparison.units,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function aboutRun({ title, startedAt, outcome, git, jobs }: RunResult): object {
  return { title, startedAt, outcome, git, jobs: jobs.length };
}
