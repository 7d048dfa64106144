import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { htmlReporter } from '../../reports/html/index.ts';
import { script, style } from '../../reports/html/assets.gen.ts';
import type { Event } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import { report } from './contract.ts';
import { cutRun, passedRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun, type SampleStep } from '../fixtures/sample-run.ts';
import { showcaseRun } from '../fixtures/showcase.ts';

async function page(events: readonly Event[]): Promise<string> {
  let text = '';
  const chunks = htmlReporter({ colour: false, columns: 80, live: false }).render?.(foldEvents(events)) ?? [];
  for await (const { chunk } of chunks) text += typeof chunk === 'string' ? chunk : '';
  return text;
}

/** Unlike `t.match`, does not print the page. */
function checkHolds(t: Test, text: string, pattern: RegExp): void {
  t.ok(pattern.test(text), String(pattern));
}

async function checkStep(t: Test, step: Partial<SampleStep>, ...expected: readonly RegExp[]): Promise<void> {
  const steps: SampleStep[] = [{ id: 'one', outcome: 'passed', ...step }];
  const text = await page(
    recordRun([{ job: 'area/case@debian-12', title: 'Case', outcome: 'passed', steps }]),
  );
  for (const pattern of expected) checkHolds(t, text, pattern);
}

t.test('Every page holds no escape, no inline style, no handler and no address to load from', async (t) => {
  for (const events of [showcaseRun(), sampleRun(), cutRun(), passedRun(), []]) {
    const text = await page(events);
    const body = text.replace(`<style>${style}</style>`, '').replace(`<script>${script}</script>`, '');
    t.notOk(
      /[\0-\u0008\u000B-\u001F\u007F-\u009F]/.test(body),
      String(/[\0-\u0008\u000B-\u001F\u007F-\u009F]/),
    );
    t.notOk(/<[^>]* (style|on\w+|src)=/.test(body), String(/<[^>]* (style|on\w+|src)=/));
    t.notOk(
      /<(blink|script|style|link|img|iframe)\b/.test(body),
      String(/<(blink|script|style|link|img|iframe)\b/),
    );
    checkHolds(t, body, /^<!doctype html>\s*<html lang="en"/);
    t.equal(body.match(/<h1>/g)?.length, 1);
  }
});

t.test('Every element of a page is closed where it was opened', async (t) => {
  for (const events of [showcaseRun(), sampleRun(), []]) {
    const body = (await page(events)).replace(`<script>${script}</script>`, '');
    const open: string[] = [];
    for (const [, close, name = '', itself] of body.matchAll(/<(\/?)([a-z][\w-]*)(?:\s[^>]*?)?(\/?)>/g)) {
      if (itself === '/' || /^(br|hr)$/.test(name)) continue;
      if (close === '') open.push(name);
      else if (open.pop() !== name) t.fail(`</${name}> in ${open.join(' ')}`);
    }
    t.strictSame(open, []);
  }
});

t.test('The policy names the very script and stylesheet of the page', async (t) => {
  const text = await page(passedRun());
  for (const [name, content] of [
    ['script', script],
    ['style', style],
  ] as const) {
    const hash = createHash('sha256').update(content).digest('base64');
    t.ok(text.includes(`${name}-src 'sha256-${hash}'`), name);
    t.ok(text.includes(`<${name}>${content}</${name}>`), name);
  }
  t.ok(text.indexOf('Content-Security-Policy') < text.indexOf('<title>'));
});

t.test('The packed assets are those of the sources, and small', async (t) => {
  const { generateAssets } = await import('../../reports/html/assets.mjs');
  const packed = readFileSync(join(import.meta.dirname, '../../reports/html/assets.gen.ts'), 'utf8');
  t.equal(packed, await generateAssets(), 'node reports/html/assets.mjs makes them anew');
  t.ok(script.length <= 40 * 1024, `script ${script.length}`);
  t.ok(style.length <= 20 * 1024, `style ${style.length}`);
});

t.test('Failures come first, with cause, comparison and the command to run it again', async (t) => {
  const text = await page(showcaseRun());
  const order = [
    'What went wrong',
    'stdout: line 3 differs',
    '<mark>active (running)</mark>',
    '<mark>failed (Result: exit-code)</mark>',
    'expected exit 0, saw 3',
    'docker-without-docker.yaml@debian-13',
    '--shell on-failure',
    'id="jobs"',
    'id="environment"',
  ];
  const places = order.map((words) => text.indexOf(words));
  t.notOk(places.includes(-1), `all there: ${places.join(' ')}`);
  t.strictSame(
    places,
    places.toSorted((a, b) => a - b),
  );
});

