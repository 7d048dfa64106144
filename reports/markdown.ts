/**
 * The Markdown reporter: a summary for a comment or a CI's summary page. The verdict first, then what failed with the
 * first line that differed and the command to run it again, then all jobs; it stops at a size, and says at what.
 */
import { compareRuns } from '../src/compare.ts';
import { count, describeDuration, describePlace } from '../src/describe-text.ts';
import {
  againCommand,
  badJobs,
  decidingStep,
  describeAttempts,
  describeSoFar,
  describeTally,
  jobReason,
  nothingPassed,
  NOTHING_PASSED,
  OUTCOME_WORDS,
  stepFailureLines,
  stepReason,
  stepTitle,
} from '../src/describe.ts';
import type { Failure, Outcome } from '../src/event.ts';
import { isBad, verdict, worstOutcome } from '../src/outcome.ts';
import { outputText, type JobResult, type RunResult, type StepResult } from '../src/result.ts';
import { lastLines } from './console-tail.ts';
import { comparisonMarkdown } from './compare-markdown.ts';
import { cutMiddle } from './cut.ts';
import { MARKS } from './markdown-marks.ts';
import { matrixMarkdown } from './markdown-matrix.ts';
import { code, codeHtml, fence } from './markdown-text.ts';
import type { ReporterFactory } from './reporter.ts';

/** A comment on GitHub holds 65,536 characters. */
const COMMENT_CHARACTERS = 60_000;

export const markdownReporter: ReporterFactory = ({ baseline, between, pageUrl }) => ({
  async *render(result) {
    const changes = baseline === undefined ? '' : comparisonMarkdown(compareRuns(baseline, result, between));
    const summary = summaryMarkdown(result, COMMENT_CHARACTERS - changes.length, pageUrl);
    yield { path: 'summary.md', chunk: changes === '' ? summary : `${summary}\n${changes}` };
  },
});

/** At most `most` characters; `pageUrl` is where others find the page. */
export function summaryMarkdown(result: RunResult, most: number, pageUrl?: string): string {
  const bad = badJobs(result);
  const title = `## ${MARKS[worst(result)]} ${verdictLine(result, bad)}\n`;
  const facts = `${factsLine(result, pageUrl)}\n`;
  const matrix = matrixMarkdown(result, most / 5);
  const notes = result.notes.map((note) => `> ${code(note, 400)}\n`);
  const head = [title, facts, ...notes, ...(matrix === '' ? [] : [matrix])].join('\n');
  // The table of jobs and the slowest steps get what failures leave, and a fifth in any case.
  const failures = fit(
    bad.map(failureMarkdown),
    (most - head.length) * 0.8,
    (left) => `${count(left, 'more job')} that did not pass`,
  );
  const table = jobsMarkdown(result.jobs, most - head.length - failures.length - SLOWEST_ROOM);
  return [head, failures, table, slowestMarkdown(result)].filter((part) => part !== '').join('\n');
}
const SLOWEST_ROOM = 4_000;

function worst({ outcome, jobs }: RunResult): Outcome {
  return worstOutcome([outcome, ...jobs.map((job) => job.outcome)]);
}

function verdictLine(result: RunResult, bad: readonly JobResult[]): string {
  const { jobs, outcome } = result;
  if (outcome === 'running') return describeSoFar(result);
  if (bad.length > 0)
    return `${describeTally(bad.map((job) => job.outcome))} of ${count(jobs.length, 'job')}`;
  if (outcome === 'interrupted') return 'the run was interrupted';
  if (jobs.length === 0) return 'no job ran';
  return nothingPassed(result) ? NOTHING_PASSED : describeTally(jobs.map((job) => job.outcome));
}

