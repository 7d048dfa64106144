import t from 'tap';
import { sideBySide } from '../../src/side-by-side.ts';

t.test('Lines alike stand beside each other, and the words that differ are marked', async (t) => {
  const rows = sideBySide(['a', 'state is off now', 'z'], ['a', 'state is on now', 'new', 'z']);
  t.strictSame(
    rows.map(({ kind }) => kind),
    ['same', 'differs', 'right', 'same'],
  );
  t.strictSame(rows[1]?.leftParts, [[9, 12]]);
  t.strictSame(rows[1]?.rightParts, [[9, 11]]);
});

t.test('Long stretches of equal lines are counted', async (t) => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const rows = sideBySide(lines, [...lines, 'more']);
  t.match(rows[0], { kind: 'gap', left: '… 17 equal lines' });
  t.equal(rows.length, 5);
  t.match(sideBySide(lines, lines), [{ kind: 'gap', left: '… 20 equal lines' }]);
});

t.test('At most so many rows come, and the rest is counted', async (t) => {
  const left = Array.from({ length: 50 }, (_, index) => `left${index}`);
  t.match(sideBySide(left, [], 10).at(-1), { kind: 'gap', left: '… 40 more rows' });
  t.equal(sideBySide(left, [], 10).length, 11);
});
