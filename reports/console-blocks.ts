/** Jobs and steps as lines of a terminal: one calm line for what passed, all there is for what did not. */
import { failureLines, hintsOnce, type FailureLine } from '../src/describe-failure.ts';
import { describeDuration, describePlace, firstLine, visible } from '../src/describe-text.ts';
import {
  againCommand,
  canEnter,
  describeAttempts,
  jobReason,
  OUTCOME_WORDS,
  shellCommand,
  stepReason,
  stepTitle,
  wordTries,
} from '../src/describe.ts';
import type { Evidence, Failure, Outcome } from '../src/event.ts';
import { isBad } from '../src/outcome.ts';
import { outputText, type JobResult, type StepResult } from '../src/result.ts';
import { type Colour, gapTo, MARKS, type Style, textWidth, wrap } from './console-style.ts';
import { lastLines } from './console-tail.ts';

/** The whole job, for runs of several: one line when it need not be looked at. */
export function jobBlock(style: Style, job: JobResult): string[] {
  const row = jobRow(style, job);
  if (!isBad(job.outcome)) return [...row, ...noteLines(style, job.notes)];
  return ['', ...row, '', ...stepBlocks(style, job.steps), ...jobFooter(style, job), ''];
}

export function jobRow(style: Style, job: JobResult): string[] {
  const { outcome, durationMs } = job;
  // What failed is said where it failed, right below.
  const reason =
    isBad(outcome) && job.steps.some(({ outcome: own }) => isBad(own)) ? undefined : jobReason(job);
  const said = [reason, describeAttempts(job)].filter((words) => words !== undefined);
  return rowLines(style, {
    indent: '',
    outcome,
    name: firstLine(job.job, 400),
    reason: said.length === 0 ? undefined : said.join('; '),
    durationMs,
  });
}

/** What can be typed next. */
export function jobFooter(style: Style, job: JobResult): string[] {
  const notes = noteLines(style, job.notes);
  if (!isBad(job.outcome)) return notes;
  const label = (text: string): string => style.paint('dim', text);
  return [
    '',
    ...notes,
    `  ${label('run again')}  ${visible(againCommand(job))}`,
    ...(canEnter(job)
      ? [`  ${label(job.kept === undefined ? 'a shell  ' : 'kept     ')}  ${visible(shellCommand(job))}`]
      : []),
  ];
}

/** Steps that did not run are one line together: the cause stands above it. */
export function stepBlocks(style: Style, steps: readonly StepResult[]): string[] {
  const lines: string[] = [];
  let unrun: StepResult[] = [];
  const flush = (): void => {
    const [first] = unrun;
    if (unrun.length > 1)
      lines.push(style.paint('dim', `  ${MARKS['not-run'].mark} ${unrun.length} steps not run`));
    else if (first !== undefined) lines.push(...stepBlock(style, first));
    unrun = [];
  };
  for (const step of steps) {
    if (step.outcome === 'not-run') {
      unrun.push(step);
      continue;
    }
    flush();
    lines.push(...stepBlock(style, step));
  }
  flush();
  return lines;
}

export function stepBlock(style: Style, step: StepResult): string[] {
  const { outcome, durationMs } = step;
  const reason = isBad(outcome) ? undefined : stepReason(step);
  const label = PHASE_WORDS[step.phase];
  const row = rowLines(style, { indent: '  ', label, outcome, name: stepTitle(step), reason, durationMs });
  const notes = noteLines(style, step.notes, '    ');
  if (isBad(outcome)) return [...row, ...notes, ...stepDetails(style, step), ''];
  return step.phase === 'on-failure' ? [...row, ...notes, ...outputLines(style, step)] : [...row, ...notes];
}

/** What stands beside the steps is no verdict of its own. */
const PHASE_WORDS: Partial<Record<StepResult['phase'], string>> = {
  prepare: 'prepare',
  'on-failure': 'on failure',
  cleanup: 'cleanup',
};

/** Command, expected and seen, last lines: a failed step in full. */
function stepDetails(style: Style, step: StepResult): string[] {
  const { place, command, verb, failures } = step;
  const commandLines = command === '' ? [] : visible(command).replace(/\n$/, '').split('\n');
  const shown = cut(commandLines, 12, 'more lines').map((line, index) => {
    const prompt = verb === 'run' && index === 0 ? '$ ' : '  ';
    return `    ${style.paint('dim', prompt)}${style.paint('bold', line)}`;
  });
  const hints = hintsOnce(failures);
  const saysOutput = failures.some(({ kind }) => kind === 'boot');
  return [
    ...(place.file === '' ? [] : [`    ${style.paint('dim', describePlace(place))}`]),
    ...paragraph(shown),
    ...failures.flatMap((failure, index) => paragraph(failureBlock(style, failure, hints[index]))),
    ...(failures.length > 0 && step.tries > 1 ? paragraph([`    ${wordTries(step)}`]) : []),
    ...(saysOutput ? [] : outputLines(style, step)),
  ];
}