t.test('A failure that was tried again says how often, in its card too', async (t) => {
  const failed = { outcome: 'failed', failures: [{ kind: 'exit', expected: '0', actual: 3 }] } as const;
  const card = async (tries: number): Promise<string> => {
    const steps: SampleStep[] = [{ id: 'one', ...failed, tries }];
    const text = await page(recordRun([{ job: 'a/b@debian-12', title: 'A', outcome: 'failed', steps }]));
    return /<article[^]*?<\/article>/.exec(text)?.[0] ?? '';
  };
  checkHolds(t, await card(7), /<p class="note">tried 7 times\.<\/p>/);
  t.notMatch(await card(1), 'tried');
});

t.test('A machine that never was lets nobody in', async (t) => {
  const job = { job: 'a/b@d', title: 'A', outcome: 'errored', machine: false, steps: [] } as const;
  t.match(await page(recordRun([job])), /Run it again(?![^]*--shell on-failure)/);
});

t.test('A run that passed has no failures to show', async (t) => {
  const text = await page(passedRun());
  checkHolds(t, text, /<h1>[^]*?The job passed<\/h1>/);
  t.notOk(/What went wrong/.test(text), String(/What went wrong/));
});

t.test('A run that was cut says so', async (t) => {
  const text = await page(cutRun());
  checkHolds(t, text, /<h1>[^]*?interrupted of/);
  checkHolds(t, text, /none: the run was cut short/);
});

t.test('The middle of long output is cut and counted', async (t) => {
  const out = Array.from({ length: 1_000 }, (_, index) => `number ${index + 1}\n`).join('');
  await checkStep(t, { out }, /number 200<[^]*600 lines cut[^]*number 801</);
  await checkStep(t, { out: 'x'.repeat(20_000) }, /… 12,000 characters cut/);
});

t.test('Earlier attempts open with all their steps, what went wrong in them included', async (t) => {
  const events = showcaseRun();
  const end = events.findIndex(({ type }) => type === 'run-end');
  const again = events
    .filter((event) => 'job' in event && event.job !== undefined)
    .map((event) => ('attempt' in event ? { ...event, attempt: 2 } : event));
  const text = await page([...events.slice(0, end), ...again, ...events.slice(end)]);
  const job = 'workshop/docker-without-docker@debian-13';
  const attempt = text.slice(text.indexOf(`<details class="attempt" id="${job}/attempt-1">`));
  checkHolds(t, attempt, /attempt 1\s[^]*?stdout: line 3 differs/);
  checkHolds(t, attempt, /id="workshop\/docker-without-docker@debian-13\/attempt-1\/look-at-its-unit"/);
  checkHolds(t, attempt, /<mark>failed \(Result: exit-code\)<\/mark>/);
  const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  t.equal(new Set(ids).size, ids.length, 'every id is there once');
});

t.test('A large page keeps all rows, and packs what passed steps printed', async (t) => {
  const out = 'first line\n' + 'between\n'.repeat(300) + 'last line\n';
  const steps = Array.from({ length: 1_500 }, (_, index): SampleStep => ({
    id: `step-${index}`,
    outcome: 'passed',
    out,
  }));
  const failed: SampleStep = { id: 'bad', outcome: 'failed', out: 'what failed is static\n' };
  const text = await page(
    recordRun([{ job: 'a/b@debian-12', title: 'T', outcome: 'failed', steps: [...steps, failed] }]),
  );
  t.equal(text.match(/<li class="step"/g)?.length, 1_501);
  checkHolds(t, text, /<t-l>what failed is static<\/t-l>/);
  const packs = [...text.matchAll(/<script type="text\/plain" data-pack="(\d+)">([^<]*)<\/script>/g)];
  const texts = packs.map(([, , base64 = '']) => gunzipSync(Buffer.from(base64, 'base64')).toString());
  const bodies = texts.map((body) => body.split('<div class="body">').slice(1));
  const places = [...text.matchAll(/data-at="(\d+)\.(\d+)"/g)];
  t.ok(places.length > 500, `${places.length} are packed`);
  const lost = places.filter(
    ([, pack, at]) => bodies[Number(pack)]?.[Number(at)]?.includes('<t-l>last line</t-l>') !== true,
  );
  t.equal(lost.length, 0, 'each of them is in its place');
  checkHolds(t, text, /class="body packed">\s*<code>first line<\/code> <code>last line<\/code> 302 lines/);
});

