/**
 * The GitHub reporter: each step that failed as an annotation at its line of the scenario, and a job summary to append
 * to `$GITHUB_STEP_SUMMARY`. While the run goes on no line of a program is taken for a command.
 */
import { createHash } from 'node:crypto';
import { failureLines } from '../src/describe-failure.ts';
import { count, firstLine, visible } from '../src/describe-text.ts';
import { againCommand, OUTCOME_WORDS } from '../src/describe.ts';
import type { Event, Outcome } from '../src/event.ts';
import { createFold } from '../src/fold.ts';
import { isBad } from '../src/outcome.ts';
import type { JobResult, RunResult } from '../src/result.ts';
import { type Case, runCases } from './cases.ts';
import { summaryMarkdown } from './markdown.ts';
import type { ReporterFactory } from './reporter.ts';

export const githubReporter: ReporterFactory = () => {
  const fold = createFold({ output: 'failures' });
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
      return [...resume, ...annotations(fold.result())].map((line) => `${line}\n`).join('');
    },
    async *render(result) {
      yield { path: 'summary.md', chunk: boundedSummary(result) };
    },
  };
};

/** Not to be guessed by a program under test, and the same for the same log. */
function tokenOf(event: Event): string {
  return createHash('sha256').update(JSON.stringify(event)).digest('hex').slice(0, 32);
}

/** GitHub shows ten of a kind for each step of a workflow. */
const MOST = 10;
/** Characters of one, escaped. */
const LONGEST = 4_096;

type Kind = 'error' | 'warning';

function annotations(result: RunResult): string[] {
  const found: Record<Kind, string[]> = { error: [], warning: [] };
  for (const [job, cases] of runCases(result)) {
    for (const one of cases) {
      const kind = kindOf(one.outcome);
      if (kind !== undefined) found[kind].push(annotation(kind, job, one));
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

function annotation(kind: Kind, job: JobResult, { step, name, outcome, reason }: Case): string {
  const lines = step?.failures.flatMap((failure) => failureLines(failure).map(({ text }) => text)) ?? [];
  if (lines.length === 0) lines.push(reason ?? OUTCOME_WORDS[outcome]);
  const place = step?.place;
  const where =
    place === undefined || place.file === ''
      ? {}
      : { file: place.file, line: String(place.line), col: String(place.column) };
  const title = `${firstLine(name)} ${OUTCOME_WORDS[outcome]}`;
  const typed = step === undefined || step.command === '' ? '' : `\ncommand: ${firstLine(step.command)}`;
  const again = isBad(outcome) ? `${typed}\nagain: ${againCommand(job)}` : '';
  return command(kind, { ...where, title }, visible(lines.join('\n')), again);
}

/** `end` stays when `message` must be cut. */
function command(
  kind: Kind,
  properties: Readonly<Record<string, string>>,
  message: string,
  end = '',
): string {
  const words = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${kind} ${words.join(',')}::${cutData(message, LONGEST - escapeData(end).length)}${escapeData(end)}`;
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
function boundedSummary(result: RunResult): string {
  const text = summaryMarkdown(result, 900_000);
  return new TextEncoder().encode(text).length <= 1_000_000 ? text : summaryMarkdown(result, 300_000);
}