function factsLine(
  { title, durationMs, jobs, git, ci, tool }: RunResult,
  pageUrl: string | undefined,
): string {
  const steps = jobs.flatMap((job) => job.steps.filter(({ phase }) => phase !== 'on-failure'));
  return [
    title === '' ? undefined : code(title),
    `${count(steps.length, 'step')} in ${describeDuration(durationMs)}`,
    git === undefined ? undefined : `${code(git.ref)} at ${code(git.sha.slice(0, 10))}`,
    tool === '' ? undefined : code(tool),
    link('the report', pageUrl),
    // The artifacts of a run lie at the foot of its page there.
    ci?.provider === 'github'
      ? link('the CI job, with its artifacts', ci.url && `${ci.url}#artifacts`)
      : link('the CI job', ci?.url),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function link(words: string, url: string | undefined): string | undefined {
  return url !== undefined && /^https?:\/\/[\w./:%#-]+$/.test(url) ? `[${words}](${url})` : undefined;
}

function failureMarkdown(job: JobResult): string {
  const steps = job.steps.filter((step) => isBad(verdict(step.phase, step.outcome) ?? 'passed'));
  const deciding = decidingStep(job);
  const first = deciding !== undefined && isBad(deciding.outcome) ? deciding : steps[0];
  const others = steps.filter((step) => step !== first);
  return [
    `### ${MARKS[job.outcome]} ${code(job.job)} ${OUTCOME_WORDS[job.outcome]}\n`,
    ...(first === undefined
      ? [`${code(jobReason(job) ?? 'no reason was given', 400)}\n`]
      : [stepMarkdown(first)]),
    ...others.slice(0, MOST_STEPS).map((step) => `Also ${stepLine(step)}\n`),
    ...(others.length > MOST_STEPS ? [`and ${count(others.length - MOST_STEPS, 'more step')}\n`] : []),
    `Run it again:\n\n${fence(againCommand(job), 'sh')}`,
  ].join('\n');
}
/** Of one job, beside the first. */
const MOST_STEPS = 5;
const LAST_LINES = 40;
const LONGEST_EVIDENCE = 8_000;

function stepMarkdown(step: StepResult): string {
  const difference = step.failures.map(firstDifference).find((text) => text !== undefined);
  const lines = stepFailureLines(step).map(({ text }) => text);
  const tail = lastLines(outputText(step.output), LAST_LINES).lines.join('\n');
  return [
    `${stepLine(step)}\n`,
    ...(difference === undefined ? [] : [fence(difference, 'diff')]),
    ...folded('Expected and seen', lines.length > 1 ? lines.join('\n') : ''),
    ...folded('Command', step.command.includes('\n') ? step.command : ''),
    ...folded(`Last lines of output`, tail),
  ].join('\n');
}

function stepLine(step: StepResult): string {
  const at = step.place.file === '' ? '' : ` at ${code(describePlace(step.place))}`;
  return `**${OUTCOME_WORDS[step.outcome]}** in ${code(stepTitle(step))}${at}: ${code(stepReason(step) ?? 'no reason was given', 400)}`;
}

/** The first line that is not as expected, as a diff. */
function firstDifference(failure: Failure): string | undefined {
  if (failure.kind === 'fact') return diff(failure.expected, failure.actual);
  if (failure.kind !== 'mismatch') return undefined;
  const row = failure.mismatch.rows.find(({ kind }) => kind !== 'same' && kind !== 'gap');
  return row && diff(row.expected, row.actual);
}

function diff(expected: string | undefined, actual: string | undefined): string {
  return [...signed('-', expected), ...signed('+', actual)].join('\n');
}

function signed(sign: '-' | '+', text: string | undefined): string[] {
  if (text === undefined) return [];
  const said = text.split('\n').find((line) => line.trim() !== '');
  return [`${sign} ${said === undefined ? '(nothing)' : said.slice(0, 300)}`];
}

function folded(title: string, text: string): string[] {
  if (text === '') return [];
  return [
    `<details><summary>${title}</summary>\n\n${fence(cutMiddle(text, LONGEST_EVIDENCE))}\n</details>\n`,
  ];
}

function jobsMarkdown(jobs: readonly JobResult[], most: number): string {
  if (jobs.length === 0) return '';
  const head = '| | job | outcome | time | why |\n|-|-----|---------|-----:|-----|\n';
  const rows = jobs.map(
    (job) =>
      `| ${MARKS[job.outcome]} | ${code(job.job)} | ${OUTCOME_WORDS[job.outcome]} | ${describeDuration(job.durationMs)} | ${whyCell(job)} |\n`,
  );
  const table = fit(rows, most - head.length - 100, (left) => count(left, 'more job'), '');
  return `### Jobs\n\n${head}${table}`;
}

function whyCell(job: JobResult): string {
  return [jobReason(job), describeAttempts(job)]
    .flatMap((words) => (words === undefined ? [] : code(words, 120)))
    .join(', ');
}

const MOST_SLOW = 10;

function slowestMarkdown({ jobs }: RunResult): string {
  const steps = jobs.flatMap((job) => job.steps.map((step) => ({ job, step })));
  const slow = steps
    .filter(({ step }) => step.durationMs > 0)
    .toSorted((one, other) => other.step.durationMs - one.step.durationMs)
    .slice(0, MOST_SLOW);
  if (slow.length === 0) return '';
  const lines = slow.map(
    ({ job, step }) =>
      `<li>${describeDuration(step.durationMs)} ${codeHtml(job.job, 100)} ${codeHtml(stepTitle(step), 60)}</li>`,
  );
  return `<details><summary>Slowest steps</summary>\n<ol>\n${lines.join('\n')}\n</ol>\n</details>\n`;
}

/** As many parts as there is room for; the others are counted. */
function fit(parts: readonly string[], most: number, rest: (left: number) => string, between = '\n'): string {
  let text = '';
  for (const [index, part] of parts.entries()) {
    if (text.length + part.length + between.length > most)
      return `${text}${between}\n… and ${rest(parts.length - index)}\n`;
    text += index === 0 ? part : between + part;
  }
  return text;
}
