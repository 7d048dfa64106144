/**
 * The GitHub reporter: each step that failed as an annotation at its line of the scenario, each job that did in full in
 * a group of the log, and a job summary to append to `$GITHUB_STEP_SUMMARY`. No line of a program is taken for a command.
 */
import { createHash } from 'node:crypto';
import { count, firstLine, visible } from '../src/describe-text.ts';
import { againCommand, badJobs, describeJob, OUTCOME_WORDS, stepFailureLines } from '../src/describe.ts';
import type { Place } from '../src/error.ts';
import type { Event, Outcome } from '../src/event.ts';
import { createFold } from '../src/fold.ts';
import { isBad } from '../src/outcome.ts';
import { outputText, type JobResult, type RunResult, type StepResult } from '../src/result.ts';
import { type Case, runCases } from './cases.ts';
import { jobBlock } from './console-blocks.ts';
import { createStyle } from './console-style.ts';
import { lastLines } from './console-tail.ts';
import { summaryMarkdown } from './markdown.ts';
import type { ReporterFactory } from './reporter.ts';

export const githubReporter: ReporterFactory = ({ pageUrl, endless, repositoryPath = asItIs }) => {
  const fold = createFold({ output: 'failures', endless });
  let token: string | undefined;
  return {
    onEvent: (event) => {
      fold.add(event);
      if (event.type === 'run-begin') {
        token = tokenOf(event);
        return `::stop-commands::${token}\n`;
      }
      if (event.type !== 'run-end') return '';
      const resume = token === undefined ? [] : [`::${token}::`];
      const told = groups(fold.result(), tokenOf(event));
      return [...resume, ...told, ...annotations(fold.result(), repositoryPath)]
        .map((line) => `${line}\n`)
        .join('');
    },
    async *render(result) {
      yield { path: 'summary.md', chunk: boundedSummary(result, pageUrl) };
    },
  };
};

type PathOf = (file: string) => string;
const asItIs: PathOf = (file) => file;

/** Not to be guessed by a program under test, and the same for the same log. */
function tokenOf(event: Event): string {
  return createHash('sha256').update(JSON.stringify(event)).digest('hex').slice(0, 32);
}

/** Of the log, which GitHub folds; more jobs than this are in the summary and on the page. */
const MOST_GROUPS = 50;

function groups(result: RunResult, token: string): string[] {
  const bad = badJobs(result);
  const told = bad.slice(0, MOST_GROUPS).flatMap((job) => [
    command('group', {}, describeJob(job)),
    `::stop-commands::${token}`,
    ...jobBlock(PLAIN, job)
      .filter((line, index, all) => line !== '' || (index > 0 && all[index - 1] !== ''))
      .map((line) => wellFormed(visible(line))),
    `::${token}::`,
    '::endgroup::',
  ]);
  const left = bad.length - MOST_GROUPS;
  return left > 0
    ? [
        ...told,
        command('notice', {}, `${count(left, 'more job')} that did not pass: see the summary of the job`),
      ]
    : told;
}
const PLAIN = createStyle({ colour: false, columns: 100, live: false });

/** GitHub shows ten of a kind for each step of a workflow. */
const MOST = 10;
/** Of its output. */
const LAST_LINES = 10;
/** Characters of one, escaped. */
const LONGEST = 4_096;

type Kind = 'error' | 'warning';

function annotations(result: RunResult, pathOf: PathOf): string[] {
  const found: Record<Kind, string[]> = { error: [], warning: [] };
  for (const [job, cases] of runCases(result)) {
    for (const one of cases) {
      const kind = kindOf(one.outcome);
      if (kind !== undefined) found[kind].push(annotation(kind, { job, one, pathOf }));
    }
  }
  return [...bounded('error', found.error), ...bounded('warning', found.warning)];
}

function kindOf(outcome: Outcome): Kind | undefined {
  if (isBad(outcome)) return 'error';
  return outcome === 'flaky' ? 'warning' : undefined;
}

/** The last place says how many there are no places for. */
function bounded(kind: Kind, all: readonly string[]): readonly string[] {
  if (all.length <= MOST) return all;
  const left = count(all.length - MOST + 1, 'more step');
  return [
    ...all.slice(0, MOST - 1),
    command(kind, { title: 'rootlab' }, `${left}: see the summary of the job`),
  ];
}

interface Told {
  readonly job: JobResult;
  readonly one: Case;
  readonly pathOf: PathOf;
}

function annotation(kind: Kind, { job, one, pathOf }: Told): string {
  const { step, name, outcome, reason } = one;
  const lines = step === undefined ? [] : stepFailureLines(step).map(({ text }) => text);
  if (lines.length === 0) lines.push(reason ?? OUTCOME_WORDS[outcome]);
  const place = step && ownPlace(step);
  const where =
    place === undefined || place.file === ''
      ? {}
      : { file: visible(pathOf(place.file)), line: String(place.line), col: String(place.column) };
  const title = `${firstLine(name)} ${OUTCOME_WORDS[outcome]}`;
  const typed = step === undefined || step.command === '' ? '' : `\ncommand: ${firstLine(step.command)}`;
  // A status says nothing without what was printed; a mismatch shows it itself.
  if (step?.failures.every(({ kind }) => kind === 'exit' || kind === 'timeout') === true)
    lines.push(...lastLines(outputText(step.output), LAST_LINES).lines.map((line) => `| ${line}`));
  const again = isBad(outcome) ? `${typed}\nagain: ${visible(againCommand(job))}` : '';
  return command(kind, { ...where, title }, visible(lines.join('\n')), again);
}

/** Of the expectation that its first line tells of, else of the step. */
function ownPlace({ failures: [first], place }: StepResult): Place {
  return first !== undefined && 'at' in first && first.at !== undefined ? first.at : place;
}

/** `end` stays when `message` must be cut. */
function command(
  kind: Kind | 'group' | 'notice',
  properties: Readonly<Record<string, string>>,
  message: string,
  end = '',
): string {
  const words = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${[kind, ...(words.length === 0 ? [] : [words.join(',')])].join(' ')}::${cutData(message, LONGEST - escapeData(end).length)}${escapeData(end)}`;
}

function cutData(message: string, most: number): string {
  const whole = escapeData(message);
  if (whole.length <= most) return whole;
  // An escaped character is three, and none may be cut in two.
  return `${whole.slice(0, Math.max(0, most - 1)).replace(/%[\dA-F]?$|[\uD800-\uDBFF]$/, '')}…`;
}

/** As the runner of GitHub Actions reads it back. */
export function escapeData(text: string): string {
  return wellFormed(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '�');
}

/** GitHub refuses a summary above 1 MiB; a character takes at most three bytes of it. */
function boundedSummary(result: RunResult, pageUrl: string | undefined): string {
  const text = summaryMarkdown(result, 900_000, pageUrl);
  return new TextEncoder().encode(text).length <= 1_000_000
    ? text
    : summaryMarkdown(result, 300_000, pageUrl);
}
