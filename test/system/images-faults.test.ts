/** Builds without disk, network or mirror, and the prune that meets a root at work. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openCache } from '../../runner/cache.ts';
import { pruneImages } from '../../runner/images/prune.ts';
import type { ResolvedImage } from '../../runner/images/resolve.ts';
import { bench, startBuilder, type Builder } from './builder.ts';
import { testImage } from './image.ts';

const skip = process.getuid?.() === 0 ? false : 'building images needs root';

function bootstrap(mirror: string | undefined): ResolvedImage {
  const recipe = { kind: 'mmdebstrap', suite: 'nonesuch', variant: 'minbase', mirror } as const;
  return { name: 'broken', recipe, packages: [], files: [] };
}

/** Packages of a mirror whose files are named so. */
function packagesOf(mirror: string, name: string): readonly string[] {
  return readdirSync(mirror, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes(`/${name}`))
    .map((path) => join(mirror, path));
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
    message: /^cannot build image "broken": mmdebstrap ended with \d+: \S/,
    hint: /^the mirror does not answer: /,
  });
});

t.test('a mirror without the suite is told as one', { skip }, async (t) => {
  const { cache } = bench(t);
  const mirror = `file://${t.testdirName}/nothing`;
  await checkFails(t, startBuilder(t, cache, bootstrap(mirror)), {
    message: /^cannot build image "broken": mmdebstrap ended with \d+: \S/,
    hint: /^the mirror has no such suite: /,
  });
});

t.test('a mirror with a package that is not the one it names is told as one', { skip }, async (t) => {
  const [layer = ''] = (await testImage('debian-12-talk'))?.layers ?? [];
  const { cache } = bench(t);
  const mirror = join(t.testdirName, 'mirror');
  cpSync(join(layer, 'srv/mirror'), mirror, { recursive: true, verbatimSymlinks: true });
  const [whole = ''] = packagesOf(mirror, 'coreutils_');
  writeFileSync(whole, Buffer.from(readFileSync(whole).toReversed()));
  // Its key is that of the image alone.
  const keyring = join(layer, 'usr/share/keyrings/debian-archive-keyring.gpg');
  const trust = `mount -t tmpfs tmpfs /etc/apt/trusted.gpg.d && cp '${keyring}' /etc/apt/trusted.gpg.d/ && exec "$@"`;
  const walls = ['unshare', '--mount', 'sh', '-c', trust, 'sh'];
  const recipe = {
    kind: 'mmdebstrap',
    suite: 'unstable',
    variant: 'minbase',
    mirror: `file://${mirror}`,
  } as const;
  await checkFails(t, startBuilder(t, cache, { name: 'broken', recipe, packages: [], files: [] }, walls), {
    message: /^cannot build image "broken": mmdebstrap ended with \d+: \S/,
    hint: /^the mirror is broken/,
  });
});

t.test('no network is told as one', { skip }, async (t) => {
  const { cache } = bench(t);
  await checkFails(
    t,
    startBuilder(t, cache, bootstrap('http://mirror.invalid/debian'), ['unshare', '--net']),
    {
      message: /^cannot build image "broken": mmdebstrap ended with \d+: \S/,
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
