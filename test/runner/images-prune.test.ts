import t, { type Test } from 'tap';
import { chooseImages, type PruneLimits } from '../../runner/images/prune.ts';
import type { StoredImage } from '../../runner/images/store.ts';

/** `name base size used`, one a line; `-` for no base. */
function images(text: string): readonly StoredImage[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [hash = '', base = '', size, used] = line.trim().split(' ');
      return {
        hash,
        name: hash,
        base: base === '-' ? undefined : { hash: base },
        sizeBytes: Number(size),
        usedMs: Number(used),
        buildMs: 0,
        labels: {},
        directory: `/cache/${hash}`,
        tree: `/cache/${hash}/tree`,
      };
    });
}

function checkChosen(t: Test, text: string, limits: PruneLimits, expected: string): void {
  const chosen = chooseImages(images(text), limits).map((image) => image.hash);
  t.equal(chosen.join(' '), expected);
}

t.test('without limits nothing goes', async (t) => {
  checkChosen(t, 'a - 10 1', { nowMs: 1000 }, '');
});

t.test('what was not used for long goes', async (t) => {
  checkChosen(t, 'a - 10 100\nb - 10 900', { nowMs: 1000, olderThanMs: 500 }, 'a');
  checkChosen(t, 'a - 10 500', { nowMs: 1000, olderThanMs: 500 }, '');
});

t.test('what was unused for longest goes first, until the rest fits', async (t) => {
  checkChosen(t, 'a - 10 300\nb - 10 100\nc - 10 200', { nowMs: 1000, maxBytes: 10 }, 'b c');
  checkChosen(t, 'a - 10 300\nb - 10 100\nc - 10 200', { nowMs: 1000, maxBytes: 30 }, '');
});

t.test('what is named by its hash goes, but for the base of another', async (t) => {
  const hashes = new Set(['a', 'base']);
  checkChosen(t, 'a - 10 999\nb - 10 1\nbase - 10 1\nweb base 10 1', { nowMs: 1000, hashes }, 'a');
});

t.test('a base stays as long as what stands on it, and follows it', async (t) => {
  checkChosen(t, 'base - 10 100\nweb base 10 900', { nowMs: 1000, olderThanMs: 500 }, '');
  checkChosen(t, 'base - 10 100\nweb base 10 200', { nowMs: 1000, olderThanMs: 500 }, 'web base');
});
