/** The CTRF reporter: the Common Test Report Format, a test a step; what it has no word for stands in `rawStatus` and `extra`. */
import { visible } from '../src/describe-text.ts';
import { againCommand, stepFailureLines } from '../src/describe.ts';
import type { Outcome } from '../src/event.ts';
import { isBad } from '../src/outcome.ts';
import { outputText, type JobResult, type RunResult } from '../src/result.ts';
import { type Case, runCases } from './cases.ts';
import { lastLines } from './console-tail.ts';
import { cutMiddle } from './cut.ts';
import { jsonText } from './json-text.ts';
import type { ReporterFactory } from './reporter.ts';

/** Of the format: https://ctrf.io */
const SPEC_VERSION = '0.1.0';

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';
const STATUSES: Record<Outcome, Status> = {
  passed: 'passed',
  flaky: 'passed',
  known: 'other',
  failed: 'failed',
  'timed-out': 'failed',
  // Whoever only counts `failed` must not take these for green.
  errored: 'failed',
  interrupted: 'failed',
  running: 'pending',
  skipped: 'skipped',
  'not-run': 'pending',
};

export const ctrfReporter: ReporterFactory = () => ({
  async *render(result) {
    const path = 'ctrf.json';
    const suites = [...runCases(result)];
    const head = jsonText(documentHead(result, suites));
    // The list of tests goes last, piece by piece: it may be longer than a string can be.
    yield { path, chunk: `${head.slice(0, -2)},"tests":[` };
    let between = '\n';
    for (const [job, cases] of suites) {
      for (const one of cases) {
        yield { path, chunk: between + jsonText(testOf(result, job, one)) };
        between = ',\n';
      }
    }
    yield { path, chunk: '\n]}}\n' };
  },
});

type Suites = readonly (readonly [JobResult, readonly Case[]])[];

/** Ends in `results`, which the tests complete. */
function documentHead(result: RunResult, suites: Suites): Record<string, unknown> {
  const { tool, host, startedAt, durationMs, git, ci, outcome, exit } = result;
  const [name = '', version] = tool.split(' ');
  const outcomes = suites.flatMap(([, cases]) => cases.map((one) => one.outcome));
  const of = (status: Status): number => outcomes.filter((one) => STATUSES[one] === status).length;
  const start = Math.round(startedAt);
  return {
    reportFormat: 'CTRF',
    specVersion: SPEC_VERSION,
    generatedBy: tool === '' ? 'rootlab' : tool,
    results: {
      tool: { name: name === '' ? 'rootlab' : name, version },
      summary: {
        tests: outcomes.length,
        passed: of('passed'),
        failed: of('failed'),
        skipped: of('skipped'),
        pending: of('pending'),
        other: of('other'),
        flaky: outcomes.filter((one) => one === 'flaky').length,
        suites: suites.length,
        start,
        stop: start + Math.round(durationMs),
      },
      environment: {
        commit: git?.sha,
        branchName: git?.ref,
        buildUrl: ci?.url,
        extra: { ...host, outcome, exit },
      },
    },
  };
}

const LAST_LINES = 200;
const LONGEST_TRACE = 64 * 1024;

function testOf(result: RunResult, job: JobResult, one: Case): Record<string, unknown> {
  const { name, outcome, reason, step } = one;
  const duration = Math.round(step?.durationMs ?? 0);
  const began = step?.beganMs;
  const start =
    began === undefined || result.startedAt === 0 ? undefined : Math.round(result.startedAt + began);
  const file = step?.place.file === '' ? undefined : step?.place.file;
  const lines = step === undefined ? [] : stepFailureLines(step).map(({ text }) => text);
  const bad = isBad(outcome);
  return {
    name,
    status: STATUSES[outcome],
    duration,
    start,
    stop: start === undefined ? undefined : start + duration,
    suite: [...(file === undefined ? [] : [file]), job.job],
    message: reason,
    trace: lines.length === 0 ? undefined : cutMiddle(visible(lines.join('\n')), LONGEST_TRACE),
    rawStatus: outcome,
    tags: job.tags.length === 0 ? undefined : job.tags,
    filePath: file,
    line: file === undefined ? undefined : step?.place.line,
    retries: step !== undefined && step.tries > 1 ? step.tries - 1 : undefined,
    flaky: outcome === 'flaky' ? true : undefined,
    stdout: bad && step !== undefined ? lastLines(outputText(step.output), LAST_LINES).lines : undefined,
    parameters: Object.keys(job.axes).length === 0 ? undefined : job.axes,
    extra: bad ? { step: step?.id, again: againCommand(job) } : { step: step?.id },
  };
}
