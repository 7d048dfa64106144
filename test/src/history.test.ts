import t from 'tap';
import type { Outcome } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import { capHistory, historyLines, jobHistories, parseHistory, type HistoryLine } from '../../src/history.ts';
import { BOOT, recordRun } from '../fixtures/sample-run.ts';

const job = 'a/b@x';
const more = [{ type: 'boot', job, step: 'boot', boot: BOOT }] as const;
const run = foldEvents(
  recordRun([
    { job, title: 'A', outcome: 'passed', steps: [{ id: 'boot', outcome: 'passed', more }] },
    { job: 'a/c@x', title: 'C', outcome: 'not-run', steps: [] },
  ]),
);

/** One run a minute before this one's beginning, the last of them its own. */
function past(outcomes: readonly Outcome[], boots: readonly number[] = []): readonly HistoryLine[] {
  return outcomes.map((outcome, index) => ({
    v: 1,
    t: run.startedAt - (outcomes.length - 1 - index) * 60_000,
    run: String(index),
    job,
    outcome,
    durationMs: 5,
    bootMs: boots[index],
  }));
}

t.test('A run gives one line for each job that ran, and it comes back', async (t) => {
  const lines = historyLines(run, 'today');
  t.match(lines, [{ v: 1, t: run.startedAt, run: 'today', job, outcome: 'passed', bootMs: 812 }]);
  t.equal(lines.length, 1);
  t.strictSame(parseHistory(`${JSON.stringify(lines[0])}\n`), lines);
});

t.test('Torn and strange lines are left out', async (t) => {
  const [line] = past(['passed']);
  const text = JSON.stringify(line);
  t.equal(parseHistory(`${text}\n{"v":2}\n[]\nnull\n{"v":1}\n${text}\n${text.slice(0, 20)}`).length, 2);
});

t.test('The newest lines within the limits are kept', async (t) => {
  const text = 'one\ntwo\nthree\n';
  t.equal(capHistory(text, { lines: 9, bytes: 99 }), text);
  t.equal(capHistory(text, { lines: 2, bytes: 99 }), 'two\nthree\n');
  t.equal(capHistory(text, { lines: 9, bytes: 10 }), 'two\nthree\n');
  t.equal(capHistory(text, { lines: 9, bytes: 9 }), 'three\n');
});

t.test('The last twenty are shown, up to this run', async (t) => {
  const lines = [...past(Array.from({ length: 30 }, () => 'passed')), ...past(['failed', 'passed'])];
  const later = {
    ...lines[0],
    v: 1,
    t: run.startedAt + 1,
    run: 'x',
    job,
    outcome: 'failed',
    durationMs: 1,
  } as const;
  const [history] = jobHistories([...lines, later], run);
  t.equal(history?.lines.length, 20);
  t.equal(history?.lines.at(-1)?.t, run.startedAt);
  t.strictSame(jobHistories(past(['passed']), run), [], 'one run is no history');
});

const flakes = (...outcomes: readonly Outcome[]): number | undefined =>
  jobHistories(past(outcomes), run)[0]?.flakes;

t.test('Flaky is a pass on a retry, and a failure between two passes', async (t) => {
  t.equal(flakes('passed', 'failed', 'passed', 'flaky'), 2);
  t.equal(flakes('passed', 'failed', 'failed', 'passed'), 0);
  t.equal(flakes('passed', 'failed'), 0);
});

t.test('The boot time stands beside the range of those before', async (t) => {
  const [history] = jobHistories(past(['passed', 'passed', 'passed'], [900, 1_000, 1_200]), run);
  t.strictSame(history?.boot, { nowMs: 1_200, lowMs: 900, highMs: 1_000, runs: 2 });
});
