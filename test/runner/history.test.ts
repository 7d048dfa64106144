import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { addHistory, readHistory } from '../../runner/history.ts';
import type { HistoryLine } from '../../src/history.ts';

const limits = { lines: 50, bytes: 1 << 20 };

function lines(run: string, count: number): readonly HistoryLine[] {
  return Array.from({ length: count }, (_, index) => ({
    v: 1,
    t: index,
    run,
    job: `a/${index}@x`,
    outcome: 'passed',
    durationMs: 1,
  }));
}

t.test('Runs that end at once lose none of their lines', async (t) => {
  const output = t.testdir();
  const runs = Array.from({ length: 8 }, (_, index) => `run-${index}`);
  t.strictSame(
    await Promise.all(runs.map(async (run) => addHistory(output, lines(run, 6), limits))),
    runs.map(() => undefined),
  );
  const kept = readHistory(output);
  t.equal(kept.length, 48);
  t.equal(new Set(kept.map(({ run }) => run)).size, 8);
  t.equal(await addHistory(output, lines('last', 6), limits), undefined);
  t.equal(readHistory(output).length, 50);
  t.equal(readHistory(output).at(-1)?.run, 'last');
  t.strictSame(readdirSync(output).toSorted(), ['.history.lock', 'history.jsonl']);
});

t.test('There need not be a history, and one that cannot be written is told', async (t) => {
  const output = t.testdir();
  t.strictSame(readHistory(output), []);
  writeFileSync(join(output, 'file'), '');
  t.match(await addHistory(join(output, 'file'), lines('x', 1)), /cannot add to ".*history.jsonl": /);
});