const LOOKS: Record<FailureLine['kind'], Colour | undefined> = {
  text: undefined,
  title: 'dim',
  hint: 'yellow',
  same: 'dim',
  expected: 'green',
  seen: 'red',
  gap: 'dim',
};

function failureBlock(style: Style, failure: Failure, hint: string | undefined): string[] {
  const lines = failureLines(shorten(failure), hint).flatMap((line, index) => {
    if (index === 0)
      return wrap(style, visible(line.text).slice(0, LONGEST), 4).map(
        (part) => `    ${style.paint('bold', part)}`,
      );
    return `    ${line.kind === 'text' ? '  ' : ''}${failureText(style, line)}`;
  });
  return cut(lines, 80, 'more lines in the report');
}

const LONGEST = 1_000;

/** The parts that differ stand out of their line. */
function failureText(style: Style, { kind, text, parts = [] }: FailureLine): string {
  const shown = visible(text);
  let at = 0;
  let painted = '';
  for (const [start, end] of [...parts, [LONGEST, LONGEST] as const]) {
    painted += style.paint(LOOKS[kind], shown.slice(at, start));
    painted += style.paint('bold', style.paint(LOOKS[kind], shown.slice(Math.max(at, start), end)));
    at = Math.max(at, end);
  }
  return shown.length > LONGEST ? `${painted}…` : painted;
}

/** A terminal shows the end of what is long: the rest is in the log and on the page. */
function shorten(failure: Failure): Failure {
  if (failure.kind === 'error')
    return { ...failure, detail: lastLines(failure.detail ?? '', 20).lines.join('\n') };
  if (failure.kind !== 'boot') return failure;
  const evidence = failure.evidence.map(({ title, text }): Evidence => {
    const { lines, left } = lastLines(text, 20);
    return { title: left > 0 ? `${title} (last ${lines.length} lines)` : title, text: lines.join('\n') };
  });
  return { ...failure, evidence };
}

function outputLines(style: Style, step: StepResult): string[] {
  const { lines, left } = lastLines(outputText(step.output), 12);
  if (lines.length === 0) return [];
  const title =
    left === 0 ? 'output' : `last ${lines.length === 1 ? 'line' : `${lines.length} lines`} of output`;
  const bar = style.paint('dim', '│');
  return paragraph([`    ${style.paint('dim', title)}`, ...lines.map((line) => `    ${bar} ${line}`)]);
}

function noteLines(style: Style, notes: readonly string[], indent = '  '): string[] {
  return notes.map((note) => `${indent}${style.paint('dim', `note: ${firstLine(note, 400)}`)}`);
}

interface Row {
  readonly indent: string;
  /** A muted word before the name. */
  readonly label?: string | undefined;
  readonly outcome: Outcome;
  readonly name: string;
  readonly reason: string | undefined;
  readonly durationMs: number;
}
/** `✓ name     1.2s`; a reason stands behind the name, or below where that does not fit. */
function rowLines(style: Style, { indent, label, outcome, name, reason, durationMs }: Row): string[] {
  const { mark, colour } = MARKS[outcome];
  const time =
    durationMs === 0 || outcome === 'not-run' || outcome === 'skipped' ? '' : describeDuration(durationMs);
  const word = outcome === 'passed' ? '' : OUTCOME_WORDS[outcome];
  const said = [word, reason].filter((text) => text !== undefined && text !== '').join(': ');
  const before = label === undefined ? '' : `${label}: `;
  const plain = `${indent}${mark} ${before}${name}`;
  const beside = said === '' ? '' : `  ${said}`;
  const quiet = outcome === 'not-run' || outcome === 'skipped' ? 'dim' : isBad(outcome) ? 'bold' : undefined;
  const head = `${indent}${style.paint(colour, mark)} ${style.paint('dim', before)}${style.paint(quiet, name)}`;
  const fits = textWidth(plain + beside) + 2 + textWidth(time) <= style.width;
  const left = fits ? plain + beside : plain;
  const first = `${head}${fits ? style.paint(colour, beside) : ''}${time === '' ? '' : gapTo(style, left, time)}${style.paint('dim', time)}`;
  if (fits || said === '') return [first];
  const below = wrap(style, said, indent.length + 2);
  return [first, ...below.map((line) => `${indent}  ${style.paint(colour, line)}`)];
}

function paragraph(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function cut(lines: readonly string[], most: number, what: string): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most - 1), `    … ${lines.length - most + 1} ${what}`];
}
