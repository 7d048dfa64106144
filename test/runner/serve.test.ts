import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { goesOn } from '../../runner/commands/goes-on.ts';
import { open } from '../../runner/commands/open.ts';
import { report } from '../../runner/commands/report.ts';
import { serveReport } from '../../runner/commands/serve.ts';
import { passedRun } from '../fixtures/sample-jobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'rootlab-serve-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const line = (event: unknown): string => `${JSON.stringify(event)}\n`;

t.test('The page follows the log as it grows, to this computer alone', async (t) => {
  const log = join(folder, 'run', 'events.jsonl');
  mkdirSync(join(folder, 'run'));
  const events = passedRun();
  const half = events.findIndex(({ type }) => type === 'step-end');
  writeFileSync(log, events.slice(0, half).map(line).join(''));
  writeFileSync(join(folder, 'run', 'shot 1.html'), '<script>1</script>');
  writeFileSync(join(folder, 'secret'), 'no');
  const served = await serveReport(log);
  t.teardown(async () => served.close());
  t.match(served.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);

  const held = openSync(log, 'a');
  const running = await fetch(served.url);
  t.equal(running.headers.get('refresh'), '2');
  const page = await running.text();
  t.match(page, /<h1>[^]*Running: 0 of 1 job ended<\/h1>/);
  t.notMatch(page.replace(/<(style|script)>.*?<\/\1>/gs, ''), /interrupted|What went wrong/);
  appendFileSync(log, events.slice(half).map(line).join(''));
  closeSync(held);
  const ended = await fetch(served.url);
  t.equal(ended.headers.get('refresh'), null);
  t.ok(/<h1>[^]*The job passed<\/h1>/.test(await ended.text()));

  const file = await fetch(`${served.url}shot%201.html`);
  t.equal(file.headers.get('content-type'), 'application/octet-stream');
  t.equal(await file.text(), '<script>1</script>');
  t.equal(await rawStatus(served.url, '/../secret', '127.0.0.1'), 404);
  t.equal(await rawStatus(served.url, '/..%2Fsecret', '127.0.0.1'), 404);
  symlinkSync(join(folder, 'secret'), join(folder, 'run', 'out'));
  symlinkSync('shot 1.html', join(folder, 'run', 'in'));
  t.equal(await rawStatus(served.url, '/out', '127.0.0.1'), 404);
  t.equal(await rawStatus(served.url, '/in', '127.0.0.1'), 200);
  t.equal(await rawStatus(served.url, '/%', '127.0.0.1'), 400);
  t.equal(await rawStatus(served.url, '/', 'rebound.example.org'), 403);
  t.equal((await fetch(served.url, { method: 'POST' })).status, 405);
});

t.test('A run that has said nothing for long goes on while its program holds the log', async (t) => {
  const log = join(folder, 'silent.jsonl');
  const events = passedRun();
  writeFileSync(
    log,
    events
      .slice(
        0,
        events.findIndex(({ type }) => type === 'step-end'),
      )
      .map(line)
      .join(''),
  );
  const held = openSync(log, 'a');
  const program = spawn('sleep', ['1000'], { stdio: ['ignore', held, 'ignore'] });
  closeSync(held);
  t.teardown(() => program.kill('SIGKILL'));
  const anHourAgo = Date.now() / 1000 - 3600;
  utimesSync(log, anHourAgo, anHourAgo);
  const served = await serveReport(log);
  t.teardown(async () => served.close());
  const refresh = async (): Promise<string | null> => (await fetch(served.url)).headers.get('refresh');
  t.equal(await refresh(), '2');
  const written = async (name: string): Promise<string> => {
    const file = join(folder, 'written');
    const values = (option: string): string[] => (option === 'to' ? [] : [`${name}=${file}`]);
    const { signal } = new AbortController();
    await report.execute({ words: [log], value: () => undefined, values, flag: () => false, signal });
    return readFileSync(file, 'utf8');
  };
  t.match(await written('html'), /<title>Running: /, 'a report says so too');
  t.match(await written('markdown'), 'Running: 0 of 1 job ended');
  const text = await written('console');
  t.match(text, /^… Running: 0 of 1 job ended$/m);
  t.notMatch(text, /interrupted|nothing passed/);
  const tap = await written('tap');
  t.match(tap, /^ok 1 - \S+ # SKIP running\n[^]*\nBail out! the run goes on\n$/m);
  t.notMatch(tap, 'interrupted');
  t.notMatch(await written('github'), 'interrupted');
  t.equal(await written('jsonl'), readFileSync(log, 'utf8'), 'it gets no end');
  program.kill('SIGKILL');
  await once(program, 'exit');
  t.equal(await refresh(), null);
});

t.test('A run that was killed, or has said that it ends, goes on no more', async (t) => {
  const log = join(folder, 'killed.jsonl');
  const events = passedRun();
  const begun = events.slice(0, 5);
  writeFileSync(log, begun.map(line).join(''));
  const reader = openSync(log, 'r');
  t.teardown(() => closeSync(reader));
  t.notOk(goesOn(log), 'whoever reads it does not write it');
  const served = await serveReport(log);
  t.teardown(async () => served.close());
  const headline = async (): Promise<string | undefined> =>
    /<title>(.*?) –/.exec(await (await fetch(served.url)).text())?.[1];
  t.equal(await headline(), 'The job interrupted');
  const held = openSync(log, 'a');
  t.teardown(() => closeSync(held));
  t.equal(await headline(), 'Running: 0 of 1 job ended');
  appendFileSync(log, line({ ...events.at(-1), outcome: 'interrupted', exit: 130 }));
  t.notMatch(await headline(), 'Running');
});

const openFolder = async (word: string): Promise<number> =>
  open.execute({
    words: [word],
    flag: () => false,
    value: () => undefined,
    values: () => [],
    signal: new AbortController().signal,
  });

t.test('What cannot be opened says how it is made', async (t) => {
  await t.rejects(openFolder(join(folder, 'none')), { message: /no such file/, hint: /rootlab run/ });
  const logged = t.testdir({ 'events.jsonl': '', run: { latest: { 'index.html': '' } } });
  await t.rejects(openFolder(logged), { message: /no such file/, hint: /--reporter html/ });
  await t.rejects(openFolder(join(logged, 'run')), { message: /no such file/, hint: /run\/latest\?$/ });
});

/** `fetch` would tidy up the path, and says its own host. */
async function rawStatus(url: string, path: string, host: string): Promise<number | undefined> {
  const { port } = new URL(url);
  return new Promise((done, fail) => {
    request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .on('error', fail)
      .end();
  });
}
