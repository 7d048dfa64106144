import t from 'tap';
import { compareRuns, isWorse } from '../../src/compare.ts';
import {
  changeName,
  changeWords,
  describeComparison,
  describeDelta,
  describeElsewhere,
} from '../../src/describe-compare.ts';
import type { Outcome } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import type { RunResult } from '../../src/result.ts';
import { BOOT, recordRun, type SampleJob } from '../fixtures/sample-run.ts';

/** Steps by their ids, of the one job `a/b@x`. */
function run(outcome: Outcome, steps: Readonly<Record<string, Outcome>>): RunResult {
  return foldEvents(recordRun([job('a/b@x', outcome, steps)]));
}

function job(name: string, outcome: Outcome, steps: Readonly<Record<string, Outcome>>): SampleJob {
  const list = Object.entries(steps).map(([id, own]) => ({ id, outcome: own }));
  return { job: name, title: 'A', outcome, steps: list };
}

function changes(before: RunResult, now: RunResult): readonly string[] {
  const comparison = compareRuns(before, now);
  return comparison.changes.map((change) => `${change.kind} ${changeName(comparison, change)}`);
}

t.test('Each transition has its name', async (t) => {
  const before = run('failed', {
    a: 'passed',
    b: 'failed',
    c: 'failed',
    d: 'skipped',
    e: 'skipped',
    f: 'passed',
    g: 'passed',
    h: 'passed',
  });
  const now = run('failed', {
    a: 'failed',
    b: 'passed',
    c: 'timed-out',
    d: 'passed',
    e: 'failed',
    f: 'skipped',
    h: 'flaky',
    i: 'passed',
  });
  t.strictSame(changes(before, now), [
    'regression a/b@x#a',
    'newFailure a/b@x#e',
    'stillFailing a/b@x#c',
    'fixed a/b@x#b',
    'newPass a/b@x#d',
    'appeared a/b@x#i',
    'disappeared a/b@x#f',
    'disappeared a/b@x#g',
  ]);
  t.equal(
    describeComparison(compareRuns(before, now)),
    '1 regression, 1 new failure, 1 still failing, 1 fixed, 1 new pass, 1 appeared, 2 disappeared',
  );
});

t.test('Only a regression and a new failure make it worse', async (t) => {
  const [good, bad] = [run('passed', { a: 'passed' }), run('failed', { a: 'failed' })];
  t.ok(isWorse(compareRuns(good, bad)));
  t.notOk(isWorse(compareRuns(bad, bad)));
  t.notOk(isWorse(compareRuns(bad, good)));
  t.ok(isWorse(compareRuns(foldEvents(recordRun([])), bad)));
  t.equal(describeComparison(compareRuns(good, good)), 'nothing has changed');
});

t.test('What an earlier failure kept from running is no change of its own', async (t) => {
  const before = run('passed', { a: 'passed', b: 'passed' });
  const now = run('failed', { a: 'failed', b: 'not-run' });
  t.strictSame(changes(before, now), ['regression a/b@x#a']);
  t.strictSame(changes(now, before), ['fixed a/b@x#a']);
});

t.test('A job that is not there or did not run is one change', async (t) => {
  const both = run('passed', { a: 'passed', b: 'passed' });
  const none = foldEvents(recordRun([]));
  t.strictSame(changes(both, none), ['disappeared a/b@x']);
  t.strictSame(changes(none, both), ['appeared a/b@x']);
  t.strictSame(changes(both, run('skipped', { a: 'not-run', b: 'not-run' })), ['disappeared a/b@x']);
});

function on(image: string, outcome: Outcome = 'passed'): SampleJob {
  return job(`a/b@${image}`, outcome, { a: outcome });
}

/** What is said of these jobs, each on its image. */
function told(before: readonly SampleJob[], now: readonly SampleJob[]): readonly unknown[] {
  const runs = [before, now].map((jobs) => foldEvents(recordRun(jobs)));
  const comparison = compareRuns(runs[0] ?? run('passed', {}), runs[1] ?? run('passed', {}));
  return [
    comparison.changes.map((change) => `${change.kind} ${changeName(comparison, change)}`),
    describeElsewhere(comparison),
    describeComparison(comparison),
  ];
}

