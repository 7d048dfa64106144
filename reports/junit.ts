/**
 * The JUnit reporters: a suite is a job, a case a step. What they write is valid by the schema of Jenkins' xunit plugin
 * (junit-10.xsd), which knows fewer attributes than others, and below the 30 MB that GitLab reads. The dialect of Jenkins
 * is for its tree of packages, classes and tests.
 */
import { describePlace, firstLine, visible } from '../src/describe-text.ts';
import { againCommand, decidingStep, OUTCOME_WORDS, stepFailureLines } from '../src/describe.ts';
import type { Outcome } from '../src/event.ts';
import { outputText, type JobResult, type RunResult } from '../src/result.ts';
import { terminalText } from '../src/terminal.ts';
import { type Case, caseName, runCases } from './cases.ts';
import { cutMiddle } from './cut.ts';
import { attributes, element, xmlText } from './junit-xml.ts';
import type { Reporter, ReporterFactory } from './reporter.ts';

export const junitReporter: ReporterFactory = () => reporterOf(COMMON);
export const jenkinsReporter: ReporterFactory = ({ attachmentPath }) =>
  reporterOf(attachmentPath === undefined ? JENKINS : { ...JENKINS, ...attached(attachmentPath) });

interface Dialect {
  readonly path: string;
  readonly nameOf: (job: JobResult, one: Case) => string;
  readonly classOf: (job: JobResult) => string;
  /** Told of a case that passed in the end. */
  readonly flakyXml: (one: Case) => string;
  /** The output as the reader of that dialect takes it. */
  readonly outputOf?: (output: string, job: JobResult, one: Case) => string;
}

const COMMON: Dialect = {
  path: 'junit.xml',
  nameOf: (_job, { name }) => name,
  classOf: (job) => `${fileOf(job)}[${job.job}]`,
  flakyXml: () => '',
};

const JENKINS: Dialect = {
  path: 'jenkins.xml',
  // The class above it says which job it is.
  nameOf: ({ job }, { name }) => {
    const prefix = caseName(job, '');
    return name.startsWith(prefix) ? name.slice(prefix.length) : name;
  },
  // Packages end at dots there, and a version has some.
  classOf: ({ job }) => firstLine(job, 400).replaceAll('.', '_').replaceAll('/', '.'),
  // As Surefire says it, which the plugin for flaky tests reads.
  flakyXml: ({ outcome, reason }) =>
    outcome === 'flaky' ? `      ${element('flakyFailure', { message: reason, type: outcome }, '')}\n` : '',
};

/** As Jenkins' plugin "JUnit Attachments" reads it from the output of a case; what a program prints names no file. */
function attached(pathOf: (path: string) => string): Pick<Dialect, 'outputOf'> {
  return {
    // What belongs to no step stands where the job's outcome comes from.
    outputOf: (output, job, { step }) =>
      [
        output.replaceAll('[[ATTACHMENT|', '[ [ATTACHMENT|'),
        ...[...(step?.attachments ?? []), ...(step === decidingStep(job) ? job.attachments : [])].map(
          ({ path }) => `[[ATTACHMENT|${visible(pathOf(path))}]]\n`,
        ),
      ]
        .filter((text) => text !== '')
        .map((text) => (text.endsWith('\n') ? text : `${text}\n`))
        .join(''),
  };
}

function reporterOf(dialect: Dialect): Reporter {
  return {
    async *render(result) {
      let bytes = 0;
      const encoder = new TextEncoder();
      for await (const chunk of documentXml(result, dialect, () => bytes)) {
        bytes += encoder.encode(chunk).length;
        yield { path: dialect.path, chunk };
      }
    },
  };
}

/** Characters of one output or failure. */
const LONGEST = 64 * 1024;
/** Bytes of the file beyond which texts are left out; those of failures may still come when others may not. */
const ROOM = { good: 12_000_000, bad: 24_000_000 } as const;

type Kind = 'passed' | 'failure' | 'error' | 'skipped';
const KINDS: Record<Outcome, Kind> = {
  passed: 'passed',
  flaky: 'passed',
  // The format has no word for what is known to fail and may.
  known: 'skipped',
  failed: 'failure',
  'timed-out': 'failure',
  errored: 'error',
  interrupted: 'error',
  running: 'skipped',
  skipped: 'skipped',
  'not-run': 'skipped',
};

