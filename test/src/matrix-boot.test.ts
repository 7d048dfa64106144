import t from 'tap';
import { foldEvents } from '../../src/fold.ts';
import { bootTable, type BootTable } from '../../src/matrix-boot.ts';
import { buildMatrix } from '../../src/matrix.ts';
import { BOOT, recordRun, type SampleJob } from '../fixtures/sample-run.ts';

type Units = Readonly<Record<string, number>>;

/** A job of a combination, whose machine booted so long, or did not. */
function bootJob(name: string, totalMs?: number, units: Units = {}): SampleJob {
  const list = Object.entries(units).map(([unit, tookMs]) => {
    return { name: unit, activatingMs: 5, activatedMs: 5 + tookMs, activeState: 'active' };
  });
  const boot = {
    type: 'boot',
    job: name,
    step: 'boot',
    boot: { ...BOOT, totalMs: totalMs ?? 0, units: list },
  } as const;
  const steps = [{ id: 'boot', outcome: 'passed', more: totalMs === undefined ? [] : [boot] }] as const;
  return { job: name, title: 'A', outcome: 'passed', steps };
}

function tableOf(...jobs: readonly SampleJob[]): BootTable | undefined {
  const run = foldEvents(recordRun(jobs));
  return bootTable(buildMatrix(run).columns, run);
}

t.test('The whole comes first, then the units by how much they differ', async (t) => {
  const table = tableOf(
    bootJob('a@old', 700, { slow: 30, quick: 49, gone: 300, same: 400 }),
    bootJob('a@mine', 2_800, { slow: 2_030, quick: 0, same: 410 }),
    bootJob('a@host'),
  );
  t.strictSame(table?.rows, [
    { name: 'boot', tookMs: [700, 2_800, undefined] },
    { name: 'slow', tookMs: [30, 2_030, undefined] },
    { name: 'gone', tookMs: [300, undefined, undefined] },
  ]);
});

t.test('Of several boots of a combination the median stands there', async (t) => {
  const table = tableOf(
    ...[100, 900, 200].map((ms, at) => bootJob(`a${at}@old`, ms, { u: ms })),
    ...[300, 301, 9_000].map((ms, at) => bootJob(`a${at}@mine`, ms, { u: ms })),
  );
  t.strictSame(table, {
    rows: [
      { name: 'boot', tookMs: [200, 301] },
      { name: 'u', tookMs: [200, 301] },
    ],
    counts: [3, 3],
    versions: ['252', '252'],
  });
});

t.test('One combination that booted has nothing beside it', async (t) =>
  t.equal(tableOf(bootJob('a@old', 100), bootJob('a@host')), undefined),
);

function twentyUnits(by: number): Units {
  return Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`u${n}`, n * by]));
}

t.test('At most ten units are named', async (t) => {
  const rows =
    tableOf(bootJob('a@old', 1, twentyUnits(0)), bootJob('a@mine', 1, twentyUnits(100)))?.rows ?? [];
  t.equal(rows.length, 11);
  t.equal(rows[1]?.name, 'u19');
});
