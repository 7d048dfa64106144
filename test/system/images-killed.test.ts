/** Builds that are killed, interrupted, or run twice at once. */
import { readFileSync, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { openCache } from '../../runner/cache.ts';
import { listImages, sweepImages } from '../../runner/images/store.ts';
import { bench, startBuilder } from './builder.ts';

const skip = process.getuid?.() === 0 ? false : 'building images needs root';

/** Processes whose words hold `mark`, and mount tables that do. */
function remains(mark: string): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return pids.flatMap((pid) => [
    ...(read(`/proc/${pid}/cmdline`).includes(mark) ? [`process ${pid}`] : []),
    ...(read(`/proc/${pid}/mountinfo`).includes(mark) ? [`mount of ${pid}`] : []),
  ]);
}

/** Empty for a process that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function checkGone(t: Test, mark: string): Promise<void> {
  const deadline = Date.now() + 2000;
  while (remains(mark).length > 0 && Date.now() < deadline) await sleep(20);
  t.strictSame(remains(mark), [], 'no process and no mount is left');
}

t.test('kill -9 in the middle of a build leaves only what the next start sweeps', { skip }, async (t) => {
  const { cache, image } = bench(t, 'sleep 4711 & sleep 4711');
  const builder = startBuilder(t, cache, image);
  await builder.phase('running its commands');
  // Longer than it takes to get there.
  await sleep(300);
  builder.child.kill('SIGKILL');
  await builder.end();
  await checkGone(t, cache);
  const opened = openCache(cache);
  t.strictSame(await listImages(opened), [], 'a half-built image is never visible');
  t.equal((await sweepImages(opened)).length, 1);
  t.strictSame(await readdir(opened.images), []);
});

t.test('kill -9 while the walls of a build are going up', { skip }, async (t) => {
  for (let delayMs = 0; delayMs < 10; delayMs += 2) {
    const { cache, image } = bench(t, 'sleep 4714');
    const builder = startBuilder(t, cache, image);
    await builder.phase('running its commands', delayMs);
    builder.child.kill('SIGKILL');
    await builder.end();
    await checkGone(t, cache);
  }
});

t.test('an interrupt while the walls of a build are going up', { skip }, async (t) => {
  for (let delayMs = 0; delayMs < 8; delayMs += 1) {
    const { cache, image } = bench(t, 'sleep 4714');
    const builder = startBuilder(t, cache, image);
    await builder.phase('running its commands', delayMs);
    builder.child.kill('SIGINT');
    t.match(JSON.parse(await builder.end()), { error: { message: 'interrupted' } });
    await checkGone(t, cache);
  }
});

t.test('the sweep leaves a build at work alone', { skip }, async (t) => {
  const { cache, image } = bench(t, 'sleep 4712');
  const builder = startBuilder(t, cache, image);
  await builder.phase('running its commands');
  t.strictSame(await sweepImages(openCache(cache)), []);
  t.equal((await readdir(join(cache, 'images'))).length, 1);
  // Before the folder goes: what is being killed may still write into it.
  builder.child.kill('SIGKILL');
  await builder.end();
  await checkGone(t, cache);
});

t.test('an interrupted build is gone within a second', { skip }, async (t) => {
  const { cache, image } = bench(t, 'trap "" TERM INT; sleep 4713 & sleep 4713');
  const builder = startBuilder(t, cache, image);
  await builder.phase('running its commands');
  const start = performance.now();
  builder.child.kill('SIGINT');
  t.match(JSON.parse(await builder.end()), { error: { message: 'interrupted' } });
  // A second on a computer with nothing else to do.
  t.ok(performance.now() - start < 2000, `it took ${Math.round(performance.now() - start)} ms`);
  await checkGone(t, cache);
  const images = join(cache, 'images');
  while ((await readdir(images)).length > 0) await sleep(20);
});

t.test('two processes that want the same image build it once', { skip }, async (t) => {
  const { cache, image } = bench(t, 'sleep 2');
  const builders = [startBuilder(t, cache, image), startBuilder(t, cache, image)];
  const [first, second] = await Promise.all(builders.map((builder) => builder.end()));
  t.match(first, /"layers"/);
  t.equal(first, second);
  const said = builders.flatMap((builder) => builder.lines);
  t.equal(said.filter((line) => line === 'phase unpacking').length, 1);
  t.equal(said.filter((line) => /^phase waiting for process \d+, which builds it$/.test(line)).length, 1);
  t.equal((await listImages(openCache(cache))).length, 1);
});
