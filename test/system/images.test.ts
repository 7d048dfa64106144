/** Builds of tiny images: what they hold, and what is refused. */
import { createHash } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openCache, type Cache } from '../../runner/cache.ts';
import { ensureImage, type BuiltImage } from '../../runner/images/ensure.ts';
import { readInLayers } from '../../runner/images/layers.ts';
import { pruneImages } from '../../runner/images/prune.ts';
import { deriveImage, type ResolvedImage } from '../../runner/images/resolve.ts';
import { listImages } from '../../runner/images/store.ts';
import { UserError } from '../../src/error.ts';
import { makeTinyTree, packTree } from './tiny-tree.ts';

const skip = process.getuid?.() === 0 ? false : 'building images needs root';

interface Refusal {
  readonly message?: string;
  readonly detail?: string | RegExp;
  readonly hint?: string | RegExp;
}

interface Bench {
  readonly cache: Cache;
  /** A tar image of the tiny tree. */
  readonly tiny: ResolvedImage;
  readonly directory: string;
  readonly tree: string;
  readonly build: (image: ResolvedImage) => Promise<BuiltImage>;
}

async function openBench(t: Test): Promise<Bench> {
  const directory = t.testdir({ tree: {} });
  const tree = join(directory, 'tree');
  makeTinyTree(tree);
  const cache = openCache(join(directory, 'cache'));
  const file = packTree(tree, join(directory, 'tiny.tar'));
  const build = (image: ResolvedImage): Promise<BuiltImage> =>
    ensureImage(image, { cache, signal: new AbortController().signal });
  return { cache, tiny: tarImage(file), directory, tree, build };
}

function tarImage(file: string, sha256?: string): ResolvedImage {
  return { name: 'tiny', recipe: { kind: 'tar', file, sha256 }, packages: [], files: [] };
}

async function checkRefused(t: Test, bench: Bench, image: ResolvedImage, expected: Refusal): Promise<void> {
  try {
    await bench.build(image);
    t.fail('it was built');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    t.match(error, { status: 3, ...expected });
  }
  t.strictSame(
    (await readdir(bench.cache.images)).filter((name) => name.endsWith('.partial')),
    [],
    'nothing half-built stays',
  );
}

t.test('a tar is unpacked once, whatever its compression', { skip }, async (t) => {
  const { build, tree, directory, cache } = await openBench(t);
  for (const [suffix, flag] of [
    ['tar', ''],
    ['tar.gz', '--gzip'],
    ['tar.xz', '--use-compress-program=xz -0'],
    ['tar.zst', '--zstd'],
  ] as const) {
    const file = packTree(tree, join(directory, `t.${suffix}`), flag === '' ? [] : [flag]);
    const built = await build(tarImage(file));
    t.match(built.labels, { os: 'Tiny 1', osId: 'tiny', osVersion: '1', systemd: undefined });
    t.equal(readInLayers(built.layers, 'etc/machine-id'), '', `${suffix}: the machine-id is an empty file`);
    t.equal((await build(tarImage(file))).hash, built.hash);
  }
  const stored = await listImages(cache);
  t.equal(stored.length, 4);
  t.ok(stored.every((image) => image.sizeBytes > 100_000 && image.name === 'tiny'));
  t.strictSame(await readdir(stored[0]?.directory ?? ''), ['image.json', 'tree']);
});

