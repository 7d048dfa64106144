import t, { type Test } from 'tap';
import { asciicastReporter, asciicastV3Reporter } from '../../reports/asciicast.ts';
import type { Event } from '../../src/event.ts';
import { PASSED, SAMPLE_JOBS } from '../fixtures/sample-jobs.ts';
import { HOSTILE, recordRun, type SampleJob } from '../fixtures/sample-run.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

type CastEvent = readonly [seconds: number, code: string, data: string];

/** A header of version 2 and events in order, each in a line of well-formed text. */
async function checkCast(t: Test, events: readonly Event[]): Promise<readonly CastEvent[]> {
  const text = (await report(asciicastReporter, events)).get('terminal.cast') ?? '';
  t.notMatch(text, /\p{Surrogate}|\\ud[89a-f]/u);
  const [header = '', ...lines] = text.trimEnd().split('\n');
  t.match(JSON.parse(header), { version: 2, width: 160, height: 50, title: String });
  let last = 0;
  return lines.map((line) => {
    const event: CastEvent = JSON.parse(line);
    const [seconds, code, data] = event;
    t.equal(event.length, 3);
    t.ok(seconds >= last, line);
    last = seconds;
    t.match(code, /^[om]$/);
    t.type(data, 'string');
    return event;
  });
}

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} has no terminal, and a cast without events`, async (t) => {
    t.same(await checkCast(t, events()), []);
  });
}

/** What a console and a `tty` step say, in the shape of a log. */
function terminalJob(job: string, text: string): SampleJob {
  const output = { type: 'output', job } as const;
  return {
    job,
    title: job,
    outcome: 'passed',
    steps: [
      {
        id: 'boot',
        title: 'Boot',
        phase: 'boot',
        outcome: 'passed',
        ms: 1_000,
        more: [{ ...output, step: 'boot', fd: 'console', text: 'Welcome!\nlogin: \r\n' }],
      },
      { id: 'quiet', outcome: 'passed', ms: 500, out: 'not on a terminal\n' },
      {
        id: 'top',
        outcome: 'passed',
        ms: 250,
        more: [
          { ...output, step: 'top', fd: 'tty', text },
          // Half of a character, and the rest of it.
          { ...output, step: 'top', fd: 'tty', base64: '4pc=' },
          { ...output, step: 'top', fd: 'tty', base64: 'jw==' },
        ],
      },
    ],
  };
}

t.test('Jobs follow each other, with a marker for each and for their steps', async (t) => {
  const jobs = [terminalJob('one', 'a\n'), PASSED, terminalJob('two', 'b\r\n')];
  t.same(await checkCast(t, recordRun(jobs, { outcome: 'passed', exit: 0 })), [
    [0, 'm', 'one passed'],
    [0, 'm', 'Boot passed'],
    [0, 'o', '\u001Bc'],
    [1, 'o', 'Welcome!\r\nlogin: \r\n'],
    [1, 'm', 'quiet passed'],
    [1.5, 'm', 'top passed'],
    [1.5, 'o', '\u001Bc'],
    [1.75, 'o', 'a\n'],
    [1.75, 'o', ''],
    [1.75, 'o', '●'],
    [1.75, 'm', 'two passed'],
    [1.75, 'm', 'Boot passed'],
    [1.75, 'o', '\u001Bc'],
    [2.75, 'o', 'Welcome!\r\nlogin: \r\n'],
    [2.75, 'm', 'quiet passed'],
    [3.25, 'm', 'top passed'],
    [3.25, 'o', '\u001Bc'],
    [3.5, 'o', 'b\r\n'],
    [3.5, 'o', ''],
    [3.5, 'o', '●'],
  ]);
});

t.test('A hostile run with terminals looks as it did', async (t) => {
  const hostile = terminalJob('hostile\uD800', `${HOSTILE.output}\uDC00`);
  const events = recordRun([...SAMPLE_JOBS, hostile]);
  await checkCast(t, events);
  checkGolden(t, 'sample.asciicast', (await report(asciicastReporter, events)).get('terminal.cast') ?? '');
});

t.test('Version 3 tells the time since the event before, and loses none of it', async (t) => {
  const jobs = [terminalJob('one', 'a\n'), terminalJob('two', 'b\n')];
  const events = recordRun(jobs, { outcome: 'passed', exit: 0 });
  const text = (await report(asciicastV3Reporter, events)).get('terminal-v3.cast') ?? '';
  const [header = '', ...lines] = text.trimEnd().split('\n');
  t.match(JSON.parse(header), { version: 3, term: { cols: 160, rows: 50 }, idle_time_limit: 2 });
  const before = await checkCast(t, events);
  let at = 0;
  const after = lines.map((line) => {
    const [interval, code, data]: CastEvent = JSON.parse(line);
    t.ok(interval >= 0, line);
    at += interval;
    return [Number(at.toFixed(6)), code, data];
  });
  t.same(after, before);
});
