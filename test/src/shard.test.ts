import { array, assert, integer, nat, property, string, tuple, uniqueArray } from 'fast-check';
import t from 'tap';
import { readShard, shard } from '../../src/shard.ts';

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

t.test(
  'every job is in exactly one part, in the order it had, and no part is far from the mean',
  async (t) => {
    const timed = uniqueArray(tuple(string(), nat(10_000)), { selector: ([name]) => name, maxLength: 40 });
    assert(
      property(
        timed,
        integer({ min: 1, max: 7 }),
        array(nat(39), { maxLength: 10 }),
        (pairs, count, unknown) => {
          const jobs = pairs.map(([name]) => ({ name }));
          const times = new Map(pairs.filter((_, at) => !unknown.includes(at)));
          const parts = Array.from({ length: count }, (_, at) =>
            shard(jobs, { index: at + 1, count }, times),
          );
          t.same(parts.flat().toSorted(byName), jobs.toSorted(byName));
          for (const part of parts)
            t.same(
              part,
              jobs.filter((job) => part.includes(job)),
            );
          if (times.size < jobs.length) return;
          const loads = parts.map((part) => part.reduce((sum, { name }) => sum + (times.get(name) ?? 0), 0));
          const longest = Math.max(0, ...times.values());
          t.ok(Math.max(...loads) - Math.min(...loads) <= longest, 'parts differ by one job at most');
        },
      ),
      { numRuns: 40 },
    );
  },
);

t.test('without times the parts are alike in number', async (t) => {
  const jobs = Array.from({ length: 10 }, (_, at) => ({ name: String(at) }));
  const sizes = [1, 2, 3].map((index) => shard(jobs, { index, count: 3 }, new Map()).length);
  t.same(sizes, [4, 3, 3]);
});

t.test('a part is one of some', async (t) => {
  t.same(readShard('2/3'), { index: 2, count: 3 });
  for (const text of ['0/3', '4/3', '1', '1/0', 'a/b', '1/3/5', '-1/3'])
    t.throws(() => readShard(text), { message: /no value of --shard/, hint: /--shard=1\/3/ }, text);
});
