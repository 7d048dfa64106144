import t from 'tap';
import { comparisonMarkdown } from '../../reports/compare-markdown.ts';
import { comparisonJson, comparisonText } from '../../reports/compare-text.ts';
import { comparisonHtml } from '../../reports/html/comparison.ts';
import { compareRuns } from '../../src/compare.ts';
import type { Outcome } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import type { RunResult } from '../../src/result.ts';
import { BOOT, recordRun } from '../fixtures/sample-run.ts';

/** So many jobs, each with a measure. */
function run(jobs: number, outcome: Outcome, value: number): RunResult {
  const all = Array.from({ length: jobs }, (_, index) => {
    const job = `a/b${index}@x`;
    const measure = { type: 'measure', job, step: 'one', name: 'a|b', value, unit: 'ms' } as const;
    return { job, title: 'A', outcome, steps: [{ id: 'one', outcome, more: [measure] }] };
  });
  return foldEvents(recordRun(all));
}
const few = compareRuns(run(1, 'passed', 1_000), run(1, 'failed', 1_500));
const many = compareRuns(run(50, 'passed', 1_000), run(50, 'failed', 1_500));

t.test('The text ends with the verdict', async (t) =>
  t.equal(
    comparisonText(few),
    [
      '1 regression',
      '  a/b0@x#one  passed → failed: one',
      '',
      'boot times and measures',
      '  a/b0@x a|b: 1s → 1.5s, +50 %',
      '',
      '1 regression\n',
    ].join('\n'),
  ),
);

t.test('Long texts count what they leave out; the document holds all', async (t) => {
  t.match(comparisonText(many), /\n {2}… and 10 more, with --json\n/);
  const markdown = comparisonMarkdown(many);
  t.match(markdown, /- … and 30 more\n[^]*… and 30 more\n$/);
  t.ok(markdown.length < 10_000);
  const document = JSON.parse(comparisonJson(many, run(50, 'passed', 1), run(50, 'failed', 1)));
  t.equal(document.changes.length, 50);
  t.equal(document.measures.length, 50);
});

/** A job whose boot has one unit. */
function bootOf(activatedMs: number): RunResult {
  const units = [{ name: 'slow.service', activatingMs: 0, activatedMs, activeState: 'active' }];
  const more = [{ type: 'boot', job: 'a/b@x', step: 'boot', boot: { ...BOOT, units } }] as const;
  const steps = [{ id: 'boot', outcome: 'passed', more }] as const;
  return foldEvents(recordRun([{ job: 'a/b@x', title: 'A', outcome: 'passed', steps }]));
}

t.test('Text, Markdown and the document name the units that moved', async (t) => {
  const [before, now] = [bootOf(100), bootOf(2_100)];
  const comparison = compareRuns(before, now);
  t.match(
    comparisonText(comparison),
    '\nunits of the boots\n  a/b@x slow.service: 100ms → 2.1s, +2000 %\n\n',
  );
  t.match(comparisonMarkdown(comparison), /\| unit of the boot \|[^]*\| `slow\.service` \| 100ms → 2\.1s \|/);
  t.match(JSON.parse(comparisonJson(comparison, before, now)).units, [
    { name: 'slow.service', now: { median: 2_100 } },
  ]);
  const table = comparisonHtml(before, now).html.replaceAll(/\s+/g, ' ');
  t.match(table, /<th scope="col">Unit<\/th>.*<td>slow\.service<\/td> <td>100ms → 2\.1s<\/td>/);
});

t.test('The Markdown is a list and a table, whatever names hold', async (t) => {
  const markdown = comparisonMarkdown(few);
  t.match(markdown, '### Compared with the baseline: 1 regression');
  t.match(markdown, /\*\*1 regression\*\*\n\n- `a\/b0@x#one` `passed → failed: one`/);
  const row = markdown.split('\n').find((line) => line.startsWith('| `a/b0@x`'));
  t.match(row, /1s → 1\.5s \| \+50 % \|/);
  t.equal(row?.match(/(?<!\\)\|/g)?.length, 7);
});
