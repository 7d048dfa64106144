import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { htmlReporter } from '../../reports/html/index.ts';
import { createTexts } from '../../reports/html/page/texts.ts';
import { recordRun, type SampleStep } from '../fixtures/sample-run.ts';
import { report } from './contract.ts';

const JOB = 'a/b@debian-12';

async function pageOf(steps: readonly SampleStep[]): Promise<string> {
  const events = recordRun([{ job: JOB, title: 'T', outcome: 'failed', steps }]);
  return (await report(htmlReporter, events)).get('index.html') ?? '';
}

/** All that is packed in a page, by its place. */
function unpacked(page: string): ReadonlyMap<string, string> {
  const packs = page.matchAll(/<script type="text\/plain" data-pack="(r?\d+)">([^<]*)<\/script>/g);
  const texts = [...packs].flatMap(([, pack = '', base64 = '']) =>
    gunzipSync(Buffer.from(base64, 'base64'))
      .toString()
      .split('\0')
      .map((text, at) => [`${pack}.${at}`, text] as const),
  );
  return new Map(texts);
}

function idsIn(html: string): readonly string[] {
  return [...html.matchAll(/<li class="step[^"]*" id="([^"]*)"/g)].map(([, id = '']) => id);
}

t.test('Of a very large page each row is there or packed, once, and what failed is there', async (t) => {
  const steps = Array.from({ length: 7_000 }, (_, index): SampleStep => {
    const failed = index % 2_000 === 1_999;
    const outcome = failed ? 'failed' : index < 6_800 ? 'passed' : 'not-run';
    return { id: `step-${index}`, outcome, out: `printed ${index}\n` };
  });
  const page = await pageOf(steps);
  const packed = unpacked(page);
  const rests = [...page.matchAll(/<details class="attempt" data-at="(r[^"]*)" data-count="(\d+)">/g)];
  t.strictSame(
    rests.map(([, , count]) => Number(count)),
    [500, 300, 200],
    'together, by outcome',
  );
  t.match(
    page.replaceAll(/\s+/g, ' '),
    /200 steps not run<\/span ?><span class="name">step-6800 … step-6999</,
  );
  const ids = [...idsIn(page), ...rests.flatMap(([, at = '']) => idsIn(packed.get(at) ?? ''))];
  t.strictSame(ids.toSorted(), steps.map(({ id }) => `${JOB}/${id}`).toSorted(), 'every row once');
  const failed = steps.filter(({ outcome }) => outcome === 'failed');
  for (const { id } of failed) t.ok(idsIn(page).includes(`${JOB}/${id}`), id);
  const places = new Map(
    rests
      .flatMap(([, at = '']) => (packed.get(at) ?? '').split('<li'))
      .map((row) => [/ id="[^"]*\/step-(\d+)"/.exec(row)?.[1], / data-at="([^"]*)"/.exec(row)?.[1]]),
  );
  const lost = [...places].filter(
    ([number, at]) => at !== undefined && packed.get(at)?.includes(`<t-l>printed ${number}</t-l>`) !== true,
  );
  t.strictSame(lost, [], 'details are where the row says');
});

function passed(amount: number): readonly SampleStep[] {
  return Array.from({ length: amount }, (_, index) => ({ id: `s${index}`, outcome: 'passed' }));
}

t.test('Of very many small jobs no passed step is laid out whole', async (t) => {
  const steps: SampleStep[] = ['a', 'b', 'c'].map((id) => ({ id, outcome: 'passed', out: `${id}\n` }));
  const jobs = Array.from({ length: 2_200 }, (_, at) => ({
    job: `a/b@x,repeat=${at}`,
    title: 'T',
    outcome: 'passed' as const,
    steps,
  }));
  const page = (await report(htmlReporter, recordRun(jobs))).get('index.html') ?? '';
  const rows = [...page.matchAll(/<li class="step" id="[^"]*"[^>]*><details([^>]*)>/g)];
  t.equal(rows.length, 6_600);
  t.equal(rows.filter(([, data = '']) => !data.includes('data-at')).length, 0);
});

t.test('Up to some thousands of steps no row is packed, and a few are not worth it', async (t) => {
  for (const amount of [6_000, 6_003]) t.equal(idsIn(await pageOf(passed(amount))).length, amount);
});

t.test('A text is found in the rows that have it, also in what came later', async (t) => {
  const texts = createTexts();
  for (const [row, text] of ['One', 'two one', '', 'ONE ●'].entries()) texts.add(row, text);
  const found = (wanted: string): readonly number[] => [0, 1, 2, 3].filter((row) => texts.has(row, wanted));
  t.strictSame(found('one'), [0, 1, 3]);
  t.strictSame(found('two'), [1]);
  t.strictSame(found('e●'), [], 'over no border');
  t.strictSame(found(''), [0, 1, 2, 3]);
  texts.add(2, 'Two');
  texts.add(3, 'x');
  t.strictSame(found('two'), [1, 2]);
  t.strictSame(found('one'), [0, 1, 3]);
  t.strictSame(found('●\nx'), [3]);
});
