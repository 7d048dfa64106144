/** Scenarios by the combinations they ran in, as a table of Markdown: what fails where, at a glance. */
import { count, describeDuration } from '../src/describe-text.ts';
import { OUTCOME_WORDS } from '../src/describe.ts';
import { combinationOf, combinationsOf, splitJob } from '../src/job-name.ts';
import { worstOutcome } from '../src/outcome.ts';
import type { JobResult, RunResult } from '../src/result.ts';
import { MARKS } from './markdown-marks.ts';
import { code } from './markdown-text.ts';

/** More would not be seen without scrolling. */
const MOST_COLUMNS = 12;

/** At most `most` characters; nothing where no scenario ran in two combinations. */
export function matrixMarkdown({ jobs, seed }: Pick<RunResult, 'jobs' | 'seed'>, most: number): string {
  const rows = new Map<string, Map<string, JobResult[]>>();
  for (const job of jobs) {
    const [scenario] = splitJob(job.job);
    const cell = combinationOf(job);
    const cells = rows.get(scenario) ?? new Map<string, JobResult[]>();
    rows.set(scenario, cells.set(cell, [...(cells.get(cell) ?? []), job]));
  }
  const several = [...rows].filter(([, cells]) => cells.size > 1 || [...cells.values()].flat().length > 1);
  const all = combinationsOf(
    several.flatMap(([, cells]) => [...cells.values()].flat()),
    seed,
  );
  const columns = all.slice(0, MOST_COLUMNS);
  if (columns.length === 0) return '';
  const head = [
    `| scenario | ${columns.map((column) => code(column, 60)).join(' | ')} |\n`,
    `|-|${columns.map(() => '-').join('|')}|\n`,
  ].join('');
  const lines = several.map(
    ([scenario, cells]) =>
      `| ${code(scenario, 100)} | ${columns.map((column) => cellText(cells.get(column) ?? [])).join(' | ')} |\n`,
  );
  const rest = [
    all.length > columns.length ? count(all.length - columns.length, 'more combination') : undefined,
  ];
  let table = '';
  let shown = 0;
  while (shown < lines.length && head.length + table.length + (lines[shown]?.length ?? 0) + 150 <= most) {
    table += lines[shown] ?? '';
    shown += 1;
  }
  if (shown < lines.length) rest.push(count(lines.length - shown, 'more scenario'));
  const left = rest.filter((words) => words !== undefined).join(' and ');
  return shown === 0 ? '' : `### Matrix\n\n${head}${table}${left === '' ? '' : `\n… and ${left}\n`}`;
}

function cellText(repeats: readonly JobResult[]): string {
  const outcome = worstOutcome(repeats.map((job) => job.outcome));
  const passed = repeats.filter((job) => job.outcome === 'passed').length;
  const [job] = repeats;
  if (job === undefined) return '';
  if (repeats.length > 1) return `${MARKS[outcome]} ${passed} of ${repeats.length} passed`;
  const { durationMs } = job;
  const word = outcome === 'passed' ? '' : `${OUTCOME_WORDS[outcome]} `;
  return `${MARKS[outcome]} ${word}${durationMs === 0 ? '' : describeDuration(durationMs)}`.trimEnd();
}