t.test(
  'Of an image that the other run has no job on the jobs are counted, and what is bad is told',
  async (t) => {
    const twelve = [on('debian-12'), on('debian-12,repeat=2'), { ...on('debian-12'), job: 'a/c@debian-12' }];
    t.strictSame(told([...twelve, on('debian-13')], [on('debian-13')]), [
      [],
      ['2 jobs on debian-12 are in the baseline only'],
      'nothing has changed',
    ]);
    t.strictSame(
      told([on('debian-13')], [on('debian-13'), on('mine'), { ...on('mine', 'failed'), job: 'a/c@mine' }]),
      [['newFailure a/c@mine'], ['2 jobs on mine are new: the baseline has none there'], '1 new failure'],
    );
    t.strictSame(told([on('debian-12')], [on('debian-13')])[2], 'no job is in both');
  },
);

t.test('A job can be worse although none of its steps is', async (t) => {
  const now = foldEvents(
    recordRun([{ ...job('a/b@x', 'errored', { a: 'not-run' }), reason: 'cannot build image "x"' }]),
  );
  const before = run('passed', { a: 'passed' });
  const { changes: found } = compareRuns(before, now);
  t.strictSame(changes(before, now), ['regression a/b@x']);
  t.equal(found[0] && changeWords(found[0]), 'passed → errored: A: cannot build image "x"');
});

/** Boots that took so long, each a repeat of one job. */
function boots(...times: readonly number[]): RunResult {
  const jobs = times.map((totalMs, index): SampleJob => {
    const name = `a/b@x,repeat=${index + 1}`;
    const more = [
      { type: 'boot', job: name, step: 'boot', boot: { ...BOOT, totalMs } },
      { type: 'measure', job: name, step: 'boot', name: 'size', value: totalMs * 2, unit: 'bytes' },
    ] as const;
    return { job: name, title: 'A', outcome: 'passed', steps: [{ id: 'boot', outcome: 'passed', more }] };
  });
  return foldEvents(recordRun(jobs));
}

function deltas(before: RunResult, now: RunResult): readonly string[] {
  const comparison = compareRuns(before, now);
  return comparison.deltas.map((delta) => describeDelta(comparison, delta));
}

t.test('Of several values each the spread is told, and whether they moved beyond it', async (t) => {
  t.strictSame(deltas(boots(1_800, 1_900, 2_000), boots(2_300, 2_600, 2_400)), [
    'a/b@x boot: 1.9s → 2.4s, +26 %, spread 1.8s to 2s of 3 → 2.3s to 2.6s of 3, slower',
    'a/b@x size: 3.7 KiB → 4.7 KiB, +26 %, spread 3.5 KiB to 3.9 KiB of 3 → 4.5 KiB to 5.1 KiB of 3, more',
  ]);
  t.match(deltas(boots(100, 200, 300), boots(150, 250, 350))[0], /\+25 %, spread .* of 3$/);
  t.match(deltas(boots(200, 210, 220), boots(90, 100, 110))[0], /, −52 %, .*, faster$/);
});

t.test('A boot that is told as a measure too is one value', async (t) => {
  const name = 'a/b@x';
  const more = [
    { type: 'measure', job: name, step: 'boot', name: 'boot', value: 812, unit: 'ms' },
    { type: 'boot', job: name, step: 'boot', boot: BOOT },
  ] as const;
  const one = recordRun([
    { job: name, title: 'A', outcome: 'passed', steps: [{ id: 'boot', outcome: 'passed', more }] },
  ]);
  t.strictSame(deltas(foldEvents(one), foldEvents(one)), ['a/b@x boot: 812ms → 812ms, ±0 %']);
});

t.test('Of one value each nothing is claimed', async (t) =>
  t.equal(deltas(boots(1_000), boots(2_000))[0], 'a/b@x boot: 1s → 2s, +100 %'),
);

