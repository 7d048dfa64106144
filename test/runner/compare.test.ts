import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { recordRun, type SampleJob } from '../fixtures/sample-run.ts';
import { rootlab } from '../system/program.ts';

const cwd = t.testdir();

function writeLog(name: string, status: 'passed' | 'failed'): void {
  const exit = { kind: 'exit', expected: '0', actual: 3 } as const;
  const job: SampleJob = {
    job: 'units/hello@debian-12',
    title: 'Hello',
    outcome: status,
    steps: [
      { id: 'status', title: 'See it run', outcome: status, failures: status === 'failed' ? [exit] : [] },
    ],
  };
  const events = recordRun([job], { outcome: status, exit: status === 'failed' ? 1 : 0 });
  writeFileSync(join(cwd, name), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}
writeLog('good.jsonl', 'passed');
writeLog('bad.jsonl', 'failed');

t.test('A regression is told, and is status 1', async (t) => {
  const { status, stdout, stderr } = await rootlab(t, ['compare', 'good.jsonl', 'bad.jsonl'], { cwd });
  t.equal(stderr, '');
  t.equal(status, 1);
  t.equal(
    stdout,
    '1 regression\n  units/hello@debian-12#status  passed → failed: See it run: expected exit 0, saw 3\n\n1 regression\n',
  );
});

t.test('Nothing worse is status 0, for a program too', async (t) => {
  const { status, stdout } = await rootlab(t, ['compare', 'bad.jsonl', 'good.jsonl', '--json'], { cwd });
  t.equal(status, 0);
  t.match(JSON.parse(stdout), {
    v: 1,
    baseline: { outcome: 'failed', jobs: 1 },
    changes: [
      { transition: 'fixed', job: 'units/hello@debian-12', step: 'status', before: 'failed', now: 'passed' },
    ],
    measures: [],
  });
});

function on(image: string, outcome: 'passed' | 'failed'): SampleJob {
  const steps = [{ id: 'status', title: 'See it run', outcome }] as const;
  return { job: `units/hello@${image}`, title: 'Hello', outcome, steps };
}

t.test('One image is compared with another, of one run or of two', async (t) => {
  const jobs = [
    on('old,a=1', 'passed'),
    on('old,a=2', 'passed'),
    on('mine,a=1', 'failed'),
    on('third,a=1', 'failed'),
  ];
  const events = recordRun(jobs, { outcome: 'failed', exit: 1 });
  writeFileSync(join(cwd, 'both.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  for (const logs of [['both.jsonl'], ['both.jsonl', 'both.jsonl']]) {
    const { status, stdout, stderr } = await rootlab(t, ['compare', ...logs, '--between=old,mine'], { cwd });
    t.equal(stderr, '');
    t.equal(status, 1);
    t.equal(
      stdout,
      '1 regression\n  units/hello@old → mine,a=1#status  passed → failed: See it run\n\n' +
        '1 disappeared\n  units/hello@old → mine,a=2  passed → not there: Hello\n\n1 regression, 1 disappeared\n',
    );
  }
});

t.test('A report compares images as well, of one run or of two', async (t) => {
  const events = recordRun([on('old', 'passed'), on('mine', 'failed')], { outcome: 'failed', exit: 1 });
  writeFileSync(join(cwd, 'images.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  for (const baseline of [[], ['--baseline=images.jsonl']]) {
    const words = ['report', 'images.jsonl', ...baseline, '--between=old,mine', '--to=html,markdown'];
    const { status, stderr } = await rootlab(t, words, { cwd });
    t.equal(status, 0, stderr);
    const page = readFileSync(join(cwd, 'index.html'), 'utf8').replaceAll(/\s+/g, ' ');
    t.match(page, /<h2 id="comparison"> From old to mine <span class="count">1 regression<\/span> <\/h2>/);
    t.match(page, /<a class="name" href="#units\/hello@mine\/status">units\/hello@old → mine#status<\/a>/);
    t.match(readFileSync(join(cwd, 'summary.md'), 'utf8'), /### From `old` to `mine`: 1 regression\n/);
  }
  const { status, stderr } = await rootlab(t, ['report', 'images.jsonl', '--between=old,none'], { cwd });
  t.equal(status, 2);
  t.match(stderr, /no job of the run is on the image "none"/);
});

t.test('Where no job is in both it says so, and how images are compared', async (t) => {
  for (const image of ['old', 'mine'])
    writeFileSync(
      join(cwd, `${image}.jsonl`),
      recordRun([on(image, 'passed')])
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(''),
    );
  const { stdout, stderr } = await rootlab(t, ['compare', 'old.jsonl', 'mine.jsonl'], { cwd });
  t.equal(
    stdout,
    '1 job on old is in the baseline only\n1 job on mine is new: the baseline has none there\nno job is in both\n',
  );
  t.equal(stderr, 'note: --between=OLD,NEW compares one image with another\n');
});

t.test('A report with a baseline says it on the page and in the summary', async (t) => {
  const words = ['report', 'bad.jsonl', '--baseline=good.jsonl', '--reporter=html', '--reporter=markdown'];
  const { status, stderr } = await rootlab(t, words, { cwd });
  t.equal(stderr, `note: wrote ${join(cwd, 'index.html')}\nnote: wrote ${join(cwd, 'summary.md')}\n`);
  t.equal(status, 0);
  const page = readFileSync(join(cwd, 'index.html'), 'utf8').replaceAll(/\s+/g, ' ');
  t.match(page, /Since the baseline <span class="count">1 regression<\/span>/);
  t.match(
    page,
    /<a class="name" href="#units\/hello@debian-12\/status">.*?<\/a> passed → failed: See it run/,
  );
  t.match(
    readFileSync(join(cwd, 'summary.md'), 'utf8'),
    /### Compared with the baseline: 1 regression\n[^]*- `units/,
  );
});

t.test('Two logs are needed, and both must be there', async (t) => {
  const rows: readonly (readonly [words: readonly string[], says: RegExp])[] = [
    [['compare', 'good.jsonl'], /rootlab compare takes two logs.*\nhint: rootlab compare nightly/],
    [['compare', 'good.jsonl', '--between=debian-12'], /--between takes two images, not "debian-12"\nhint: /],
    [
      ['compare', 'good.jsonl', '--between=debian-12,mine'],
      /no job of the run is on the image "mine"\nhint: it has debian-12\n/,
    ],
    [['report', 'good.jsonl', '--baseline=none.jsonl'], /cannot read the log "none.jsonl"/],
  ];
  for (const [words, says] of rows) {
    const { status, stderr } = await rootlab(t, words, { cwd });
    t.match(stderr, says);
    t.equal(status, 2);
  }
});
