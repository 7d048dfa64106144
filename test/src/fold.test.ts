import t from 'tap';
import { createFold, foldEvents } from '../../src/fold.ts';
import { outputText } from '../../src/result.ts';
import { cutRun, FAILED, PASSED, sampleRun } from '../fixtures/sample-jobs.ts';
import { createRecorder, recordJob, recordRun } from '../fixtures/sample-run.ts';

t.test('Every outcome of a run comes back out of its events', async (t) => {
  const result = foldEvents(sampleRun());
  t.equal(result.outcome, 'interrupted');
  t.equal(result.exit, 130);
  t.equal(result.startedAt, 1_760_000_000_000);
  t.match(
    result.jobs.map(({ outcome }) => outcome),
    [
      'passed',
      'failed',
      'timed-out',
      'failed',
      'errored',
      'known',
      'flaky',
      'skipped',
      'failed',
      'interrupted',
      'not-run',
    ],
  );
});

t.test(
  'Planned steps that never ran are there, and unplanned ones stand at the end of their phase',
  async (t) => {
    const job = foldEvents(recordRun([FAILED])).jobs[0];
    t.match(job?.steps, [
      { id: 'boot', phase: 'boot', outcome: 'passed' },
      { id: 'write-unit', verb: 'write', outcome: 'passed' },
      { id: 'status', outcome: 'failed', exit: 3, failures: { length: 3 } },
      { id: 'stop-it', outcome: 'not-run', command: '', durationMs: 0 },
      { id: 'journal', phase: 'on-failure', outcome: 'passed' },
    ]);
    t.equal(job?.kept, 'nsenter -t 4711 -a bash');
  },
);

t.test('A step keeps its captures, checks, measures and boots', async (t) => {
  const job = foldEvents(recordRun([PASSED])).jobs[0];
  t.match(job?.machines, [{ facts: { systemd: '252', backend: 'nspawn' } }]);
  t.equal(job?.steps[0]?.boots[0]?.totalMs, 812);
  t.match(job?.steps[2], {
    captures: { leader: '113' },
    checks: { length: 2 },
    measures: [{ name: 'nested-boot', value: 812, unit: 'ms' }],
  });
});

t.test('A log without its end is interrupted, with the step that ran', async (t) => {
  const result = foldEvents(cutRun());
  t.equal(result.outcome, 'interrupted');
  t.equal(result.exit, undefined);
  t.equal(result.jobs[1]?.outcome, 'interrupted');
  t.match(
    result.jobs[1]?.steps.map(({ outcome }) => outcome),
    ['passed', 'passed', 'interrupted', 'not-run'],
  );
  t.equal(result.jobs[2]?.outcome, 'not-run');
  t.equal(foldEvents([]).outcome, 'interrupted');
});

t.test('A second attempt starts anew and keeps the first', async (t) => {
  const recorder = createRecorder();
  recordJob(recorder, FAILED);
  recordJob(recorder, { ...PASSED, job: FAILED.job });
  const job = foldEvents(
    recorder.events.map((event) =>
      event.m > 1_400 && 'attempt' in event ? { ...event, attempt: 2 } : event,
    ),
  ).jobs[0];
  t.equal(job?.outcome, 'passed');
  t.equal(job?.kept, undefined);
  t.match(job?.earlier, [{ outcome: 'failed', steps: { length: 4 } }]);
  t.match(
    job?.steps.map(({ outcome }) => outcome),
    ['passed', 'passed', 'passed'],
  );
});

t.test('Output is put together in order, and a character split over chunks is whole', async (t) => {
  const bytes = Buffer.from('a€b');
  const job = {
    ...FAILED,
    steps: [{ id: 'x', outcome: 'passed', bytes: bytes.subarray(0, 2).toString('base64') }],
  } as const;
  const events = recordRun([job]);
  const at = events.findIndex(({ type }) => type === 'output');
  const first = events[at];
  t.ok(first?.type === 'output');
  if (first?.type !== 'output') return;
  const rest = { ...first, base64: bytes.subarray(2).toString('base64') };
  const { text: _text, base64: _base64, ...bare } = first;
  const other = { ...bare, fd: 'err', text: '!' } as const;
  const step = foldEvents(events.toSpliced(at + 1, 0, other, rest)).jobs[0]?.steps[0];
  t.equal(outputText(step?.output ?? []), 'a!€b');
  t.equal(outputText(step?.output ?? [], ['out']), 'a€b');
});

t.test('A fold for a terminal keeps little output', async (t) => {
  const fold = createFold({ output: 'failures' });
  const events = recordRun([PASSED]);
  for (const event of events) {
    fold.add(event);
    if (event.type === 'output') for (let n = 0; n < 1_000; n += 1) fold.add(event);
  }
  t.same(fold.result().jobs[0]?.steps[1]?.output, []);
  const cut = createFold({ output: 'failures' });
  for (const event of cutRun())
    for (let n = 0; n < (event.type === 'output' ? 1_000 : 1); n += 1) cut.add(event);
  t.ok((cut.result().jobs[1]?.steps[2]?.output.length ?? 0) <= 200);
});
