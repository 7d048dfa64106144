/** Images of OCI layouts and of what `docker save` wrote: what their layers make, and those that lie. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openCache } from '../../runner/cache.ts';
import { ensureImage } from '../../runner/images/ensure.ts';
import type { BaseRecipe } from '../../runner/images/resolve.ts';
import { makeLayout, makeSaved } from './oci-layout.ts';
import { makeTinyTree } from './tiny-tree.ts';

const skip = process.getuid?.() === 0 ? false : 'building images needs root';

/** Builds it, and answers where its tree lies. */
async function build(directory: string, recipe: BaseRecipe): Promise<string> {
  const cache = openCache(join(directory, 'cache'));
  const { signal } = new AbortController();
  const built = await ensureImage({ name: 'packed', recipe, packages: [], files: [] }, { cache, signal });
  return built.layers[0] ?? '';
}

async function checkRefused(
  t: Test,
  directory: string,
  recipe: BaseRecipe,
  message: RegExp,
  detail?: RegExp,
) {
  await t.rejects(build(directory, recipe), { message, status: 3, ...(detail && { detail }) });
}

t.test('layers replace, hide and add, and lead nowhere else', { skip }, async (t) => {
  const directory = t.testdir({ outside: { keep: 'mine' } });
  const tree = join(directory, 'tree');
  makeTinyTree(tree);
  const outside = join(directory, 'outside');
  const layout = makeLayout(join(directory, 'layout'), [
    { fill: { tree }, compress: 'gzip' },
    {
      fill: `ln -s ${outside} way-out; mkdir -p srv/full/deep a; echo 1 >srv/full/deep/old; echo 1 >srv/gone
             echo 1 >a/b; ln a/b a/c; chmod 4755 a/b; mkdir -p was-directory/x; echo 1 >was-file`,
      compress: 'zstd',
    },
    {
      fill: `mkdir way-out; echo stolen >way-out/keep; : >way-out/.wh.other
             mkdir -p srv/full; : >srv/full/.wh..wh..opq; echo 2 >srv/full/new; : >srv/.wh.gone
             : >.wh...; echo 2 >was-directory; mkdir was-file; echo 2 >was-file/y`,
    },
  ]);
  const made = await build(directory, { kind: 'oci', layout, ref: 'latest' });
  t.equal(readFileSync(join(outside, 'keep'), 'utf8'), 'mine', 'no link of an earlier layer is followed');
  t.same(readdirSync(join(made, 'way-out')), ['keep']);
  t.same(readdirSync(join(made, 'srv')), ['full'], 'what is hidden is gone');
  t.same(readdirSync(join(made, 'srv/full')), ['new']);
  t.equal(readFileSync(join(made, 'was-directory'), 'utf8'), '2\n');
  t.same(readdirSync(join(made, 'was-file')), ['y']);
  const [one, other] = await Promise.all(['a/b', 'a/c'].map((path) => stat(join(made, path))));
  t.equal(one?.ino, other?.ino, 'a second name stays one');
  t.equal((one?.mode ?? 0) & 0o7777, 0o4755);
  t.notOk(existsSync(join(made, '.wh...')));
  t.match(readFileSync(join(made, 'etc/os-release'), 'utf8'), /Tiny/);
});

t.test('a layout that lies is refused', { skip }, async (t) => {
  const directory = t.testdir({});
  const layout = makeLayout(join(directory, 'layout'), [{ fill: 'mkdir etc; echo 1 >etc/a' }]);
  const recipe: BaseRecipe = { kind: 'oci', layout };
  await checkRefused(t, directory, { ...recipe, ref: 'last' }, /no image called "last"; it has: latest$/);
  await checkRefused(
    t,
    directory,
    { ...recipe, layout: directory },
    /index\.json" cannot be used: it is missing$/,
  );
  const blobs = join(layout, 'blobs/sha256');
  for (const blob of readdirSync(blobs)) {
    const path = join(blobs, blob);
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes, Buffer.from(' ')]));
    await checkRefused(t, directory, recipe, /is not what its digest says$/, /sha256 found/);
    writeFileSync(path, bytes);
  }
  t.ok(existsSync(join(await build(directory, recipe), 'etc/a')));
  t.same(
    readdirSync(join(directory, 'cache/images')).filter((name) => name.endsWith('.partial')),
    [],
  );
});

t.test('a saved image is one as well, and its layers are what its config says', { skip }, async (t) => {
  const directory = t.testdir({ one: { etc: { a: '1' } }, two: { etc: { b: '2', '.wh.a': '' } } });
  const file = makeSaved(directory, [join(directory, 'one'), join(directory, 'two')]);
  t.same(readdirSync(join(await build(directory, { kind: 'docker', file }), 'etc')), ['b', 'machine-id']);
  const swapped = join(directory, 'saved/0.tar');
  writeFileSync(swapped, readFileSync(join(directory, 'saved/1.tar')));
  execFileSync('tar', ['--create', `--file=${file}`, `--directory=${join(directory, 'saved')}`, '.']);
  await checkRefused(t, directory, { kind: 'docker', file }, /0\.tar" is not what its digest says$/);
});
