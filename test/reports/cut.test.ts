import t from 'tap';
import { cutMiddle } from '../../reports/cut.ts';

t.test('A text that fits stays as it is', async (t) => t.equal(cutMiddle('one\ntwo\n', 8), 'one\ntwo\n'));

t.test('Lines are kept whole, and what is left out is counted', async (t) => {
  const text = Array.from({ length: 100 }, (_, index) => `line ${String(index).padStart(3, '0')}\n`).join('');
  t.equal(
    cutMiddle(text, 36),
    'line 000\nline 001\n… 864 characters cut; all of it is in the event log\nline 098\nline 099\n',
  );
});

t.test('One long line is cut too, between characters', async (t) => {
  const cut = cutMiddle('💥'.repeat(50), 10);
  t.equal(cut, '💥💥\n… 90 characters cut; all of it is in the event log\n💥💥💥');
  t.notMatch(cut, /\p{Surrogate}/u);
});
