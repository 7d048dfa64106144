import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Event } from '../../src/event.ts';
import { recordRun } from '../fixtures/sample-run.ts';
import { rootlab } from '../system/program.ts';

const cwd = t.testdir();
const text = (events: readonly Event[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

function writeLog(name: string, outcome: 'passed' | 'failed', seconds: number): void {
  const job = 'a/b@x';
  const steps = [{ id: 'one', outcome }];
  const events = recordRun([{ job, title: 'A', outcome, steps }]).map((event) => ({
    ...event,
    t: event.t + seconds * 1_000,
  }));
  const last = events.at(-1);
  const attachment: Event = {
    v: 1,
    seq: 99,
    t: last?.t ?? 0,
    m: 1,
    type: 'attachment',
    job,
    name: 'note',
    mediaType: 'text/plain',
    path: 'files/note.txt',
    sha256: '',
    sizeBytes: 1,
  };
  mkdirSync(join(cwd, name));
  writeFileSync(
    join(cwd, name, 'events.jsonl'),
    text([...events.slice(0, -1), attachment, ...events.slice(-1)]),
  );
}
writeLog('first', 'failed', 0);
writeLog('second', 'passed', 60);
writeFileSync(join(cwd, 'empty.jsonl'), '');
writeFileSync(join(cwd, 'notes.txt'), 'a\nb\n');
writeFileSync(join(cwd, 'headless.jsonl'), text(recordRun([]).slice(1)));
writeFileSync(join(cwd, 'newer.jsonl'), '{"v":9,"type":"run-begin"}\n');
mkdirSync(join(cwd, 'sub'));

t.test('Two folders become one log, of which kept files are found from its place', async (t) => {
  const { status, stderr } = await rootlab(t, ['merge', 'second', 'first', '-o', 'sub/all.jsonl'], { cwd });
  t.equal(stderr, '');
  t.equal(status, 0);
  const merged = readFileSync(join(cwd, 'sub/all.jsonl'), 'utf8');
  t.match(merged, /"path":"\.\.\/first\/files\/note\.txt"[^]*"path":"\.\.\/second\/files\/note\.txt"/);
  const turned = await rootlab(t, ['merge', 'first', 'second', '--output=sub/turned.jsonl'], { cwd });
  t.equal(turned.status, 0);
  t.equal(readFileSync(join(cwd, 'sub/turned.jsonl'), 'utf8'), merged);
});

t.test('One of the logs may be replaced; where that fails it is as it was', async (t) => {
  const before = readFileSync(join(cwd, 'second', 'events.jsonl'), 'utf8');
  mkdirSync(join(cwd, 'kept.jsonl.new'));
  writeFileSync(join(cwd, 'kept.jsonl'), before);
  const failed = await rootlab(t, ['merge', 'kept.jsonl', 'first', '-o', 'kept.jsonl'], { cwd });
  t.match(failed.stderr, /cannot write "kept.jsonl": /);
  t.equal(failed.status, 2);
  t.equal(readFileSync(join(cwd, 'kept.jsonl'), 'utf8'), before);
  rmSync(join(cwd, 'kept.jsonl.new'), { recursive: true });
  const { status } = await rootlab(t, ['merge', 'kept.jsonl', 'first', '-o', 'kept.jsonl'], { cwd });
  t.equal(status, 0);
  t.match(readFileSync(join(cwd, 'kept.jsonl'), 'utf8'), /"attempt":2/);
});

t.test('Without a file it goes to standard output, and a report joins by itself', async (t) => {
  const { stdout } = await rootlab(t, ['merge', 'first', 'second'], { cwd });
  t.match(stdout.trimEnd().split('\n').at(-1), /"type":"run-end","outcome":"passed"/);
  const words = ['report', 'first', 'second', '--reporter=console', '--reporter=html=page.html'];
  const report = await rootlab(t, words, { cwd });
  t.match(report.stdout, /✗ one  failed[^]*✓ one[^]*✓ 1 job passed/);
  t.match(
    readFileSync(join(cwd, 'page.html'), 'utf8'),
    /attempt 2, before it 1 failed[^]*href="\.\/second\/files\/note\.txt"/,
  );
});

t.test('What is no log is named, with the cause', async (t) => {
  const rows: readonly (readonly [log: string, says: RegExp])[] = [
    ['empty.jsonl', /cannot read the log "empty.jsonl": it is empty\nhint: a log begins with/],
    ['headless.jsonl', /cannot read the log "headless.jsonl": its beginning is missing/],
    ['notes.txt', /cannot read notes.txt:1: not JSON/],
    ['newer.jsonl', /newer.jsonl:1: version 9 of the log is newer than this rootlab's \(1\)/],
  ];
  for (const [log, says] of rows) {
    const { status, stderr } = await rootlab(t, ['merge', 'first', log, '-o', 'none.jsonl'], { cwd });
    t.match(stderr, says, log);
    t.equal(status, 2);
  }
  t.throws(() => readFileSync(join(cwd, 'none.jsonl')), { code: 'ENOENT' });
});
