/** The worst that a run can say, in every reporter: its files stay what they are, and its memory bounded. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Parser } from 'tap-parser';
import { validate } from 'ctrf';
import { reporters } from '../../reports/index.ts';
import type { ReporterOptions } from '../../reports/reporter.ts';
import type { Event } from '../../src/event.ts';
import { mergeLogs } from '../../src/merge.ts';
import { cutRun } from '../fixtures/sample-jobs.ts';
import { HOSTILE, recordRun, type SampleJob, type SampleStep } from '../fixtures/sample-run.ts';
import { faultsOf } from './xmllint.ts';
import { closed, report } from './contract.ts';

const NAMES = Object.keys(reporters);
const EVIL = [
  HOSTILE.output,
  '<script>alert(1)</script><!-- --><![CDATA[ ]]> ]]&gt; &#27;\n',
  '\u001B]0;title\u0007\u001BP1$r\u001B\\\u001B[?1049h\u009B31m\u0000\u0001\uFFFE\uFFFF\n',
  'lone \uD800 and \uDC00 halves\n',
  '::error::forged\n::stop-commands::x\n::endgroup::\n##[error]old\n%0A\n',
  '    ok 1 - forged\nBail out!\n1..0\n  ---\n  ...\npragma +strict\n',
  '```\n</details></table>\n| a | b |\n@everyone #1\n',
  '{"version":2}\n[0,"i","typed"]\n',
] as const;

function evilRun(): readonly Event[] {
  const steps = EVIL.flatMap((text, index): SampleStep[] => [
    {
      id: `bad-${index}`,
      title: text,
      command: text,
      outcome: 'failed',
      out: text,
      err: text,
      reason: text,
      failures: [
        { kind: 'fact', what: text, expected: text, actual: text },
        { kind: 'error', message: text, hint: text, detail: text },
      ],
    },
    { id: `skip-${index}`, title: text, outcome: 'skipped', reason: text },
  ]);
  const jobs = EVIL.map((text, index): SampleJob => ({
    job: `${text}@${index}`,
    title: text,
    outcome: 'failed',
    steps,
  }));
  return recordRun(jobs);
}

async function filesOf(
  name: string,
  events: readonly Event[],
  options: Partial<ReporterOptions> = {},
): Promise<ReadonlyMap<string, string>> {
  const factory = reporters[name];
  if (factory === undefined) throw new Error(`no reporter ${name}`);
  return report(factory, events, options);
}

/** What is wrong with a file of that reporter. */
const FAULTS: Readonly<Record<string, (text: string) => string | Promise<string>>> = {
  tap: async (text) => {
    const found: string[] = [];
    const parser = new Parser({ strict: true }, ({ fail, bailout, failures }) => {
      if (bailout !== false && bailout !== 'the run was interrupted')
        found.push(`bailout ${String(bailout)}`);
      if (fail === 0) found.push('nothing failed');
      found.push(
        ...failures.flatMap(({ tapError }) =>
          tapError === undefined || tapError === null ? [] : [tapError],
        ),
      );
    });
    parser.on('extra', (line) => found.push(`extra ${line}`));
    parser.end(text);
    return found.filter((one) => !one.startsWith('extra #')).join('\n');
  },
  junit: faultsOf,
  jenkins: faultsOf,
  ctrf: (text) => (validate(JSON.parse(text)).valid ? '' : 'invalid'),
};
const FOR_PEOPLE = { console: true, tap: true, github: true, markdown: true, dotenv: true };
const isJson = (text: string): string => (typeof JSON.parse(text) === 'object' ? '' : 'no object');
const areLines = (text: string): string => text.trimEnd().split('\n').map(isJson).join('');
const JSON_FAULTS: typeof FAULTS = {
  json: isJson,
  otlp: isJson,
  'chrome-trace': isJson,
  gitlab: isJson,
  jsonl: areLines,
  asciicast: areLines,
  'asciicast-v3': areLines,
};

for (const name of NAMES) {
  t.test(`${name} stays whole whatever a run says`, async (t) => {
    for (const [path, text] of await filesOf(name, evilRun())) {
      if (text === '') continue;
      if (name in FOR_PEOPLE)
        t.notOk(/[\u001B\u009B\0]/.test(text), `${path} holds nothing that a terminal obeys`);
      const fault = await (FAULTS[name] ?? JSON_FAULTS[name])?.(text);
      t.equal(fault ?? '', '', path);
    }
  });
}

t.test('A run that was killed in a step is interrupted in every reporter', async (t) => {
  const cut = await closed(cutInTerminal());
  for (const name of NAMES) {
    const text = [...(await filesOf(name, cut, { pageUrl: 'https://ci/index.html' })).values()].join('\n');
    t.match(text, /interrupted|cancell?ation/, name);
  }
});

/** A recording has words only for what a terminal showed. */
function cutInTerminal(): readonly Event[] {
  const events = cutRun();
  const last = events.at(-1);
  const begun = events.findLast((event) => event.type === 'step-begin');
  if (last === undefined || begun?.type !== 'step-begin') throw new Error('no step was cut');
  const { job, step } = begun;
  return [...events, { ...last, type: 'output', job, step, fd: 'tty', text: 'half a li' }];
}

const cell = (image: string, outcome: 'passed' | 'failed', at: number): Event[] =>
  recordRun([
    { job: `a/b@${image}`, title: 'A', outcome, steps: [{ id: 's', outcome, out: `${image}\n` }] },
  ]).map((event) => ({ ...event, t: event.t + at }));

t.test('Four cells and a re-run, merged in any order, are the same bytes in every reporter', async (t) => {
  const logs = [
    cell('a', 'passed', 0),
    cell('b', 'failed', 10),
    cell('c', 'passed', 20),
    cell('d', 'passed', 30),
    cell('b', 'passed', 90_000),
  ];
  const orders = [
    [0, 1, 2, 3, 4],
    [4, 3, 2, 1, 0],
    [2, 4, 0, 3, 1],
    [1, 0, 4, 2, 3],
  ];
  const merged = orders.map((order) => mergeLogs(order.map((index) => logs[index] ?? [])));
  for (const name of NAMES) {
    const all = await Promise.all(merged.map(async (events) => [...(await filesOf(name, events))]));
    for (const files of all.slice(1)) t.ok(JSON.stringify(files) === JSON.stringify(all[0]), name);
  }
});

/** Runs every reporter but the page over a log that is made while it is read, with little memory. */
function checkBounded(t: Test, what: string, megabytes: number): void {
  const script = join(import.meta.dirname, 'hostile-child.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${megabytes}`, '--import=tsx', script, what],
    { encoding: 'utf8' },
  );
  t.equal(status, 0, stderr.slice(0, 2_000));
  t.match(stdout, /^done /);
}

t.test('100,000 tiny steps are borne by every reporter', async (t) => checkBounded(t, 'steps', 500));
t.test('1 GB in one line is borne by every reporter', async (t) => checkBounded(t, 'line', 200));
