/** What a run says to `git bisect run`. */
import t from 'tap';
import { bisectErrorStatus, bisectStatus, wordBisect } from '../../runner/harness/bisect.ts';

t.test('good, bad, and what says nothing of the commit', async (t) => {
  t.equal(bisectStatus(0, ['passed', 'skipped']), 0);
  t.equal(bisectStatus(0, ['known']), 0);
  t.equal(bisectStatus(0, ['flaky']), 0);
  t.equal(bisectStatus(1, ['failed', 'errored']), 1);
  t.equal(bisectStatus(3, ['errored', 'passed']), 125);
  t.equal(bisectStatus(0, ['skipped', 'not-run']), 125);
  t.equal(bisectStatus(0, []), 125);
});

t.test('an interruption, and a run that never began, stop the bisection', async (t) => {
  t.equal(bisectStatus(130, ['interrupted']), 130);
  t.equal(bisectStatus(143, ['failed']), 143);
  t.equal(bisectErrorStatus(['--bisect', '--imgae=x'], 2), 128);
  t.equal(bisectErrorStatus(['--bisect'], 3), 128);
  t.equal(bisectErrorStatus(['--bisect'], 143), 143);
  t.equal(bisectErrorStatus([], 2), 2);
});

t.test('a verdict has a word', async (t) => {
  t.same([0, 1, 125, 130].map(wordBisect), ['bisect: good\n', 'bisect: bad\n', 'bisect: cannot tell\n', '']);
});