async function* documentXml(
  result: RunResult,
  dialect: Dialect,
  written: () => number,
): AsyncGenerator<string> {
  const suites = [...runCases(result)];
  const all = suites.flatMap(([, cases]) => cases);
  const { tests, failures, errors } = counts(all);
  const { title, durationMs } = result;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites${attributes({ name: title, tests, failures, errors, time: seconds(durationMs) })}>\n`;
  for (const [job, cases] of suites) yield* suiteXml({ result, dialect, job, cases, written });
  yield '</testsuites>\n';
}

interface Suite {
  readonly result: RunResult;
  readonly dialect: Dialect;
  readonly job: JobResult;
  readonly cases: readonly Case[];
  readonly written: () => number;
}

async function* suiteXml({ result, dialect, job, cases, written }: Suite): AsyncGenerator<string> {
  const file = fileOf(job);
  const began = result.startedAt === 0 ? undefined : result.startedAt + (job.beganMs ?? 0);
  yield `  <testsuite${attributes({
    name: job.job,
    ...counts(cases),
    time: seconds(job.durationMs),
    timestamp: began === undefined ? undefined : new Date(began).toISOString().slice(0, 19),
    file: file === '' ? undefined : file,
  })}>\n`;
  yield propertiesXml(job);
  const classname = dialect.classOf(job);
  for (const one of cases) {
    const open = `    <testcase${attributes({ name: dialect.nameOf(job, one), classname, time: seconds(one.step?.durationMs ?? 0) })}`;
    const inside = dialect.flakyXml(one) + (await caseXml(dialect, job, one, written()));
    yield inside === '' ? `${open}/>\n` : `${open}>\n${inside}    </testcase>\n`;
  }
  yield '  </testsuite>\n';
}

function fileOf({ steps }: JobResult): string {
  return steps[0]?.place.file ?? '';
}

function propertiesXml({ title, axes, machines }: JobResult): string {
  const facts = new Map<string, string | undefined>(Object.entries({ title, ...axes }));
  for (const { on, facts: found } of machines)
    for (const [name, value] of Object.entries(found))
      facts.set(on === undefined ? name : `${on}.${name}`, value);
  const lines = [...facts].map(
    ([name, value]) => `      <property${attributes({ name, value: visible(value ?? '') })}/>\n`,
  );
  return `    <properties>\n${lines.join('')}    </properties>\n`;
}

async function caseXml(dialect: Dialect, job: JobResult, one: Case, written: number): Promise<string> {
  const kind = KINDS[one.outcome];
  const bad = kind === 'failure' || kind === 'error';
  const room = written < (bad ? ROOM.bad : ROOM.good);
  const message = one.reason ?? OUTCOME_WORDS[one.outcome];
  const verdict =
    kind === 'passed'
      ? ''
      : `      ${element(kind, { message: kind === 'skipped' ? skipMessage(one) : message, type: bad ? one.outcome : undefined }, bad && room ? failureText(job, one) : '')}\n`;
  const printed = room && one.step !== undefined ? await shown(outputText(one.step.output)) : '';
  const output = dialect.outputOf?.(printed, job, one) ?? printed;
  return output === '' ? verdict : `${verdict}      <system-out>${xmlText(output)}</system-out>\n`;
}

function skipMessage({ outcome, reason }: Case): string {
  return outcome === 'skipped' && reason !== undefined
    ? reason
    : `${OUTCOME_WORDS[outcome]}${reason === undefined ? '' : `: ${reason}`}`;
}

/** What a person needs who sees nothing but this: the evidence, where it stands, what was typed, how to type it again. */
function failureText(job: JobResult, { step, reason }: Case): string {
  const lines = step === undefined ? [] : stepFailureLines(step).map(({ text }) => text);
  if (lines.length === 0 && reason !== undefined) lines.push(reason);
  if (step !== undefined && step.place.file !== '') lines.push('', `at ${describePlace(step.place)}`);
  if (step !== undefined && step.command !== '') lines.push(`command: ${firstLine(step.command, 2_000)}`);
  return cutMiddle(visible([...lines, `again: ${againCommand(job)}`].join('\n')), LONGEST);
}

/** Cut before it is rendered, too: a terminal takes its time for megabytes. */
async function shown(output: string): Promise<string> {
  return cutMiddle(await terminalText(cutMiddle(output, LONGEST)), LONGEST);
}

function counts(cases: readonly Case[]): {
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
} {
  const of = (kind: Kind): number => cases.filter(({ outcome }) => KINDS[outcome] === kind).length;
  return { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
