/** Which checkpoint a job goes on from, and that none is ever seen half written. */
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openCache, type Cache } from '../../runner/cache.ts';
import { openCheckpoints, pruneCheckpoints, type JobCheckpoints } from '../../runner/checkpoints.ts';
import { parseScenario } from '../../src/parse.ts';
import { planJobs, type Job } from '../../src/plan.ts';

function jobOf(text: string, directory = '/'): Job {
  const parsed = parseScenario(text, { file: 'a.yaml', name: 'a', directory });
  const [job] = 'scenario' in parsed ? planJobs([parsed.scenario]) : [];
  if (job === undefined) throw new Error(`no job in ${text}`);
  return job;
}

const scenario = (first: string, second = 'two', last = 'three', more = ''): string =>
  `title: T\nmachine: debian-12\nsteps:
  - {id: one, run: ${first}, checkpoint: true${more}}
  - {id: two, run: ${second}, checkpoint: true}
  - {id: three, run: ${last}}\n`;

async function opened(cache: Cache, text: string, hash = 'h', directory = '/'): Promise<JobCheckpoints> {
  const image = { name: 'debian-12', hash, layers: ['/'], labels: {} };
  const checkpoints = await openCheckpoints(jobOf(text, directory), { image, trees: [] }, cache);
  if (checkpoints === undefined) throw new Error('they are held');
  return checkpoints;
}

const write = async (file: string): Promise<void> => writeFileSync(file, 'files');

async function keepBoth(t: Test): Promise<Cache> {
  const cache = openCache(t.testdir());
  await using checkpoints = await opened(cache, scenario('one'));
  t.equal(checkpoints.from, undefined);
  t.equal(await checkpoints.keep('one', { v: '1' }, write), 5);
  await checkpoints.keep('two', { v: '2', w: 'x' }, write);
  return cache;
}

async function checkFrom(
  t: Test,
  cache: Cache,
  expected: string | undefined,
  ...words: Parameters<typeof scenario>
) {
  await using checkpoints = await opened(cache, scenario(...words));
  t.equal(checkpoints.from?.step, expected, words.join(' '));
}

t.test('a job goes on from the newest one whose text is as it was', async (t) => {
  const cache = await keepBoth(t);
  {
    await using checkpoints = await opened(cache, scenario('one', 'two', 'mended'));
    t.match(checkpoints.from, { step: 'two', captures: { v: '2', w: 'x' } });
  }
  await checkFrom(t, cache, 'two', 'one', 'two', 'three', ', title: Only another title');
  await checkFrom(t, cache, 'one', 'one', 'changed');
  await checkFrom(t, cache, 'one', 'one', 'two');
  await checkFrom(t, cache, undefined, 'changed');
  const other = await keepBoth(t);
  await using checkpoints = await opened(other, scenario('one'), 'another image');
  t.equal(checkpoints.from, undefined);
});

t.test('what a step copies is of its text', async (t) => {
  const directory = t.testdir({ cache: {}, copied: 'a' });
  const cache = openCache(join(directory, 'cache'));
  const text =
    'title: T\nmachine: debian-12\nsteps:\n  - {id: one, write: /a, from: copied, checkpoint: true}\n  - run: x\n';
  {
    await using checkpoints = await opened(cache, text, 'h', directory);
    await checkpoints.keep('one', {}, write);
  }
  {
    await using checkpoints = await opened(cache, text, 'h', directory);
    t.equal(checkpoints.from?.step, 'one');
  }
  writeFileSync(join(directory, 'copied'), 'b');
  await using checkpoints = await opened(cache, text, 'h', directory);
  t.equal(checkpoints.from, undefined);
});

t.test('one half written is never seen, and swept', async (t) => {
  const cache = openCache(t.testdir());
  {
    await using checkpoints = await opened(cache, scenario('one'));
    const full = new Error('no space left');
    const seen: string[][] = [];
    await t.rejects(
      checkpoints.keep('one', {}, async (file) => {
        await write(file);
        seen.push(...namesOf(cache));
        throw full;
      }),
      full,
    );
    t.match(seen, [[/^[0-9a-f]{32}\.[0-9a-f]{8}\.partial$/]]);
    t.same(namesOf(cache), [[]], 'a failed one goes');
    const other = { name: 'debian-12', hash: 'h', layers: [], labels: {} };
    t.equal(await openCheckpoints(jobOf(scenario('one')), { image: other, trees: [] }, cache), undefined);
    mkdirSync(join(cache.checkpoints, readdirSync(cache.checkpoints)[0] ?? '', 'killed.partial'));
    await pruneCheckpoints(cache, 0);
    t.same(namesOf(cache), [['killed.partial']], 'not under the hands of a run');
  }
  await pruneCheckpoints(cache, 0);
  t.same(namesOf(cache), []);
});

t.test('a job that passed keeps none, and old ones can be pruned', async (t) => {
  const cache = await keepBoth(t);
  const [job = ''] = readdirSync(cache.checkpoints);
  const [old = '', young = ''] = readdirSync(join(cache.checkpoints, job));
  utimesSync(join(cache.checkpoints, job, old), 1, 1);
  t.equal(await pruneCheckpoints(cache, 5000), 5);
  t.same(namesOf(cache), [[young]]);
  await using checkpoints = await opened(cache, scenario('one'));
  await checkpoints.forget();
  t.notOk(existsSync(join(cache.checkpoints, job)));
});

function namesOf(cache: Cache): string[][] {
  return readdirSync(cache.checkpoints).map((job) => readdirSync(join(cache.checkpoints, job)));
}
