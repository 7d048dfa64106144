/** Events and files with secrets in them, as they are recorded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openRecorder } from '../../runner/record.ts';
import { maskSecrets, type Masking } from '../../runner/secrets.ts';
import type { Event, EventBody } from '../../src/event.ts';

const value = 'hunter22';
const secrets = [{ name: 'PW', value }];
const ids = { job: 'a@host', step: 'one' };

function masking(): Masking {
  const made = maskSecrets(secrets);
  if (made === undefined) throw new Error('there are secrets');
  return made;
}
const output = (text: string, more: Partial<{ step: string; fd: 'out' | 'err' }> = {}): EventBody => ({
  type: 'output',
  ...ids,
  fd: 'out',
  text,
  ...more,
});
const stepEnd: EventBody = {
  type: 'step-end',
  ...ids,
  outcome: 'failed',
  durationMs: 1,
  tries: 1,
  failures: [],
};
/** What was said of each stream, as bytes. */
function said(events: readonly EventBody[], fd = 'out'): string {
  return events
    .flatMap((event) => (event.type === 'output' && event.fd === fd ? [event] : []))
    .map(({ text, base64 }) => text ?? Buffer.from(base64 ?? '', 'base64').toString('latin1'))
    .join('');
}

t.test('without secrets there is nothing to do', async (t) => {
  t.equal(maskSecrets([]), undefined);
});

t.test('a secret in two chunks is masked, wherever it is cut, and each stream for itself', async (t) => {
  const text = `say ${value}!`;
  for (let at = 0; at <= text.length; at += 1) {
    const { event } = masking();
    const events = [
      output(text.slice(0, at)),
      output('hunt', { fd: 'err' }),
      output(text.slice(at)),
      output('er22', { step: 'two' }),
      stepEnd,
    ].flatMap(event);
    t.equal(said(events), 'say ***PW***!er22');
    t.equal(said(events, 'err'), 'hunt', 'what was held back comes before the end of its step');
    t.equal(events.at(-1)?.type, 'step-end');
  }
});

t.test('what a console said last comes at the end of the job, or of the run', async (t) => {
  const jobEnd: EventBody = { type: 'job-end', job: ids.job, attempt: 1, outcome: 'passed', durationMs: 1 };
  const runEnd: EventBody = { type: 'run-end', outcome: 'passed', exit: 0, durationMs: 1 };
  for (const end of [jobEnd, runEnd]) {
    const { event } = masking();
    t.same(event(output('hunt')), []);
    t.same(event({ ...stepEnd, step: 'another' }).length, 1);
    t.same(event(end), [output('hunt'), end]);
  }
});

t.test('a secret in what is no text is masked as well', async (t) => {
  const bytes = Buffer.concat([Buffer.from([0xff]), Buffer.from(value), Buffer.from([0xfe])]);
  const events = masking().event({ type: 'output', ...ids, fd: 'out', base64: bytes.toString('base64') });
  t.same(said(events), '\xff***PW***\xfe');
});

t.test('every text of an event is masked, at any depth; words of the log are left', async (t) => {
  const failures = [
    { kind: 'fact', what: `of ${value}`, expected: value, actual: `${value}.` },
    {
      kind: 'mismatch',
      what: 'stdout',
      mismatch: {
        message: `no ${value}`,
        rows: [
          {
            kind: 'differs',
            expected: `a ${value}`,
            actual: 'plain',
            expectedParts: [[2, 10]],
            actualParts: [[0, 5]],
          },
        ],
      },
    },
  ] as const;
  const captures = { found: value };
  const body: EventBody = { ...stepEnd, failures, captures, reason: `because ${value}` };
  const [masked] = masking().event(body);
  t.same(masked, {
    ...stepEnd,
    failures: [
      { kind: 'fact', what: 'of ***PW***', expected: '***PW***', actual: '***PW***.' },
      {
        kind: 'mismatch',
        what: 'stdout',
        mismatch: {
          message: 'no ***PW***',
          rows: [{ kind: 'differs', expected: 'a ***PW***', actual: 'plain', actualParts: [[0, 5]] }],
        },
      },
    ],
    captures: { found: '***PW***' },
    reason: 'because ***PW***',
  });
  t.equal(captures.found, value, 'what was given is as it was: verdicts see it');
  const words = maskSecrets([{ name: 'W', value: 'failed' }]);
  t.match(words?.event({ ...stepEnd, reason: 'it failed' }), [{ outcome: 'failed', reason: 'it ***W***' }]);
});

t.test('a file of text is masked, another is left as it is', async (t) => {
  const { file } = masking();
  t.equal(Buffer.from(file(Buffer.from(`é ${value}\n`))).toString(), 'é ***PW***\n');
  const binary = Buffer.from(`\0${value}`);
  t.equal(file(binary), binary);
});

t.test('log and listeners get what is masked, numbered without gaps', async (t) => {
  const heard: Event[] = [];
  const recorder = openRecorder(t.testdir(), (event) => heard.push(event), masking());
  for (const body of [output('x hun'), output('ter22 y'), output('hu'), stepEnd]) recorder.emit(body);
  recorder.close();
  const log = readFileSync(join(recorder.directory, 'events.jsonl'), 'utf8');
  t.equal(log, heard.map((event) => `${JSON.stringify(event)}\n`).join(''));
  t.same(
    heard.map(({ seq, type }) => `${seq} ${type}`),
    ['1 output', '2 output', '3 output', '4 step-end'],
  );
  t.equal(said(heard), 'x ***PW*** yhu');
});
