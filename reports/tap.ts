/**
 * The TAP 14 reporter: a job is a subtest, a step a point; what is known of a failure stands in its YAML block.
 * Every text of the block is a JSON string on one line, so that nothing a program said can end it.
 */
import { describeFailure } from '../src/describe-failure.ts';
import { describePlace, firstLine, visible } from '../src/describe-text.ts';
import {
  againCommand,
  describeTally,
  jobReason,
  stepFailureLines,
  stepReason,
  stepTitle,
} from '../src/describe.ts';
import type { Event, Failure, Outcome } from '../src/event.ts';
import { createFold } from '../src/fold.ts';
import { isBad } from '../src/outcome.ts';
import type { JobMachine, JobResult, StepResult } from '../src/result.ts';
import { createOrder } from './order.ts';
import type { ReporterFactory } from './reporter.ts';

export const tapReporter: ReporterFactory = ({ htmlPath, endless }) => {
  const fold = createFold({ output: 'failures', endless });
  const result = fold.result();
  const order = createOrder(result);
  let begun = false;
  let points = 0;
  /** The plan comes first when the jobs are known, else last. */
  let planned: number | undefined;

  function lines(event: Event): readonly string[] {
    const said = begun ? [] : ['TAP version 14'];
    begun = true;
    if (event.type === 'plan' && planned === undefined) {
      planned = result.jobs.length;
      said.push(`1..${planned}`);
    }
    for (const job of order.next(event)) {
      // A job that no plan named has no number left.
      if (planned !== undefined && points >= planned) break;
      points += 1;
      // As the arguments of one call the lines of a long job would be too many.
      for (const line of jobLines(job, points)) said.push(line);
    }
    if (event.type === 'run-end') {
      said.push(`# ${describeTally(result.jobs.map(({ outcome }) => outcome)) || 'no job ran'}`);
      for (const note of result.notes) said.push(`# note: ${firstLine(note, 400)}`);
      if (htmlPath !== undefined) said.push(`# report: ${htmlPath}`);
      const cut = CUT_SHORT[result.outcome];
      if (cut !== undefined) said.push(`Bail out! ${cut}`);
      else if (planned === undefined) said.push(`1..${points}`);
    }
    return said;
  }

  return {
    onEvent: (event) => {
      fold.add(event);
      return lines(event)
        .map((line) => `${line}\n`)
        .join('');
    },
  };
};

/** What is counted up to here is not all. */
const CUT_SHORT: Partial<Record<Outcome, string>> = {
  interrupted: 'the run was interrupted',
  running: 'the run goes on',
};

function jobLines(job: JobResult, number: number): string[] {
  const steps = job.steps.filter(({ phase }) => phase !== 'on-failure');
  const name = escapeText(firstLine(job.job));
  const point = pointLine({ number, name, outcome: job.outcome, reason: jobReason(job) });
  const block = yamlBlock([
    ['outcome', job.outcome],
    ['duration_ms', Math.round(job.durationMs)],
    ['reason', job.outcome === 'passed' ? undefined : jobReason(job)],
    ['machine', job.machines.length === 0 ? undefined : job.machines.map(machineText).join('; ')],
  ]);
  if (job.outcome === 'skipped' || job.outcome === 'not-run' || steps.length === 0) return [point, ...block];
  const inner = [`1..${steps.length}`, ...steps.flatMap((step, index) => stepLines(job, step, index + 1))];
  return [`# Subtest: ${name}`, ...inner.map((line) => `    ${line}`), point, ...block];
}

function machineText({ on, facts }: JobMachine): string {
  const text = `${facts.image ?? facts.os ?? 'host'}, systemd ${facts.systemd ?? 'none'}`;
  return on === undefined ? text : `${on}: ${text}`;
}

