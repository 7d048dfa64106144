import t, { type Test } from 'tap';
import { UserError } from '../../src/error.ts';
import type { ImageSpec, Recipe } from '../../src/image.ts';
import { deriveImage, resolveImage, type ResolvedImage } from '../../runner/images/resolve.ts';

const at = { file: 'rootlab.yaml', line: 1, column: 1 };
const bookworm: Recipe = { kind: 'mmdebstrap', suite: 'bookworm' };

function image(name: string, recipe: Recipe | string, more: Partial<ImageSpec> = {}): ImageSpec {
  const made: Recipe = typeof recipe === 'string' ? { kind: 'from', image: recipe } : recipe;
  return { name, recipe: made, packages: [], files: [], at, ...more };
}

function checkChain(t: Test, name: string, catalogue: readonly ImageSpec[], expected: string): void {
  const words: string[] = [];
  for (let one: ResolvedImage | undefined = resolveImage(name, catalogue); one; one = one.base) {
    words.push(`${one.name} ${one.recipe?.kind ?? 'over'}`);
  }
  t.equal(words.join(' '), expected);
}

function checkRefused(
  t: Test,
  name: string,
  catalogue: readonly ImageSpec[],
  message: string,
  hint: string,
): void {
  try {
    resolveImage(name, catalogue);
    t.fail('it was resolved');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    t.equal(error.message, message);
    t.equal(error.hint, hint);
    t.equal(error.status, 2);
  }
}

t.test('an image with a recipe stands alone', async (t) => {
  checkChain(t, 'debian-12', [image('debian-12', bookworm)], 'debian-12 mmdebstrap');
});

t.test('from: is followed to the recipe', async (t) => {
  const catalogue = [image('web', 'base'), image('base', 'debian-12'), image('debian-12', bookworm)];
  checkChain(t, 'web', catalogue, 'web over base over debian-12 mmdebstrap');
});

t.test('what is added to a directory lies over it, never in it', async (t) => {
  const tree: Recipe = { kind: 'directory', path: '/srv/tree' };
  checkChain(t, 'mine', [image('mine', tree)], 'mine directory');
  checkChain(t, 'mine', [image('mine', tree, { run: 'true' })], 'mine over mine directory');
});

t.test('an unknown image names the nearest one', async (t) => {
  checkRefused(
    t,
    'debian-21',
    [image('debian-12', bookworm), image('tiny', bookworm)],
    'cannot find image "debian-21": the catalogue has no such name',
    'did you mean "debian-12"? it has: debian-12, tiny',
  );
});

t.test('an unknown base tells who asked for it', async (t) => {
  checkRefused(
    t,
    'web',
    [image('web', 'bsae'), image('base', bookworm)],
    'cannot find image "bsae", which image "web" is made from: the catalogue has no such name',
    'did you mean "base"? it has: web, base',
  );
});

t.test('a cycle in from: is told as one', async (t) => {
  checkRefused(
    t,
    'web',
    [image('web', 'a'), image('a', 'b'), image('b', 'a')],
    'cannot build image "a": it is made from itself ("a" from "b" from "a")',
    'give one of them a recipe of its own instead of from:',
  );
});

t.test('a machine without packages and files of its own has the image itself', async (t) => {
  const base = resolveImage('debian-12', [image('debian-12', bookworm)]);
  t.equal(deriveImage(base, [], []), base);
  const derived = deriveImage(base, ['curl'], [{ path: '/etc/motd', content: 'hello\n' }]);
  t.equal(derived.base, base);
  t.strictSame(derived.packages, ['curl']);
  t.equal(derived.recipe, undefined);
});