t.test('A page is full at 25 MB: further outputs lie beside it, and it says so', async (t) => {
  const out = `${'x'.repeat(7_900)}\n`.repeat(400);
  const steps = Array.from({ length: 12 }, (_, index): SampleStep => ({
    id: `step-${index}`,
    outcome: 'failed',
    out,
  }));
  const texts = await report(
    htmlReporter,
    recordRun([{ job: 'a/b@debian-12', title: 'T', outcome: 'failed', steps }]),
  );
  const text = texts.get('index.html') ?? '';
  t.ok(text.length > 20_000_000 && text.length < 25_000_000, `${text.length}`);
  const beside = [...texts.keys()].filter((path) => path.startsWith('output-'));
  t.ok(beside.length > 2);
  for (const path of beside) {
    t.ok(texts.get(path) === out, path);
    checkHolds(t, text, new RegExp(`lies beside it in <a href="\\./${path}">`));
  }
});

t.test('stderr is told apart, in the order it came', async (t) =>
  checkStep(
    t,
    { out: 'one\n', err: 'two\n' },
    /<t-l>one<\/t-l><t-l class="err">two<\/t-l>/,
    /class="key">stderr/,
  ),
);
t.test('Bytes that are no UTF-8 still show', async (t) =>
  checkStep(t, { bytes: Buffer.from([0x61, 0xff, 0x62]).toString('base64') }, /<t-l>a\u{FFFD}b<\/t-l>/u),
);
t.test('Prose is Markdown without HTML, images or scripts', async (t) =>
  checkStep(
    t,
    {
      say: '# T\n\n**b** <img src=x> ![i](http://e.org/x.png) [j](javascript:alert(1)) [l](https://e.org)\n\n|a|\n|:-:|\n|b|\n',
    },
    /<h5>T<\/h5>/,
    /<strong>b<\/strong> &lt;img src=x&gt; !<a href="http:\/\/e\.org\/x\.png"[^>]*>i<\/a> \[j\]\(javascript:alert\(1\)\)/,
    /<a href="https:\/\/e\.org" rel="noopener noreferrer nofollow">l<\/a>/,
    /<th>a<\/th>/,
  ),
);
t.test('A check shows what was expected and seen', async (t) => {
  const check = {
    type: 'check',
    job: 'area/case@debian-12',
    step: 'one',
    name: 'unit a.service active',
    ok: false,
    expected: 'active',
    actual: 'failed',
  } as const;
  await checkStep(
    t,
    { more: [check] },
    /unit a\.service active<\/th>\s*<td><code>active<\/code><\/td>\s*<td><code><mark>failed<\/mark>/,
  );
});
t.test('Hints wait to be opened', async (t) =>
  checkHolds(
    t,
    await page(showcaseRun()),
    /<summary>2 hints<\/summary>\s*<ol>\s*<li>The tool is called <code>systemd-nspawn<\/code>/,
  ),
);

t.test('The boot chart is a table too', async (t) => {
  const text = await page(showcaseRun());
  checkHolds(t, text, /<th scope="row" title="systemd-journald\.service">/);
  checkHolds(t, text, /systemd-modules-load\.service <span class="o-failed">failed<\/span>/);
  checkHolds(t, text, /graphical\.target reached\s+1\.91s/);
});

t.test('A page comes in pieces', async (t) => {
  const sizes: number[] = [];
  const chunks =
    htmlReporter({ colour: false, columns: 80, live: false }).render?.(foldEvents(showcaseRun())) ?? [];
  for await (const { path, chunk } of chunks) {
    t.equal(path, 'index.html');
    sizes.push(chunk.length);
  }
  t.ok(sizes.length > 20);
});

t.test('Half a character in a name or a path is shown, and throws nothing', async (t) => {
  const half = 'a\uD800b';
  const file = {
    type: 'attachment',
    job: half,
    step: half,
    name: half,
    path: `x/${half} 1`,
    mediaType: 'a/b',
  } as const;
  const steps: SampleStep[] = [
    { id: half, title: half, outcome: 'failed', out: half, more: [{ ...file, sha256: '', sizeBytes: 1 }] },
  ];
  const text = await page(recordRun([{ job: half, title: half, outcome: 'failed', steps }]));
  checkHolds(t, text, /href="#a%EF%BF%BDb\/a%EF%BF%BDb"/);
  checkHolds(t, text, /href="\.\/x\/a%EF%BF%BDb%201"/);
});

t.test('The steps have a heading where they follow others that have one', async (t) => {
  const job = { job: 'area/case@debian-12', title: 'Case', outcome: 'passed' } as const;
  const main: SampleStep = { id: 'main', outcome: 'passed' };
  const prepare: SampleStep = { id: 'first', outcome: 'passed', phase: 'prepare' };
  const headings = async (steps: readonly SampleStep[]): Promise<readonly string[]> =>
    [...(await page(recordRun([{ ...job, steps }]))).matchAll(/<h3 class="phase">([^<]*)/g)].map(
      ([, title = '']) => title,
    );
  t.same(await headings([main]), []);
  t.same(await headings([prepare, main]), ['Prepare', 'Steps']);
});
