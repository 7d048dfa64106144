import t from 'tap';
import { attemptSpans, rows } from '../../reports/spans.ts';
import { foldEvents } from '../../src/fold.ts';
import { passedRun, sampleRun } from '../fixtures/sample-jobs.ts';

t.test('A boot ends with its step, and its units count from its start', async (t) => {
  const [span] = foldEvents(passedRun()).jobs.flatMap(attemptSpans);
  const [boot, hello] = span?.steps ?? [];
  t.same([boot?.fromMs, boot?.toMs], [0, 1_240]);
  // 812 ms of userspace in a step of 1,240.
  t.same(
    boot?.units.map(({ name, fromMs, toMs }) => [name, fromMs, toMs]),
    [
      ['systemd-journald.service', 518, 668],
      ['dbus.socket', 728, 730],
      ['hello.service', 748, 750],
      ['multi-user.target', 1_228, 1_228],
    ],
  );
  t.same([hello?.fromMs, hello?.toMs, hello?.units], [1_240, 1_358, []]);
});

t.test('What never began has no span', async (t) => {
  const spans = foldEvents(sampleRun()).jobs.flatMap(attemptSpans);
  t.equal(spans.length, 10);
  t.notOk(spans.some(({ steps }) => steps.some(({ step }) => step.outcome === 'not-run')));
  for (const { fromMs, toMs, steps } of spans)
    for (const step of steps) t.ok(fromMs <= step.fromMs && step.toMs <= toMs);
});

t.test('Spans at once get rows of their own', async (t) => {
  const times = [
    [5, 9],
    [0, 4],
    [2, 6],
    [4, 5],
    [6, 6],
  ] as const;
  const laid = rows(times.map(([fromMs, toMs]) => ({ fromMs, toMs })));
  t.same(
    laid.map(([{ fromMs }, row]) => [fromMs, row]),
    [
      [0, 0],
      [2, 1],
      [4, 0],
      [5, 0],
      [6, 1],
    ],
  );
});
