import t from 'tap';
import { htmlReporter } from '../../reports/html/index.ts';
import { foldEvents } from '../../src/fold.ts';
import type { HistoryLine } from '../../src/history.ts';
import { passedRun } from '../fixtures/sample-jobs.ts';

const result = foldEvents(passedRun());

async function page(lines: readonly HistoryLine[]): Promise<string> {
  let text = '';
  const options = { colour: false, columns: 80, live: false, history: () => lines };
  for await (const { chunk } of htmlReporter(options).render?.(result) ?? [])
    text += typeof chunk === 'string' ? chunk : '';
  return text.replaceAll(/\s+/g, ' ');
}

const line = (days: number, outcome: HistoryLine['outcome'], bootMs: number): HistoryLine => ({
  v: 1,
  t: result.startedAt - days * 86_400_000,
  run: String(days),
  job: result.jobs[0]?.job ?? '',
  outcome,
  durationMs: 1,
  bootMs,
});

t.test('Each outcome is a shape with its word and day, summed up in words', async (t) => {
  const text = await page([line(2, 'passed', 900), line(1, 'failed', 1_000), line(0, 'passed', 1_200)]);
  t.match(text, /<span class="i o-failed"><\/span><span class="sr">failed, 8 Oct 2025, 08:53 UTC/);
  t.match(text, '2 passed, 1 failed');
  t.match(text, '33 % (1 of 3)');
  t.match(text, '1.2s, the slowest, before 900ms to 1s in 2 runs');
});

t.test('Where nothing ran before there is no such section', async (t) =>
  t.notMatch(await page([]), 'id="history"'),
);
