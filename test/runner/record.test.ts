/** Where a run is recorded, and the link that names the newest one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

import { markLatest } from '../../runner/record.ts';

t.test('latest points at the newest run', async (t) => {
  const out = t.testdir({ first: { log: '1' }, second: { log: '2' } });
  t.equal(markLatest(join(out, 'first')), undefined);
  t.equal(markLatest(join(out, 'second')), undefined);
  t.equal(readFileSync(join(out, 'latest/log'), 'utf8'), '2');
  t.same(readdirSync(out).toSorted(), ['first', 'latest', 'second']);
});

t.test('a folder called latest is left alone, and told', async (t) => {
  const out = t.testdir({ first: {}, latest: { mine: 'x' } });
  t.match(markLatest(join(out, 'first')), /^cannot point ".*\/latest" at this run: /);
  t.same(readdirSync(out).toSorted(), ['first', 'latest']);
  t.same(readdirSync(join(out, 'latest')), ['mine']);
});
