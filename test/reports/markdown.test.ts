import MarkdownIt from 'markdown-it';
import t, { type Test } from 'tap';
import { MARKS } from '../../reports/markdown-marks.ts';
import { matrixMarkdown } from '../../reports/markdown-matrix.ts';
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

t.test('Scenarios that ran in several combinations are a matrix above what failed', async (t) => {
  const jobs = ['debian-12', 'debian-13', 'debian|sid'].flatMap((image, index) =>
    ['a/one', 'a/two'].map((name): SampleJob => ({
      job: `${name}@${image}`,
      title: name,
      outcome: index === 1 && name === 'a/two' ? 'failed' : 'passed',
      steps: [{ id: 's', outcome: index === 1 && name === 'a/two' ? 'failed' : 'passed', ms: 1_500 }],
    })),
  );
  const alone: SampleJob = { job: 'b@debian-12', title: 'b', outcome: 'passed', steps: [] };
  const result = foldEvents(recordRun([...jobs, alone]));
  const text = summaryMarkdown(result, 60_000);
  t.match(
    text,
    `### Matrix\n\n| scenario | \`debian-12\` | \`debian-13\` | <code>debian&#124;sid</code> |\n|-|-|-|-|\n| \`a/one\` | ✅ 1.5s | ✅ 1.5s | ✅ 1.5s |\n| \`a/two\` | ✅ 1.5s | ${MARKS.failed} failed 1.5s | ✅ 1.5s |\n`,
  );
  t.ok(text.indexOf('### Matrix') < text.indexOf('### ❌ `a/two@debian-13`'));
  checkMarkup(t, text);
  t.equal(matrixMarkdown(foldEvents(recordRun([alone])), 60_000), '');
  t.equal(matrixMarkdown(result, 100), '', 'no room for a row');
});

t.test('Repeats are one cell of the matrix', async (t) => {
  const jobs = ['passed', 'failed', 'passed'] as const;
  const run = jobs.map((outcome, at) => ({
    job: `a/b@host,repeat=${at + 1}`,
    title: 'B',
    outcome,
    steps: [],
  }));
  t.equal(
    matrixMarkdown(foldEvents(recordRun(run)), 60_000),
    `### Matrix\n\n| scenario | \`host\` |\n|-|-|\n| \`a/b\` | ${MARKS.failed} 2 of 3 passed |\n`,
  );
});

t.test('An order by chance is none for the columns', async (t) => {
  const run = ['debian-13', 'debian-9', 'debian-12'].map((image) => ({
    job: `a/b@${image}`,
    title: 'B',
    outcome: 'passed' as const,
    steps: [],
  }));
  const result = foldEvents(recordRun(run));
  t.match(matrixMarkdown(result, 60_000), '| scenario | `debian-13` | `debian-9` | `debian-12` |');
  t.match(
    matrixMarkdown({ ...result, seed: '7' }, 60_000),
    '| scenario | `debian-9` | `debian-12` | `debian-13` |',
  );
});

t.test('A matrix of many counts what it leaves out', async (t) => {
  const jobs = Array.from({ length: 20 }, (_, cell) =>
    Array.from({ length: 300 }, (_, name): SampleJob => ({
      job: `many/${name}@c${cell}`,
      title: 'Many',
      outcome: 'passed',
      steps: [],
    })),
  ).flat();
  const text = summaryMarkdown(foldEvents(recordRun(jobs)), 60_000);
  t.match(text, /\n… and 8 more combinations and \d+ more scenarios\n/);
  t.ok(text.length <= 60_000, `${text.length}`);
});

t.test('Where the page is known, or the artifacts of the CI job lie, there are links', async (t) => {
  const ci = { provider: 'github', url: 'https://github.com/a/b/actions/runs/1' };
  const result = { ...foldEvents(passedRun()), ci };
  const text = summaryMarkdown(result, 60_000, 'https://ci.example/report/index.html');
  t.match(text, '[the report](https://ci.example/report/index.html)');
  t.match(text, '[the CI job, with its artifacts](https://github.com/a/b/actions/runs/1#artifacts)');
  t.notMatch(summaryMarkdown(result, 60_000, 'javascript:alert(1)'), 'javascript');
});
