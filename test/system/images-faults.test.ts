/** Builds without disk, network or mirror, and the prune that meets a root at work. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import t, { type Test } from 'tap';
import { openCache } from '../../runner/cache.ts';
import { pruneImages } from '../../runner/images/prune.ts';
import type { ResolvedImage } from '../../runner/images/resolve.ts';
import { bench, startBuilder, type Builder } from './builder.ts';

const skip = process.getuid?.() === 0 ? false : 'building images needs root';

function bootstrap(mirror: string | undefined): ResolvedImage {
  const recipe = { kind: 'mmdebstrap', suite: 'nonesuch', variant: 'minbase', mirror } as const;
  return { name: 'broken', recipe, packages: [], files: [] };
}

async function checkFails(
  t: Test,
  builder: Builder,
  expected: { message: RegExp; hint: RegExp },
): Promise<void> {
  const said: unknown = JSON.parse(await builder.end());
  t.match(said, { error: { ...expected, status: 3 }, left: [] });
}

t.test('a full disk is told as one, and nothing half-written stays', { skip }, async (t) => {
  const { cache, image } = bench(t);
  mkdirSync(cache);
  const mount = [
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"',
    cache,
  ];
  await checkFails(t, startBuilder(t, cache, image, mount), {
    message: /^cannot build image "tiny": tar ended with 2$/,
    hint: /^the disk is full: .*images prune/,
  });
});

t.test('a mirror that does not answer is told as one', { skip }, async (t) => {
  const { cache } = bench(t);
  await checkFails(t, startBuilder(t, cache, bootstrap('http://127.0.0.1:9/debian')), {
    message: /^cannot build image "broken": mmdebstrap ended with \d+$/,
    hint: /^the mirror does not answer: /,
  });
});

t.test('a mirror without the suite is told as one', { skip }, async (t) => {
  const { cache } = bench(t);
  const mirror = `file://${t.testdirName}/nothing`;
  await checkFails(t, startBuilder(t, cache, bootstrap(mirror)), {
    message: /^cannot build image "broken": mmdebstrap ended with \d+$/,
    hint: /^the mirror has no such suite: /,
  });
});

t.test('no network is told as one', { skip }, async (t) => {
  const { cache } = bench(t);
  await checkFails(
    t,
    startBuilder(t, cache, bootstrap('http://mirror.invalid/debian'), ['unshare', '--net']),
    {
      message: /^cannot build image "broken": mmdebstrap ended with \d+$/,
      hint: /^no network: /,
    },
  );
});

t.test('an image that a root stands on is not pruned', { skip }, async (t) => {
  const { cache, image } = bench(t);
  const built: { layers: string[] } = JSON.parse(await startBuilder(t, cache, image).end());
  const place = t.testdirName;
  const mount = `mkdir -p "${place}/m" && mount -t tmpfs t "${place}/m" && cd "${place}/m" && mkdir u w r &&
    mount -t overlay -o "lowerdir=${built.layers.join(':')},upperdir=u,workdir=w" o r && echo mounted && exec cat`;
  const root = spawn('unshare', ['--mount', 'sh', '-c', mount]);
  t.teardown(() => root.kill('SIGKILL'));
  await once(root.stdout, 'data');
  const opened = openCache(cache);
  const limits = { nowMs: Date.now() + 60_000, olderThanMs: 1 };
  t.match(await pruneImages(opened, limits), { removed: [], inUse: [{ name: 'tiny' }] });
  root.kill('SIGKILL');
  await once(root, 'close');
  t.match(await pruneImages(opened, limits), { removed: [{ name: 'tiny' }], inUse: [] });
});
