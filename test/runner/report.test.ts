import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { readReporterChoices } from '../../runner/commands/reporter-choice.ts';
import type { Event } from '../../src/event.ts';
import { passedRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { rootlab } from '../system/program.ts';

const cwd = t.testdir({ 'empty.jsonl': '', 'words.jsonl': 'hello\n' });
const text = (events: readonly Event[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');
writeFileSync(join(cwd, 'middle.jsonl'), text(passedRun().slice(3)));
mkdirSync(join(cwd, 'run'));
writeFileSync(join(cwd, 'run/events.jsonl'), text(passedRun()));
mkdirSync(join(cwd, 'bad'));
writeFileSync(join(cwd, 'bad/events.jsonl'), text(sampleRun()));

async function checkRefused(t: Test, words: readonly string[], stderr: RegExp, exit = 2): Promise<void> {
  const ended = await rootlab(t, words, { cwd, env: { GITHUB_STEP_SUMMARY: '/nowhere/summary.md' } });
  t.match(ended.stderr, stderr);
  t.equal(ended.status, exit);
  t.notMatch(ended.stderr, /\n {4}at /, 'no place in our source');
}

t.test('What is no whole log is refused by every command that reads one', async (t) => {
  for (const command of [['report'], ['merge'], ['compare', 'run']]) {
    await checkRefused(
      t,
      [...command, 'empty.jsonl'],
      /^error: cannot read the log "empty.jsonl": it is empty\nhint: /,
    );
    await checkRefused(
      t,
      [...command, 'middle.jsonl'],
      /^error: cannot read the log "middle.jsonl": its beginning is missing\nhint: /,
    );
    await checkRefused(t, [...command, 'words.jsonl'], /^error: cannot read words.jsonl:1: not JSON\nhint: /);
  }
});

t.test('What is written, and where, is told', async (t) => {
  const { status, stderr } = await rootlab(
    t,
    ['report', 'run', '--reporter=junit', '--reporter=ctrf=c.json'],
    { cwd },
  );
  t.equal(status, 0);
  t.equal(stderr, `note: wrote ${join(cwd, 'run/junit.xml')}\nnote: wrote c.json\n`);
  t.match(readFileSync(join(cwd, 'run/junit.xml'), 'utf8'), '</testsuites>');
  t.ok(existsSync(join(cwd, 'c.json')));
});

t.test('Several are asked for at once, and a folder beside that of a run is told where it is', async (t) => {
  const both = await rootlab(t, ['report', 'run', '--to', 'junit,ctrf=d.json'], { cwd });
  t.equal(both.stderr, `note: wrote ${join(cwd, 'run/junit.xml')}\nnote: wrote d.json\n`);
  await checkRefused(
    t,
    ['report', 'run', '--to=junit,jnit'],
    /unknown reporter "jnit"\nhint: did you mean "junit"/,
  );
  await checkRefused(
    t,
    ['report', 'run', '--serve', '--to=html'],
    /"--serve" cannot stand beside "--reporter" or "--to"/,
  );
  mkdirSync(join(cwd, 'home/reports/out/latest'), { recursive: true });
  writeFileSync(join(cwd, 'home/reports/out/latest/events.jsonl'), text(passedRun()));
  await checkRefused(
    t,
    ['report', 'home'],
    /there is no such file\nhint: .*; did you mean home\/reports\/out\/latest\?/,
  );
});

t.test('A path through a file leads nowhere, and is no bug of ours', async (t) => {
  const through = 'run/events.jsonl/x';
  await checkRefused(t, ['report', through], /^error: cannot read the log "run\/events.jsonl\/x": /);
  await checkRefused(t, ['open', through], /^error: cannot open the report ".*": there is no such file\n/);
  await checkRefused(t, ['list', through], /^error: cannot find "run\/events.jsonl\/x": it is no path/);
});

t.test('Where the page is looked for, and is not, its place is told', async (t) => {
  await checkRefused(t, ['open', 'run'], /\nhint: make it first: rootlab report run --reporter html\n/);
  await checkRefused(t, ['open', 'none'], /\nhint: a run writes it: rootlab run\n/);
  mkdirSync(join(cwd, 'other/out/latest'), { recursive: true });
  writeFileSync(join(cwd, 'other/out/latest/index.html'), '');
  await checkRefused(t, ['open', 'other/out'], /\nhint: did you mean other\/out\/latest\?\n/);
});

t.test('A file that cannot be written is named, without our source', async (t) => {
  await checkRefused(
    t,
    ['report', 'run', '--reporter=html=/proc/page.html'],
    /^error: reporter "html" failed: cannot write "\/proc\/page.html": there is no such file or directory\n$/,
    3,
  );
  await checkRefused(
    t,
    ['report', 'run', '--reporter=github'],
    /^[^]*error: reporter "github" failed: cannot add to \$GITHUB_STEP_SUMMARY, "\/nowhere\/summary.md": there is no such file or directory\n$/,
    3,
  );
});

t.test('On GitHub paths lead from the root of the checkout', async (t) => {
  const env = { GITHUB_WORKSPACE: dirname(cwd) };
  const { stderr } = await rootlab(t, ['report', 'bad', '--reporter=github'], { cwd, env });
  t.match(stderr, `::error file=${basename(cwd)}/scenarios/units/hello.yaml,line=`);
});

t.test('Two reporters do not write over each other', async (t) => {
  const message = 'reporters "junit" and "jenkins" would write to the same file';
  t.throws(() => readReporterChoices(['junit=a.xml', 'jenkins=./a.xml']), { message });
  t.throws(() => readReporterChoices(['junit', 'tap', 'junit']), { message: /"junit" and "junit"/ });
  t.equal(readReporterChoices(['junit', 'junit=b.xml', 'jenkins']).length, 3);
});

t.test('A dash is no file', async (t) => {
  const message = 'reporter "markdown" cannot write to "-"';
  t.throws(() => readReporterChoices(['markdown=-']), { message, hint: /markdown=\/dev\/stdout$/ });
  t.throws(() => readReporterChoices(['tap=-']), { message: /"tap"/, hint: /^without "=-".*: tap$/ });
});
