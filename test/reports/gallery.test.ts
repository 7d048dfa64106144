import t from 'tap';
import { reporters } from '../../reports/index.ts';
import { isBad, OUTCOMES } from '../../src/outcome.ts';
import { foldEvents } from '../../src/fold.ts';
import { FAILURES_JOB, galleryRun } from '../fixtures/gallery/index.ts';
import { readGallery } from '../fixtures/gallery/judged.ts';
import { SEEN } from '../fixtures/gallery/seen.ts';
import { checkGolden } from '../golden.ts';
import { report } from './contract.ts';

const run = foldEvents(galleryRun());

t.test('The gallery has every outcome', async (t) => {
  const found = new Set(run.jobs.flatMap((job) => [job, ...job.steps]).map(({ outcome }) => outcome));
  t.same(
    OUTCOMES.filter((outcome) => outcome !== 'running' && !found.has(outcome)),
    [],
  );
});

t.test('It has a scenario on several versions, and a job that was tried again', async (t) => {
  t.equal(run.jobs.filter(({ job }) => job.startsWith('gallery/cells@')).length, 4);
  t.same(
    run.jobs.flatMap(({ earlier }) => earlier.map(({ attempt, outcome }) => [attempt, outcome])),
    [[1, 'failed']],
  );
});

t.test('Every step that is to fail does, and each has something it saw', async (t) => {
  const job = run.jobs.find((one) => one.job === FAILURES_JOB);
  const steps = job?.steps.filter(({ phase }) => phase === 'steps') ?? [];
  t.ok(steps.length >= 20);
  t.same(
    steps.filter(({ outcome }) => !isBad(outcome)).map(({ title }) => title),
    [],
  );
  t.same(
    Object.keys(SEEN),
    readGallery('failures').steps.map(({ title }) => title),
  );
});

t.test('Every reporter shows it', async (t) => {
  for (const [name, factory] of Object.entries(reporters)) {
    const files = await report(factory, galleryRun());
    t.ok(
      [...files.values()].some((text) => text !== ''),
      name,
    );
  }
});

t.test('What is said of failures is what it was', async (t) => {
  const console = (await report(reporters['console'] ?? (() => ({})), galleryRun())).get('') ?? '';
  checkGolden(t, 'gallery.console', console);
});

const told = async (name: string): Promise<string> =>
  [...(await report(reporters[name] ?? (() => ({})), galleryRun())).values()].join('');
const numbers = (text: string, ...words: readonly RegExp[]): readonly number[] =>
  words.map((word) => Number(word.exec(text)?.[1] ?? 0));
const count = (text: string, word: RegExp): number => [...text.matchAll(word)].length;

t.test('All reports count the same steps as failed and as errored', async (t) => {
  const console = (await report(reporters['console'] ?? (() => ({})), galleryRun())).get('') ?? '';
  checkGolden(t, 'gallery.console', console);
});

t.test('All reports count the same steps as failed and as errored', async (t) => {
  const console = (await report(reporters['console'] ?? (() => ({})), galleryRun())).get('') ?? '';
  checkGolden(t, 'gallery.console', console);
});

t.test('All reports count the same steps as failed and as errored', async (t) => {
  const console = (await report(reporters['console'] ?? (() => ({})), galleryRun())).get('') ?? '';
  checkGolden(t, 'gallery.console', console);
});

t.test('All reports count the same steps as failed and as errored', async (t) => {
  const console = /^steps .*$/m.exec(await told('console'))?.[0] ?? '';
  const [failed = 0, late = 0, errored = 0, cut = 0] = numbers(
    console,
    /(\d+) failed/,
    /(\d+) timed out/,
    /(\d+) errored/,
    /(\d+) interrupted/,
  );
  const page = /<ul class="tally".*?<\/ul>/s.exec(await told('html'))?.[0] ?? '';
  t.same(
    numbers(
      page,
      /<b>(\d+)<\/b> failed/,
      /<b>(\d+)<\/b> timed out/,
      /<b>(\d+)<\/b> errored/,
      /<b>(\d+)<\/b> interr/,
    ),
    [failed, late, errored, cut],
    'html',
  );
  t.same(
    numbers(await told('junit'), /failures="(\d+)"/, /errors="(\d+)"/),
    [failed + late, errored + cut],
    'junit',
  );
  const ctrf = await told('ctrf');
  t.same(numbers(ctrf, /"failed":\s*(\d+)/), [failed + late + errored + cut], 'ctrf');
  t.same(
    [count(ctrf, /"rawStatus":\s*"errored"/g), count(ctrf, /"rawStatus":\s*"failed"/g)],
    [errored, failed],
    'ctrf',
  );
  const tap = await told('tap');
  t.same(
    [count(tap, /^ {6}outcome: "errored"/gm), count(tap, /^ {6}outcome: "failed"/gm)],
    [errored, failed],
    'tap',
  );
});
