import * as fc from 'fast-check';
import t from 'tap';
import { align, diffWords, similarity } from '../../src/diff.ts';

t.test('the words that differ are marked on both sides', async (t) => {
  t.strictSame(diffWords('state is running now', 'state  is degraded now'), {
    expectedParts: [[9, 16]],
    actualParts: [[10, 18]],
  });
});

t.test('similar lines share words', async (t) => {
  t.equal(similarity('a b c', 'a b c'), 1);
  t.equal(similarity('a b', 'c d'), 0);
});

t.test('an alignment holds every row and column once, in order', async () => {
  const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
  fc.assert(
    fc.property(letters, letters, (left, right) => {
      const pairs = align(left.length, right.length, (i, j) => (left[i] === right[j] ? 0 : 1.5));
      const rows = pairs.flatMap(([i]) => (i === undefined ? [] : [i]));
      const columns = pairs.flatMap(([, j]) => (j === undefined ? [] : [j]));
      return rows.join() === [...left.keys()].join() && columns.join() === [...right.keys()].join();
    }),
  );
});
