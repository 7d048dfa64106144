import t from 'tap';
import { consoleReporter } from '../../reports/console.ts';
import { lastLines } from '../../reports/console-tail.ts';
import { createStyle, fit, textWidth, wrap } from '../../reports/console-style.ts';
import type { Event } from '../../src/event.ts';
import { FAILED, OTHERS, PASSED, passedRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun, type SampleJob } from '../fixtures/sample-run.ts';
import { checkGolden } from '../golden.ts';
import { report } from './contract.ts';

async function printed(events: readonly Event[], options = {}): Promise<string> {
  return (await report(consoleReporter, events, options)).get('') ?? '';
}
function isFirst(event: Event): boolean {
  return 'job' in event && event.job === 'a@debian-12';
}
const ESCAPE = '\u001B';

t.test('All outcomes, in full where they must be looked at', async (t) => {
  checkGolden(t, 'sample.console', await printed(sampleRun()));
});

t.test('A run of one job prints its steps', async (t) => {
  checkGolden(t, 'one-job.console', await printed(recordRun([FAILED])));
});

t.test('A run that passed is calm', async (t) => {
  checkGolden(
    t,
    'passed.console',
    await printed(
      recordRun([PASSED, { ...PASSED, job: 'nspawn/init@debian-12' }], { outcome: 'passed', exit: 0 }),
    ),
  );
});

t.test('Without a terminal there is no escape, whatever a program said', async (t) => {
  t.notMatch(await printed(sampleRun()), ESCAPE);
});

t.test('With colour the words are the same', async (t) => {
  const { stripVTControlCharacters } = await import('node:util');
  const coloured = await printed(sampleRun(), { colour: true });
  t.match(coloured, `${ESCAPE}[31m✗${ESCAPE}[39m`);
  t.equal(stripVTControlCharacters(coloured), await printed(sampleRun()));
});

t.test('The summary begins with what failed and why, and ends with where to read on', async (t) => {
  const lines = (await printed(recordRun([FAILED, PASSED]))).trimEnd().split('\n');
  const first = lines.findIndex((line) => line.startsWith('jobs')) - 2;
  t.equal(
    lines[first],
    '✗ units/hello@debian-12#status failed: See it run: expected exit 0, saw 3: Warning: hello.service changed on disk. (and 2 more)',
  );
  t.equal(lines.at(-1), 'report  index.html');
});

t.test('When nothing passed the last line says so', async (t) => {
  const skipped = OTHERS.filter(({ outcome }) => outcome === 'skipped');
  const text = await printed(recordRun(skipped, { outcome: 'skipped', exit: 0 }));
  t.match(text.trimEnd().split('\n').at(-1), /^nothing passed/);
  t.notMatch(await printed(passedRun()), /nothing passed/);
});

t.test('Jobs are printed in plan order, each when those before it are done', async (t) => {
  const second: SampleJob = { ...PASSED, job: 'b@debian-12' };
  const events = recordRun([{ ...PASSED, job: 'a@debian-12' }, second], { outcome: 'passed', exit: 0 });
  const end = events.length - 1;
  const reordered = [
    ...events.slice(0, 2),
    ...events.slice(2, end).filter((event) => !isFirst(event)),
    ...events.filter(isFirst),
    ...events.slice(end),
  ];
  t.equal(await printed(reordered), await printed(events));
});

t.test('On a terminal the running steps are redrawn below what stays, and are gone at the end', async (t) => {
  const reporter = consoleReporter({ colour: false, columns: 80, live: true });
  const events = recordRun([PASSED, FAILED]);
  const upTo = events.findIndex((event) => event.type === 'step-end' && event.step === 'boot');
  for (const event of events.slice(0, upTo)) await reporter.onEvent?.(event);
  const drawn = reporter.onTick?.(5_100) ?? '';
  t.match(drawn, /nspawn\/echo@debian-12 {2}Boot the machine +5s\n {2}0 of 2 jobs · 5s\n/);
  const again = reporter.onTick?.(6_100) ?? '';
  t.ok(again.startsWith(`${ESCAPE}[2F${ESCAPE}[J`), 'two lines up, and clear');
  let last = '';
  for (const event of events.slice(upTo)) last = (await reporter.onEvent?.(event)) ?? '';
  t.notOk(last.includes(`${ESCAPE}[?7l`));
  t.equal(reporter.onTick?.(9_000), '');
});

t.test('No line of the moving part is wider than the terminal', async (t) => {
  const reporter = consoleReporter({ colour: false, columns: 40, live: true });
  for (const event of sampleRun().filter(({ type }) => type !== 'job-end' && type !== 'run-end'))
    await reporter.onEvent?.(event);
  const drawn = (reporter.onTick?.(700_000) ?? '')
    .replaceAll(`${ESCAPE}[?7l`, '')
    .replaceAll(`${ESCAPE}[?7h`, '');
  for (const line of drawn.split('\n')) t.ok(textWidth(line) <= 40, line);
});

t.test('Texts are cut and wrapped by what a terminal shows', async (t) => {
  t.equal(textWidth('a💥日é'), 6);
  t.equal(fit('日本語', 4), '日…');
  t.equal(fit('a\tb\u001B', 9), 'a b␛');
  const style = createStyle({ colour: false, columns: 20, live: true });
  t.same(wrap(style, 'one two three four five', 2), ['one two three four', 'five']);
  t.same(wrap(createStyle({ colour: false, columns: 20, live: false }), 'x '.repeat(20), 0), [
    'x '.repeat(20),
  ]);
});

t.test('Of one line that is very long a part is shown, and it is one line', async (t) => {
  const text = await printed(
    recordRun([
      {
        job: 'a@b',
        title: 'A',
        outcome: 'failed',
        steps: [{ id: 's', outcome: 'failed', out: 'x'.repeat(1 << 20) }],
      },
    ]),
  );
  t.match(text, /\n {4}last line of output\n {4}│ x+…\n/);
});

t.test('The last lines are those that stay when a line is written over', async (t) => {
  t.same(lastLines('10%\r50%\r100%\r\n\u001B[1mdone\u001B[0m\n', 5).lines, ['100%', 'done']);
  t.same(lastLines('a\nb\nc\n', 2), { lines: ['b', 'c'], left: 1 });
  t.same(lastLines('', 2), { lines: [], left: 0 });
});

const fact = (name: string) =>
  ({ kind: 'fact', what: `unit a ${name}`, expected: 'x', actual: 'failed' }) as const;

t.test(
  'What will not run any more stands before what cleans up, and a hint of several checks is told once',
  async (t) => {
    const job: SampleJob = {
      job: 'a@debian-12',
      title: 'A',
      outcome: 'failed',
      steps: [
        { id: 'one', outcome: 'failed', failures: [fact('active'), fact('sub')] },
        { id: 'two', outcome: 'not-run' },
        { id: 'three', outcome: 'not-run' },
        { id: 'tidy', phase: 'cleanup', outcome: 'passed' },
      ],
    };
    const text = await printed(recordRun([job]));
    t.match(text, /2 steps not run\n[^]*cleanup: tidy/);
    t.equal(text.match(/hint: /g)?.length, 1);
    t.match(text, /unit a sub: expected x, saw failed\n +hint: /, 'with the last of them');
  },
);
