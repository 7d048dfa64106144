import { array, assert, boolean, integer, nat, property } from 'fast-check';
import t from 'tap';
import { jobQueue } from '../../src/queue.ts';

const named = (times: readonly number[]): { name: string }[] => times.map((_, at) => ({ name: `job ${at}` }));
const timesOf = (times: readonly number[]): Map<string, number> =>
  new Map(times.map((time, at) => [`job ${at}`, time]));

/** Each worker that is free takes the next; when the last one has ended. */
function lasts(times: readonly number[], workers: number, known = timesOf(times)): number {
  const { take: next } = jobQueue(named(times), workers, known);
  const free = Array.from({ length: workers }, () => 0);
  for (let index = next(); index !== undefined; index = next()) {
    const [first = 0] = free.toSorted((a, b) => a - b);
    free[free.indexOf(first)] = first + (times[index] ?? 0);
  }
  return Math.max(...free);
}

t.test('every job is taken once, whatever is known', async (t) => {
  assert(
    property(
      array(nat(100), { maxLength: 30 }),
      integer({ min: 1, max: 5 }),
      boolean(),
      (times, workers, known) => {
        const { left, take } = jobQueue(named(times), workers, known ? timesOf(times) : new Map());
        t.equal(left(), times.length);
        const taken = Array.from(times, () => take());
        t.same(
          taken.toSorted((a, b) => Number(a) - Number(b)),
          [...times.keys()],
        );
        t.equal(left(), 0);
        t.equal(take(), undefined);
      },
    ),
    { numRuns: 100 },
  );
});

function order(workers: number, known: ReadonlyMap<string, number>): readonly (number | undefined)[] {
  const { take } = jobQueue(named([1, 9, 2, 30]), workers, known);
  return [take(), take(), take(), take()];
}

t.test('the order stays without times, and where one at once is run', async (t) => {
  t.same(order(2, new Map()), [0, 1, 2, 3]);
  t.same(order(1, timesOf([1, 9, 2, 30])), [0, 1, 2, 3]);
});

t.test('a job that would outlast all that are left does not wait for them', async (t) => {
  const times = [...Array.from({ length: 20 }, () => 3), 36];
  t.equal(lasts(times, 2), 48, 'as if it had been the first');
  t.equal(lasts(times, 2, new Map()), 66, 'in their order it runs alone');
  t.equal(lasts([1, 1, 1, 1, 8], 3), 8);
});

t.test('the name of a repeat has the times of its job', async (t) => {
  const { take } = jobQueue(
    [{ name: 'a@host,repeat=1' }, { name: 'b@host,repeat=1' }],
    2,
    new Map([['b@host', 9]]).set('a@host', 1),
  );
  t.equal(take(), 1);
});