function stepLines(job: JobResult, step: StepResult, number: number): string[] {
  const { durationMs, exit, signal, failures, place, tries } = step;
  const facts: readonly Fact[] = [
    ['outcome', step.outcome],
    ['exit', exit],
    ['signal', signal],
    ['duration_ms', Math.round(durationMs)],
    ['tries', tries > 1 ? tries : undefined],
  ];
  const { outcome } = step;
  const point = pointLine({ number, name: escapeText(stepTitle(step)), outcome, reason: stepReason(step) });
  if (outcome === 'skipped' || outcome === 'not-run') return [point];
  if (outcome === 'passed' && failures.length === 0) return [point, ...yamlBlock(facts)];
  const wrong = step.checks.filter(({ ok }) => !ok);
  const block = yamlBlock([
    ...facts,
    ['message', isBad(outcome) ? stepReason(step) : failures[0] && describeFailure(failures[0])],
    ['at', outcome === 'passed' || place.file === '' ? undefined : describePlace(place)],
    ['command', isBad(outcome) && step.command !== '' ? firstLine(step.command, 2_000) : undefined],
    ['expected', failures.length > 0 ? step.expected : undefined],
    [
      'actual',
      failures
        .map((failure) => seenText(failure.kind, failure))
        .filter((text) => text !== '')
        .join('\n') || undefined,
    ],
    ['failures', stepFailureLines(step).map(({ text }) => text)],
    ['checks', wrong.map(({ name, expected, actual }) => `${name}: expected ${expected}, actual ${actual}`)],
    ['again', isBad(outcome) ? againCommand(job) : undefined],
  ]);
  return [point, ...block];
}

/** In the words of `expected`; of a text the lines that stand beside those expected. */
const SEEN: {
  readonly [Kind in Failure['kind']]: (failure: Extract<Failure, { kind: Kind }>) => string;
} = {
  exit: ({ actual }) => `exit ${actual}`,
  fact: ({ what, actual }) => `${what}: ${actual}`,
  mismatch: ({ what, mismatch }) => {
    const rows = mismatch.rows.filter(({ kind }) => kind !== 'missing');
    const lines = rows.map(({ kind, actual = '' }) => (kind === 'gap' ? '...' : actual));
    return lines.length === 0 ? '' : `${what}:\n${lines.join('\n')}`;
  },
  timeout: () => '',
  boot: () => '',
  error: () => '',
};

function seenText<Kind extends Failure['kind']>(
  kind: Kind,
  failure: Extract<Failure, { kind: Kind }>,
): string {
  return SEEN[kind](failure);
}

interface Point {
  readonly number: number;
  readonly name: string;
  readonly outcome: Outcome;
  readonly reason: string | undefined;
}
const NOT_OK: ReadonlySet<Outcome> = new Set(['failed', 'timed-out', 'errored', 'interrupted', 'known']);
const DIRECTIVES: Partial<Record<Outcome, string>> = {
  known: 'TODO',
  skipped: 'SKIP',
  'not-run': 'SKIP',
  running: 'SKIP',
};

function pointLine({ number, name, outcome, reason }: Point): string {
  const directive = DIRECTIVES[outcome];
  const said = firstLine(reason ?? (outcome === 'not-run' ? 'not run' : outcome));
  const tail = directive === undefined ? '' : ` # ${directive} ${escapeText(said)}`;
  return `${NOT_OK.has(outcome) ? 'not ok' : 'ok'} ${number} - ${name}${tail}`;
}

/** TAP 14 knows these two escapes and no others. */
function escapeText(text: string): string {
  return text.replaceAll(/[\\#]/g, String.raw`\$&`);
}

type Value = string | number | readonly string[] | undefined;
type Fact = readonly [key: string, value: Value];

function yamlBlock(entries: readonly Fact[]): string[] {
  const lines = entries.flatMap(([key, value]) => yamlEntry(key, value));
  return ['  ---', ...lines.map((line) => `  ${line}`), '  ...'];
}

function yamlEntry(key: string, value: Value): string[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return [`${key}: ${value}`];
  if (typeof value === 'string') return [`${key}: ${quote(value)}`];
  if (value.length === 0) return [];
  return [`${key}:`, ...value.slice(0, MOST_LINES).map((line) => `  - ${quote(line)}`)];
}
const MOST_LINES = 200;

function quote(text: string): string {
  return JSON.stringify(visible(text).slice(0, 2_000));
}
