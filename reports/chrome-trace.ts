/** The Chrome trace reporter: a job as a process, its steps and the units of its boots as bars, for chrome://tracing and Perfetto. */
import { firstLine } from '../src/describe-text.ts';
import { jobReason, stepReason, stepTitle } from '../src/describe.ts';
import type { Outcome } from '../src/event.ts';
import type { JobResult } from '../src/result.ts';
import { jsonText } from './json-text.ts';
import type { ReporterFactory } from './reporter.ts';
import { type AttemptSpan, attemptSpans, rows, type Span, type StepSpan, type UnitSpan } from './spans.ts';

/** Colours have names of their own there, and only those. */
const COLOURS: Record<Outcome, string> = {
  passed: 'good',
  flaky: 'yellow',
  known: 'olive',
  failed: 'terrible',
  'timed-out': 'terrible',
  errored: 'bad',
  interrupted: 'bad',
  running: 'grey',
  skipped: 'grey',
  'not-run': 'grey',
};

type TraceEvent = Readonly<Record<string, unknown>>;

export const chromeTraceReporter: ReporterFactory = () => ({
  async *render({ tool, title, startedAt, outcome, host, jobs }) {
    const path = 'trace.json';
    const about = { tool, title, startedAt, outcome, host };
    yield { path, chunk: `{"displayTimeUnit":"ms","otherData":${jsonText(about)},"traceEvents":[` };
    let between = '\n';
    for (const [index, job] of jobs.entries()) {
      for (const event of jobEvents(job, index + 1)) {
        yield { path, chunk: between + jsonText(event) };
        between = ',\n';
      }
    }
    yield { path, chunk: '\n]}\n' };
  },
});

function* jobEvents(job: JobResult, pid: number): Generator<TraceEvent> {
  const attempts = attemptSpans(job);
  if (attempts.length === 0) return;
  yield named('process', pid, firstLine(job.job));
  yield { ph: 'M', name: 'process_sort_index', pid, tid: 0, args: { sort_index: pid } };
  const steps = attempts.flatMap((span) => span.steps);
  yield* track({ pid, tid: 1, name: 'job' }, attempts, (span) => attemptBar(job, span));
  yield* track({ pid, tid: 1_000, name: 'steps' }, steps, stepBar);
  yield* track(
    { pid, tid: 2_000, name: 'boot' },
    steps.flatMap(({ units }) => units),
    unitBar,
  );
}

interface Thread {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
}

/** Bars of one thread must lie apart or one in the other: what goes on at once gets threads of its own. */
function* track<T extends Span>(
  { pid, tid, name }: Thread,
  spans: readonly T[],
  bar: (span: T) => TraceEvent,
): Generator<TraceEvent> {
  const begun = new Set<number>();
  for (const [span, row] of rows(spans)) {
    if (!begun.has(row)) yield named('thread', pid, name, tid + row);
    begun.add(row);
    const ts = microseconds(span.fromMs);
    yield { ph: 'X', pid, tid: tid + row, ts, dur: microseconds(span.toMs) - ts, ...bar(span) };
  }
}

function named(what: 'process' | 'thread', pid: number, name: string, tid = 0): TraceEvent {
  return { ph: 'M', name: `${what}_name`, pid, tid, args: { name } };
}

function microseconds(ms: number): number {
  return Math.round(ms * 1_000);
}

function attemptBar({ job, title, axes, tags }: JobResult, { attempt }: AttemptSpan): TraceEvent {
  const { outcome, machines, kept } = attempt;
  const reason = jobReason(attempt);
  return {
    name: attempt.attempt > 1 ? `${firstLine(job)} (attempt ${attempt.attempt})` : firstLine(job),
    cat: 'job',
    cname: COLOURS[outcome],
    args: { title: firstLine(title), outcome, reason, attempt: attempt.attempt, axes, tags, machines, kept },
  };
}

function stepBar({ step }: StepSpan): TraceEvent {
  const { id, verb, phase, outcome, exit, signal, tries, place, measures } = step;
  const command = firstLine(step.command);
  const args = { step: id, verb, outcome, reason: stepReason(step), exit, signal, tries, command, place };
  return {
    name: stepTitle(step),
    cat: phase,
    cname: COLOURS[outcome],
    args: measures.length === 0 ? args : { ...args, measures },
  };
}

function unitBar({ name, activeState, systemdVersion }: UnitSpan): TraceEvent {
  return {
    name: firstLine(name),
    cat: 'boot',
    cname: activeState === 'failed' ? COLOURS.failed : 'generic_work',
    args: { activeState, systemdVersion },
  };
}