t.test('files and run lie in a layer over the base, which stays as it was', { skip }, async (t) => {
  const { build, tiny } = await openBench(t);
  const base = await build(tiny);
  const derived = await build({
    ...deriveImage(
      tiny,
      [],
      [
        { path: '/srv/deep/note', content: 'hello\n' },
        { path: '/etc/secret', content: 'x', mode: '0600', owner: 'keeper:keeper' },
      ],
    ),
    run: 'cat /srv/deep/note >/etc/copied; rm /etc/group; ls /dev/null /proc/1/stat /run /tmp; echo "$PWD" >/etc/where',
  });
  t.strictSame(derived.layers.slice(1), base.layers);
  t.equal(readInLayers(derived.layers, 'srv/deep/note'), 'hello\n');
  t.equal(readInLayers(derived.layers, 'etc/copied'), 'hello\n');
  t.equal(readInLayers(derived.layers, 'etc/where'), '/\n');
  t.equal(readInLayers(derived.layers, 'etc/group'), undefined, 'what run removed is gone');
  t.ok(readInLayers(base.layers, 'etc/group'), 'and the base still has it');
  const secret = await stat(join(derived.layers[0] ?? '', 'etc/secret'));
  t.strictSame([secret.mode & 0o777, secret.uid, secret.gid], [0o600, 7, 7]);
  t.equal(derived.labels.osId, 'tiny');
});

t.test('a directory is used in place', { skip }, async (t) => {
  const { build, tree, cache } = await openBench(t);
  const plain: ResolvedImage = {
    name: 'mine',
    recipe: { kind: 'directory', path: tree },
    packages: [],
    files: [],
  };
  t.strictSame((await build(plain)).layers, [tree]);
  t.strictSame(await readdir(cache.images), []);
  const derived = await build({
    name: 'mine',
    base: plain,
    packages: [],
    files: [],
    run: 'echo new >/etc/motd',
  });
  t.equal(derived.layers[1], tree);
  t.equal(await readFile(join(derived.layers[0] ?? '', 'etc/motd'), 'utf8'), 'new\n');
  await t.rejects(stat(join(tree, 'etc/motd')), { code: 'ENOENT' });
});

t.test('a tar that is not the one named is refused with both sums', { skip }, async (t) => {
  const bench = await openBench(t);
  const file = join(bench.directory, 'tiny.tar');
  const sum = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const wrong = '0'.repeat(64);
  await checkRefused(t, bench, tarImage(file, wrong), {
    message: `cannot build image "tiny": "${file}" is not the file its recipe names`,
    detail: `sha256 expected: ${wrong}\nsha256 found:    ${sum}`,
  });
  t.ok(await bench.build(tarImage(file, sum)));
});

t.test('what is no tar is refused with the words of tar', { skip }, async (t) => {
  const bench = await openBench(t);
  const file = join(bench.directory, 'bad.tar');
  await writeFile(file, 'this is no archive\n'.repeat(100));
  await checkRefused(t, bench, tarImage(file), {
    message: 'cannot build image "tiny": tar ended with 2',
    detail: /^\$ tar --extract .*--file=.*bad\.tar[^]*does not look like a tar archive/,
    hint: /no whole tar archive/,
  });
});

t.test('a run that fails is told with its last lines', { skip }, async (t) => {
  const bench = await openBench(t);
  await checkRefused(
    t,
    bench,
    { ...bench.tiny, run: 'echo almost there\ncat /no/such/file\necho not reached' },
    {
      message: 'cannot build image "tiny": its run: ended with 1',
      detail:
        '$ (the text of run:, in the tree)\nalmost there\ncat: /no/such/file: No such file or directory',
    },
  );
});

t.test('packages in a tree without apt are refused', { skip }, async (t) => {
  const bench = await openBench(t);
  await checkRefused(
    t,
    bench,
    { ...bench.tiny, packages: ['curl'] },
    {
      message: 'cannot build image "tiny": apt-get ended with 1',
      hint: 'packages can be added to Debian and Ubuntu trees only',
    },
  );
});

t.test('pruning takes derived images before their base', { skip }, async (t) => {
  const { build, tiny, cache } = await openBench(t);
  const derived = await build(deriveImage(tiny, [], [{ path: '/a', content: 'a' }]));
  const nowMs = Date.now() + 1000;
  t.strictSame((await pruneImages(cache, { nowMs, maxBytes: 100_000_000 })).removed, []);
  const pruned = await pruneImages(cache, { nowMs, olderThanMs: 1 });
  t.strictSame(
    pruned.removed.map((image) => image.name),
    [derived.name, 'tiny'],
  );
  t.strictSame(await readdir(cache.images), []);
});
