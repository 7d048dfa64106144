/** Parts of all jobs, parts of one job, and the same jobs again. */
import { array, assert, integer, nat, property, string, tuple, uniqueArray } from 'fast-check';
import t, { type Test } from 'tap';
import { stepRange, type Range } from '../../runner/harness/range.ts';
import { goesTable, repeatJobs } from '../../runner/harness/repeat.ts';
import { readShard, shard } from '../../runner/harness/shard.ts';
import { parseScenario } from '../../src/parse.ts';
import { planJobs, type Job } from '../../src/plan.ts';

function planned(): readonly Job[] {
  const text = `title: T\nmachine: host\nsteps:\n${['first', 'middle', 'last'].map((id) => `  - {id: ${id}, run: x}\n`).join('')}`;
  const parsed = parseScenario(text, { file: 'a.yaml', name: 'a', directory: '/' });
  return 'scenario' in parsed ? planJobs([parsed.scenario]) : [];
}

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

t.test('each go has a name of its own, and the table counts them', async (t) => {
  const jobs = repeatJobs(planned(), 3);
  t.same(
    jobs.map(({ name }) => name),
    ['a@host,repeat=1', 'a@host,repeat=2', 'a@host,repeat=3'],
  );
  t.same(repeatJobs(planned(), 1), planned());
  t.match(goesTable(jobs, ['passed', 'failed', 'passed']), /a@host +2 passed, 1 failed: flaky\n/);
  t.match(goesTable(jobs, ['passed', 'flaky', 'skipped']), /2 passed, 0 failed, 1 without a verdict\n/);
  t.match(goesTable(jobs, ['errored', 'failed', 'timed-out']), /0 passed, 3 failed\n/);
});

function checkRange(t: Test, range: Range, ids: readonly string[]): void {
  const steps = stepRange(planned(), range).flatMap(({ scenario }) => scenario.steps);
  t.same(
    steps.map(({ id }) => id),
    ids,
  );
}

t.test('steps are taken from one, until one', async (t) => {
  checkRange(t, {}, ['first', 'middle', 'last']);
  checkRange(t, { from: 'middle' }, ['middle', 'last']);
  checkRange(t, { until: 'middle' }, ['first', 'middle']);
  checkRange(t, { from: 'middle', until: 'middle' }, ['middle']);
  const check = (range: Range, message: RegExp, hint: RegExp, jobs = planned()): void => {
    t.throws(() => stepRange(jobs, range), { message, hint });
  };
  check({ from: 'midle' }, /no step of a@host is called "midle"/, /did you mean "middle"\?/);
  check({ until: 'zzzzzz' }, /is called "zzzzzz"/, /first, middle, last/);
  check({ from: 'last', until: 'first' }, /"last" comes after "first"/, /first, middle, last/);
  check({ from: 'first' }, /2 jobs are selected/, /a@host.* --from=STEP/, repeatJobs(planned(), 2));
});
