import t from 'tap';
import { readImagePair, requireImages } from '../../runner/commands/image-pair.ts';
import { foldEvents } from '../../src/fold.ts';
import { recordRun } from '../fixtures/sample-run.ts';

t.test('Two images that are not the same are a pair', async (t) => {
  t.strictSame(readImagePair('debian-12,mine'), ['debian-12', 'mine']);
  t.equal(readImagePair(undefined), undefined);
  for (const words of ['', 'a', 'a,', ',a', 'a,a', 'a,b,c'])
    t.throws(() => readImagePair(words), { message: `--between takes two images, not "${words}"` });
});

t.test('Each is one of its own run', async (t) => {
  const [baseline, now] = ['a/b@old,x=1', 'a/b@new'].map((job) =>
    foldEvents(recordRun([{ job, title: 'B', outcome: 'passed', steps: [] }])),
  );
  if (baseline === undefined || now === undefined) return;
  t.doesNotThrow(() => requireImages({ baseline, now }, ['old', 'new']));
  t.throws(() => requireImages({ baseline, now }, ['new', 'old']), {
    message: 'no job of the run is on the image "new"',
    hint: 'it has old',
  });
});
