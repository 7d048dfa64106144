/** Which jobs a run takes, and in what order: by an earlier run, by chance. */
import { assert, nat, property, string, uniqueArray } from 'fast-check';
import t from 'tap';
import { notPassed, onlyNamed, readEarlier } from '../../runner/harness/earlier.ts';
import { readSeed, shuffle } from '../../runner/harness/shuffle.ts';
import type { Event, EventBody, Outcome } from '../../src/event.ts';

const jobs = (names: readonly string[]): readonly { readonly name: string }[] =>
  names.map((name) => ({ name }));

function log(...bodies: readonly EventBody[]): readonly Event[] {
  return bodies.map((body, seq): Event => ({ v: 1, seq, t: seq, m: seq, ...body }));
}
const plan = (...names: readonly string[]): EventBody => ({
  type: 'plan',
  jobs: names.map((job) => ({ job, title: job, tags: [], axes: {}, steps: [] })),
});
const begin = (job: string): EventBody => ({ type: 'job-begin', job, attempt: 1 });
const end = (job: string, outcome: Outcome, durationMs = 1): EventBody => ({
  type: 'job-end',
  job,
  attempt: 1,
  outcome,
  durationMs,
});

t.test('what did not pass runs again: failed, errored, cut short and never begun', async (t) => {
  const outcomes: readonly Outcome[] = ['passed', 'failed', 'errored', 'skipped', 'known'];
  const names = [...outcomes, 'cut', 'waiting'];
  const earlier = await readEarlier(
    log(
      plan(...names),
      ...names.slice(0, 5).flatMap((name, at) => [begin(name), end(name, outcomes[at] ?? 'passed')]),
      begin('cut'),
    ),
  );
  t.same(notPassed(earlier, 'the log'), ['failed', 'errored', 'cut', 'waiting']);
});

t.test('of several goes at a job the failed one counts', async (t) => {
  const goes = ['a@host,repeat=1', 'a@host,repeat=2', 'a@host,repeat=3'];
  const outcomes: readonly Outcome[] = ['passed', 'failed', 'passed'];
  const earlier = await readEarlier(
    log(plan(...goes), ...goes.flatMap((name, at) => [begin(name), end(name, outcomes[at] ?? 'passed')])),
  );
  t.same(notPassed(earlier, 'the log'), ['a@host']);
});

t.test('there is a message where nothing can run again', async (t) => {
  const well = await readEarlier(log(plan('a', 'b'), end('a', 'passed'), end('b', 'passed')));
  t.throws(() => notPassed(well, 'the log'), {
    message: /^cannot run again what failed: none of its 2 jobs failed in "the log"$/,
    hint: /leave out --rerun/,
    status: 2,
  });
  const empty = await readEarlier([]);
  t.throws(() => notPassed(empty, 'the log'), { message: /tells of no jobs/, status: 2 });
  t.same(onlyNamed(jobs(['a', 'b']), ['b', 'gone'], 'the log'), jobs(['b']));
  t.throws(() => onlyNamed(jobs(['a']), ['b'], 'the log'), {
    message: /none of the selected jobs failed/,
    hint: /b/,
  });
});

t.test('a seed gives the same order again, also of a part', async (t) => {
  const unique = uniqueArray(string(), { maxLength: 30 });
  assert(
    property(unique, string(), nat(), (names, seed, bits) => {
      const all = shuffle(jobs(names), seed);
      const part = names.filter((_, at) => ((bits >> (at % 31)) & 1) === 1);
      const same = all.filter(({ name }) => part.includes(name));
      t.same(all.map(({ name }) => name).toSorted(), names.toSorted());
      t.same(shuffle(jobs(part.toReversed()), seed), same);
    }),
    { numRuns: 50 },
  );
});

t.test('seeds differ in the order they give, and every job comes to every place', async (t) => {
  const names = ['units/a@host', 'units/b@host', 'units/c@host'];
  const firsts = new Map<string, number>();
  for (let seed = 0; seed < 300; seed += 1) {
    const first = shuffle(jobs(names), String(seed))[0]?.name ?? '';
    firsts.set(first, (firsts.get(first) ?? 0) + 1);
  }
  for (const name of names) t.ok((firsts.get(name) ?? 0) > 60, `${name} was first ${firsts.get(name)} times`);
});

t.test('a seed is a number or a word', async (t) => {
  t.equal(readSeed('42'), '42');
  for (const text of ['', 'a b'])
    t.throws(() => readSeed(text), { message: /no value of --shuffle/, hint: /--shuffle=42/ });
});
