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
    OUTCOMES.filter((outcome) => !found.has(outcome)),
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
