import t from 'tap';
import { foldEvents } from '../../src/fold.ts';
import { buildMatrix } from '../../src/matrix.ts';
import { comparedLines } from '../../src/matrix-key.ts';
import { matrixRun, ROWS, VERSIONS, type Row } from '../fixtures/matrix-run.ts';
import { recordRun } from '../fixtures/sample-run.ts';

function badges(versions: readonly string[], rows: readonly Row[]): Record<string, readonly string[]> {
  const { scenarios } = buildMatrix(foldEvents(matrixRun(versions, rows)));
  return Object.fromEntries(
    (scenarios[0]?.rows ?? []).map(({ id, cells }) => [id, cells.map(([cell]) => cell?.badge ?? '')]),
  );
}

t.test('Each row says how its cells stand apart', async (t) =>
  t.strictSame(badges(VERSIONS, ROWS), {
    alike: ['', '', '', ''],
    since: ['', '', 'since 257', 'since 257'],
    differs: ['', 'differs', '', ''],
    only: ['', 'only here', '', ''],
    until: ['until 257', 'until 257', 'until 257', ''],
    fails: ['', '', '', 'since 262'],
  }),
);

t.test('Versions count as numbers, whatever order the columns have', async (t) =>
  t.strictSame(badges(['257', '99', '252'], [['one', 'new', 'old', 'old']]), { one: ['since 257', '', ''] }),
);

t.test('Without a border between versions the first is the usual one', async (t) =>
  t.strictSame(badges(['x', 'y'], [['one', 'a', 'b']]), { one: ['', 'differs'] }),
);

t.test('A row names the first two that differ', async (t) => {
  const { scenarios, columns } = buildMatrix(foldEvents(matrixRun(VERSIONS, ROWS)));
  t.strictSame(
    scenarios[0]?.rows.map(({ pair }) => pair?.map(({ job }) => job.job.replace('a/b@systemd-', ''))),
    [undefined, ['247', '257'], ['247', '252'], undefined, undefined, ['247', '262']],
  );
  t.strictSame(columns[2], { name: 'systemd-257', systemd: ['257'] });
});

const one = (image: string, outcome: 'passed' | 'not-run') =>
  ({ job: `a/b@${image}`, title: 'A', outcome: 'failed', steps: [{ id: 'one', outcome }] }) as const;

t.test('A step that did not run tells nothing of its combination', async (t) => {
  const { scenarios } = buildMatrix(foldEvents(recordRun([one('x', 'passed'), one('y', 'not-run')])));
  t.strictSame(
    scenarios[0]?.rows[0]?.cells.map(([cell]) => cell?.badge),
    [undefined, undefined],
  );
});

t.test('Repeats of a job share a cell, and are compared with each other too', async (t) => {
  const repeats = [1, 2, 3].map((number) => ({
    ...one(`x,repeat=${number}`, 'passed'),
    steps: [{ id: 'one', outcome: 'passed', out: number === 3 ? 'other\n' : 'same\n' } as const],
  }));
  const { scenarios, columns } = buildMatrix(foldEvents(recordRun(repeats)));
  t.strictSame(
    columns.map(({ name }) => name),
    ['x'],
  );
  const [row] = scenarios[0]?.rows ?? [];
  t.strictSame(
    row?.cells.map((cells) => cells.map(({ badge }) => badge)),
    [[undefined, undefined, 'differs']],
  );
  t.strictSame(
    row?.pair?.map(({ job }) => job.job),
    ['a/b@x,repeat=1', 'a/b@x,repeat=3'],
  );
});

function columnNames(seed?: string): readonly string[] {
  const run = recordRun(['sid', '13', '9', '12'].map((release) => one(`debian-${release}`, 'passed')));
  const events = run.map((event) => (event.type === 'run-begin' ? { ...event, seed } : event));
  return buildMatrix(foldEvents(events)).columns.map(({ name }) => name);
}

t.test('Columns stand as planned; after an order by chance by their names', async (t) => {
  t.strictSame(columnNames(), ['debian-sid', 'debian-13', 'debian-9', 'debian-12']);
  t.strictSame(columnNames('7'), ['debian-9', 'debian-12', 'debian-13', 'debian-sid']);
});

const job = (image: string, ids: readonly string[]) =>
  ({
    job: `a/b@${image}`,
    title: 'A',
    outcome: 'passed',
    steps: ids.map((id) => ({ id, outcome: 'passed' }) as const),
  }) as const;

t.test('Steps that only some combinations have stand where they belong', async (t) => {
  const alone = { job: 'a/c@x', title: 'C', outcome: 'passed', steps: [] } as const;
  const run = recordRun([job('x', ['1', '3']), job('y', ['1', '2', '3']), alone]);
  const { scenarios, alone: left } = buildMatrix(foldEvents(run));
  t.strictSame(
    scenarios[0]?.rows.map(({ id }) => id),
    ['1', '2', '3'],
  );
  t.equal(scenarios.length, 1);
  t.equal(left, 1);
});

t.test('Escapes of a terminal are no difference', async (t) => {
  const out =
    '\u001B]3008;start=1\u001B\\\u001B[!p\u001B[0;1;32m●\u001B[0m tree\r\n\u001B(B\u001B]8;;x\u0007y\n';
  const [job] = foldEvents(matrixRun(['252'], [['one', out]])).jobs;
  t.strictSame(job?.steps[0] && comparedLines(job.steps[0]), ['● tree', 'y']);
});
