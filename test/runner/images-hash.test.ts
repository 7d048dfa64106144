import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { imageHash } from '../../runner/images/hash.ts';
import type { ResolvedImage } from '../../runner/images/resolve.ts';

const plain: ResolvedImage = {
  name: 'a',
  recipe: { kind: 'mmdebstrap', suite: 'sid' },
  packages: [],
  files: [],
};

t.test('the name is no ingredient', async (t) => {
  t.equal(await imageHash(plain, undefined), await imageHash({ ...plain, name: 'b' }, undefined));
});

t.test('each ingredient makes another image', async (t) => {
  const images: readonly ResolvedImage[] = [
    plain,
    { ...plain, recipe: { kind: 'debootstrap', suite: 'sid' } },
    { ...plain, recipe: { kind: 'mmdebstrap', suite: 'sid', variant: 'minbase' } },
    { ...plain, recipe: { kind: 'mmdebstrap', suite: 'sid', checkValidUntil: false } },
    { ...plain, recipe: { kind: 'mmdebstrap', suite: 'sid', components: ['main', 'contrib'] } },
    { ...plain, packages: ['curl'] },
    { ...plain, run: 'true' },
    { ...plain, files: [{ path: '/a', content: 'x' }] },
    { ...plain, files: [{ path: '/a', content: 'y' }] },
    { ...plain, files: [{ path: '/b', content: 'x' }] },
    { ...plain, files: [{ path: '/a', content: 'x', mode: '0600' }] },
    { ...plain, files: [{ path: '/a', content: 'x', owner: 'nobody:nogroup' }] },
  ];
  const hashes = await Promise.all(images.map((image) => imageHash(image, undefined)));
  hashes.push(await imageHash(plain, 'another base'));
  t.equal(new Set(hashes).size, images.length + 1);
});

t.test('a file counts by its content, wherever it comes from', async (t) => {
  const from = join(t.testdir({ motd: 'hello\n' }), 'motd');
  const copied = { ...plain, files: [{ path: '/etc/motd', from }] };
  const written = { ...plain, files: [{ path: '/etc/motd', content: 'hello\n' }] };
  t.equal(await imageHash(copied, undefined), await imageHash(written, undefined));
  await writeFile(from, 'other\n');
  t.not(await imageHash(copied, undefined), await imageHash(written, undefined));
});

t.test('a tar counts by its content, said or found', async (t) => {
  const directory = t.testdir({ 'a.tar': 'abc', 'b.tar': 'abc' });
  const image = (file: string, sha256?: string): ResolvedImage => ({
    ...plain,
    recipe: { kind: 'tar', file: join(directory, file), sha256 },
  });
  const found = await imageHash(image('a.tar'), undefined);
  t.equal(await imageHash(image('b.tar'), undefined), found);
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  t.equal(await imageHash(image('gone.tar', sha256), undefined), found);
  await t.rejects(imageHash(image('gone.tar'), undefined), {
    message: `cannot read the file "${join(directory, 'gone.tar')}" of image "a": it does not exist`,
    status: 2,
  });
});

t.test('a configuration counts by its content, and by what it includes', async (t) => {
  const directory = t.testdir({ 'pacman.conf': '', 'dnf.conf': 'a', list: '1', more: { a: '1' } });
  const conf = join(directory, 'pacman.conf');
  const packages = ['base'];
  const arch: ResolvedImage = { ...plain, recipe: { kind: 'pacstrap', config: conf, packages } };
  const config = join(directory, 'dnf.conf');
  const fedora: ResolvedImage = { ...plain, recipe: { kind: 'dnf', config, releasever: '41', packages } };
  const hashes = new Set<string>();
  let expected = 0;
  const checkNew = async (image: ResolvedImage, what: string): Promise<void> => {
    const hash = await imageHash(image, undefined);
    hashes.add(hash);
    t.equal(hashes.size, (expected += 1), what);
    t.equal(await imageHash(image, undefined), hash);
  };
  await checkNew(arch, 'pacstrap');
  await writeFile(conf, `[options]\n Include = ${directory}/list\nInclude=${directory}/more/*.conf\n`);
  await checkNew(arch, 'another text');
  await writeFile(join(directory, 'list'), '2');
  await checkNew(arch, 'another text of what it includes');
  await writeFile(join(directory, 'more/b.conf'), '');
  await checkNew(arch, 'one file more in the folder of a pattern');
  await checkNew({ ...arch, recipe: { kind: 'pacstrap', config: conf, packages: ['bash'] } }, 'packages');
  await checkNew(fedora, 'dnf');
  await checkNew({ ...fedora, recipe: { kind: 'dnf', config, releasever: '42', packages } }, 'releasever');
  await writeFile(config, 'b');
  await checkNew(fedora, 'another text of dnf');
  const gone = join(directory, 'gone.conf');
  await t.rejects(imageHash({ ...plain, recipe: { kind: 'pacstrap', config: gone, packages } }, undefined), {
    message: `cannot read the configuration "${gone}" of image "a": it does not exist`,
    status: 2,
  });
});

t.test('a directory whose system changed is another image', async (t) => {
  const path = t.testdir({ etc: { 'os-release': 'ID=a\n' } });
  const image: ResolvedImage = { ...plain, recipe: { kind: 'directory', path } };
  const before = await imageHash(image, undefined);
  t.equal(await imageHash(image, undefined), before);
  await writeFile(join(path, 'etc/os-release'), 'ID=another\n');
  t.not(await imageHash(image, undefined), before);
  await mkdir(join(path, 'x'));
  await t.rejects(
    imageHash({ ...image, recipe: { kind: 'directory', path: `${path}/etc/os-release` } }, undefined),
    {
      message: /it is no directory$/,
    },
  );
});
