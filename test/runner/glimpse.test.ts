import { join } from 'node:path';
import t from 'tap';

import { namesIn, textOf } from '../../runner/glimpse.ts';

t.test('what is gone, or is something else, holds nothing', async (t) => {
  const folder = t.testdir({ file: 'text' });
  t.same(namesIn(folder), ['file']);
  t.equal(textOf(join(folder, 'file')), 'text');
  for (const path of [join(folder, 'gone'), join(folder, 'file', 'below')]) {
    t.same(namesIn(path), []);
    t.equal(textOf(path), '');
  }
  t.same(namesIn(join(folder, 'file')), []);
  t.equal(textOf(folder), '');
});