t.test('A boot that took longer, with the same CPU, is told with both', async (t) => {
  const name = 'a/b@x';
  const run = (totalMs: number): RunResult => {
    const more = [{ type: 'boot', job: name, step: 'boot', boot: { ...BOOT, totalMs } }] as const;
    const steps = [
      { id: 'boot', outcome: 'passed', used: { cpuMs: 300 }, more },
      { id: 'again', outcome: 'passed', used: { cpuMs: 300 } },
    ] as const;
    return foldEvents(recordRun([{ job: name, title: 'A', outcome: 'passed', steps }]));
  };
  t.strictSame(deltas(run(1_000), run(2_000)), [
    'a/b@x boot: 1s → 2s, +100 %',
    'a/b@x boot CPU: 300ms → 300ms, ±0 %',
  ]);
});

/** Repeats of one job, in each of which the units took so long; by default in its own boot. */
function unitBoots(all: readonly Readonly<Record<string, number>>[], step = 'boot'): RunResult {
  const jobs = all.map((units, index): SampleJob => {
    const name = `a/b@x,repeat=${index + 1}`;
    const list = Object.entries(units).map(([unit, tookMs]) => ({
      name: unit,
      activatingMs: 100,
      activatedMs: 100 + tookMs,
      activeState: 'active',
    }));
    const more = [{ type: 'boot', job: name, step, boot: { ...BOOT, units: list } }] as const;
    return { job: name, title: 'A', outcome: 'passed', steps: [{ id: step, outcome: 'passed', more }] };
  });
  return foldEvents(recordRun(jobs));
}

function unitWords(before: RunResult, now: RunResult): readonly string[] {
  const comparison = compareRuns(before, now);
  return comparison.units.map((delta) => describeDelta(comparison, delta));
}

t.test('The units that moved are named, those that moved most first', async (t) => {
  const before = unitBoots([{ 'a.service': 35, 'b.service': 400, 'c.service': 100, 'gone.service': 90 }]);
  const now = unitBoots([{ 'a.service': 2_035, 'b.service': 300, 'c.service': 149, 'new.service': 80 }]);
  t.strictSame(unitWords(before, now), [
    'a/b@x a.service: 35ms → 2.04s, +5714 %',
    'a/b@x b.service: 400ms → 300ms, −25 %',
    'a/b@x gone.service: 90ms → not there',
    'a/b@x new.service: not there → 80ms',
  ]);
});

t.test('Of several runs only those units are named that moved beyond their spread', async (t) => {
  const before = unitBoots([
    { a: 30, b: 100 },
    { a: 35, b: 300 },
    { a: 40, b: 200 },
  ]);
  const now = unitBoots([
    { a: 130, b: 500 },
    { a: 135, b: 290 },
    { a: 140, b: 400, c: 200 },
  ]);
  t.strictSame(unitWords(before, now), [
    'a/b@x c: not there → 200ms',
    'a/b@x a: 35ms → 135ms, +286 %, spread 30ms to 40ms of 3 → 130ms to 140ms of 3, slower',
  ]);
});

function sevenUnits(by: number): Readonly<Record<string, number>> {
  return Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((n) => [`u${n}`, n * by]));
}

t.test('Of a boot that moved as a whole the five units that moved most are named', async (t) => {
  const found = unitWords(unitBoots([sevenUnits(100)]), unitBoots([sevenUnits(200)]));
  t.strictSame(
    found.map((words) => words.split(':')[0]),
    ['u7', 'u6', 'u5', 'u4', 'u3'].map((unit) => `a/b@x ${unit}`),
  );
});

t.test('The units of another boot say of which; one that is missing is not asked', async (t) => {
  t.strictSame(unitWords(unitBoots([{ a: 100 }], 'again'), unitBoots([{ a: 200 }], 'again')), [
    'a/b@x a, boot in again: 100ms → 200ms, +100 %',
  ]);
  t.strictSame(unitWords(unitBoots([{ a: 100 }], 'again'), unitBoots([{ a: 200 }])), []);
});

t.test('Repeats of a job are one job, and the worst of them counts', async (t) => {
  const repeats = foldEvents(
    recordRun([
      job('a/b@x,repeat=1', 'passed', { a: 'passed' }),
      job('a/b@x,repeat=2', 'failed', { a: 'failed' }),
    ]),
  );
  t.strictSame(changes(run('passed', { a: 'passed' }), repeats), ['regression a/b@x,repeat=2#a']);
});
