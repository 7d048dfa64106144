/** The OTLP reporter: the run, its jobs, steps and boot units as OpenTelemetry spans, one line of OTLP/JSON. */
import { firstLine } from '../src/describe-text.ts';
import { jobReason, stepReason, stepTitle } from '../src/describe.ts';
import type { MachineFacts, Outcome } from '../src/event.ts';
import { isBad } from '../src/outcome.ts';
import type { JobResult, RunResult } from '../src/result.ts';
import { jsonText } from './json-text.ts';
import { attributes, type Facts, SERVER, spanId, spanOf, type Trace, traceOf } from './otlp-span.ts';
import type { ReporterFactory } from './reporter.ts';
import { type AttemptSpan, attemptSpans, type StepSpan, type UnitSpan } from './spans.ts';

/** The words of the semantic conventions for a pipeline, its tasks, a test suite and a test case. */
const WORDS: Record<Outcome, { readonly task: string; readonly suite: string; readonly test: string }> = {
  passed: { task: 'success', suite: 'success', test: 'pass' },
  flaky: { task: 'success', suite: 'success', test: 'pass' },
  known: { task: 'success', suite: 'success', test: 'known' },
  failed: { task: 'failure', suite: 'failure', test: 'fail' },
  'timed-out': { task: 'timeout', suite: 'timed_out', test: 'fail' },
  errored: { task: 'error', suite: 'failure', test: 'fail' },
  interrupted: { task: 'cancellation', suite: 'aborted', test: 'fail' },
  running: { task: 'success', suite: 'in_progress', test: 'pass' },
  skipped: { task: 'skip', suite: 'skipped', test: 'skipped' },
  'not-run': { task: 'skip', suite: 'skipped', test: 'skipped' },
};

export const otlpReporter: ReporterFactory = ({ traceParent }) => ({
  async *render(result) {
    const path = 'traces.json';
    const trace = traceOf(result, traceParent);
    const resource = jsonText({ attributes: attributes(resourceFacts(result)) });
    const [name = '', version = ''] = result.tool.split(' ');
    const scope = jsonText({ name: name === '' ? 'rootlab' : name, version });
    yield {
      path,
      chunk: `{"resourceSpans":[{"resource":${resource},"scopeSpans":[{"scope":${scope},"spans":[`,
    };
    let between = '';
    for (const span of runSpans(result, trace)) {
      yield { path, chunk: between + jsonText(span) };
      between = ',';
    }
    // A reader of such files takes a line at a time.
    yield { path, chunk: ']}]}]}\n' };
  },
});

function resourceFacts({ tool, host, git, ci }: RunResult): Facts {
  return {
    'service.name': 'rootlab',
    'service.version': tool.split(' ')[1],
    'host.arch': host['arch'],
    'vcs.ref.head.name': git?.ref,
    'vcs.ref.head.revision': git?.sha,
    'cicd.pipeline.run.url.full': ci?.url,
    'rootlab.ci.provider': ci?.provider,
  };
}

function* runSpans(result: RunResult, trace: Trace): Generator<object> {
  const { title, outcome, durationMs, jobs } = result;
  yield spanOf(trace, [], {
    name: `RUN ${firstLine(title)}`,
    kind: SERVER,
    at: { fromMs: 0, toMs: durationMs },
    bad: isBad(outcome) ? outcome : undefined,
    facts: {
      'cicd.pipeline.name': firstLine(title),
      'cicd.pipeline.action.name': 'RUN',
      'cicd.pipeline.run.id': spanId(trace, []),
      'cicd.pipeline.result': WORDS[outcome].task,
      'rootlab.outcome': outcome,
    },
  });
  for (const job of jobs) for (const attempt of attemptSpans(job)) yield* jobSpans(trace, job, attempt);
}

function* jobSpans(trace: Trace, job: JobResult, at: AttemptSpan): Generator<object> {
  const { outcome, attempt, machines } = at.attempt;
  const fact = (name: keyof MachineFacts): string | undefined =>
    machines.length === 0 ? undefined : machines.map(({ facts }) => facts[name] ?? '').join(' + ');
  const path = [`${job.job} ${attempt}`];
  const axes = Object.entries(job.axes).map(([key, value]) => [`rootlab.axis.${key}`, value] as const);
  yield spanOf(trace, path, {
    name: firstLine(job.job),
    at,
    bad: isBad(outcome) ? outcome : undefined,
    message: jobReason(at.attempt),
    facts: {
      'test.suite.name': firstLine(job.job),
      'test.suite.run.status': WORDS[outcome].suite,
      'cicd.pipeline.task.name': firstLine(job.title),
      'cicd.pipeline.task.type': 'test',
      'cicd.pipeline.task.run.id': spanId(trace, path),
      'cicd.pipeline.task.run.result': WORDS[outcome].task,
      'rootlab.outcome': outcome,
      'rootlab.attempt': attempt,
      'rootlab.image': fact('image'),
      'rootlab.systemd.version': fact('systemd'),
      'rootlab.kernel': fact('kernel'),
      'rootlab.cgroup': fact('cgroup'),
      'rootlab.backend': fact('backend'),
      ...Object.fromEntries(axes),
    },
  });
  for (const step of at.steps) yield* stepSpans(trace, job, path, step);
}

function* stepSpans(
  trace: Trace,
  { job }: JobResult,
  parent: readonly string[],
  at: StepSpan,
): Generator<object> {
  const { id, verb, phase, outcome, exit, signal, tries, place } = at.step;
  const path = [...parent, id];
  yield spanOf(trace, path, {
    name: stepTitle(at.step),
    at,
    bad: isBad(outcome) ? outcome : undefined,
    message: stepReason(at.step),
    facts: {
      'test.case.name': `${firstLine(job)} › ${stepTitle(at.step)}`,
      'test.case.result.status': WORDS[outcome].test,
      'code.file.path': place.file === '' ? undefined : place.file,
      'code.line.number': place.file === '' ? undefined : place.line,
      'process.exit.code': exit,
      'rootlab.outcome': outcome,
      'rootlab.step': id,
      'rootlab.verb': verb,
      'rootlab.phase': phase,
      'rootlab.signal': signal,
      'rootlab.tries': tries,
    },
  });
  for (const [index, unit] of at.units.entries()) yield unitSpan(trace, [...path, String(index)], unit);
}

function unitSpan(trace: Trace, path: readonly string[], at: UnitSpan): object {
  return spanOf(trace, path, {
    name: firstLine(at.name),
    at,
    bad: at.activeState === 'failed' ? 'failed' : undefined,
    facts: {
      'rootlab.unit': at.name,
      'rootlab.unit.active_state': at.activeState,
      'rootlab.systemd.version': at.systemdVersion,
    },
  });
}
