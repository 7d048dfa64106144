import MarkdownIt from 'markdown-it';
import t, { type Test } from 'tap';
import { markdownReporter, summaryMarkdown } from '../../reports/markdown.ts';
import { foldEvents } from '../../src/fold.ts';
import { cutRun, OTHERS, passedRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun, type SampleJob } from '../fixtures/sample-run.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

/** As GitHub reads it: tags in the text are tags. */
const reader = new MarkdownIt({ html: true });

function checkMarkup(t: Test, text: string): void {
  const page = reader.render(text);
  const prose = page.replaceAll(/<(code|pre)\b[^>]*>[^]*?<\/\1>/g, '');
  t.notMatch(prose, /@|<(script|svg|img|b|a)\b|javascript:|forged|TODO/, 'foreign text is code');
  t.notMatch(page, /<(script|svg|img)\b/);
  t.equal(page.match(/<details>/g)?.length, page.match(/<\/details>/g)?.length);
}

t.test('The sample run looks as it did', async (t) =>
  checkGolden(t, 'sample.markdown', (await report(markdownReporter, sampleRun())).get('summary.md') ?? ''),
);

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} makes no markup of foreign text`, async (t) => {
    checkMarkup(t, (await report(markdownReporter, events())).get('summary.md') ?? '');
  });
}

t.test('Bars, backslashes and backticks end no cell and no code', async (t) => {
  const title = 'a | b \\| c ` d `` <b>e</b> \\';
  const job: SampleJob = {
    job: title,
    title,
    outcome: 'failed',
    steps: [{ id: 'one', title, outcome: 'failed', out: '```\n</details><b>x</b>\n````\n' }],
  };
  const text = summaryMarkdown(foldEvents(recordRun([job])), 60_000);
  checkMarkup(t, text);
  const page = reader.render(text);
  t.equal(page.match(/<td\b/g)?.length, 5);
  t.match(page, '````\n</code></pre>');
});

t.test('What failed comes with its first differing line and the command to run it again', async (t) => {
  const text = summaryMarkdown(foldEvents(sampleRun()), 60_000);
  const order = [
    '## 🛑 ',
    '### ❌ `units/hello@debian-12` failed',
    '-      Active: active (running)<*>\n+      Active: failed (Result: exit-code)',
    'rootlab run scenarios/units/hello.yaml@debian-12',
    '### Jobs',
    'Slowest steps',
  ];
  const places = order.map((part) => text.indexOf(part));
  t.notOk(places.includes(-1), places.join(' '));
  t.same(
    places,
    places.toSorted((one, other) => one - other),
  );
});

t.test('A run that passed is a line and a table', async (t) => {
  const text = summaryMarkdown(foldEvents(passedRun()), 60_000);
  t.match(text, /^## ✅ 1 passed\n/);
  t.notMatch(text, 'Run it again');
});

t.test('A run that was killed says so', async (t) =>
  t.match(summaryMarkdown(foldEvents(cutRun()), 60_000), /^## 🛑 .*interrupted/),
);

t.test('However much failed, it stays below its size and counts what it leaves out', async (t) => {
  const one = OTHERS.find(({ job }) => job.startsWith('host/'));
  const jobs = Array.from({ length: 500 }, (_, index) => ({ ...one, job: `many/${index}@debian-12` }));
  const result = foldEvents(recordRun(jobs.filter((job): job is SampleJob => 'steps' in job)));
  for (const most of [20_000, 60_000, 900_000]) {
    const text = summaryMarkdown(result, most);
    t.ok(text.length <= most, `${text.length} of ${most}`);
    if (most < 900_000) t.match(text, /… and \d+ more jobs that did not pass\n[^]*… and \d+ more jobs\n/);
    checkMarkup(t, text);
  }
});
