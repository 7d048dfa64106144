import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { errorCode, fileCause, statIfThere } from '../../runner/file-error.ts';

function checkCause(t: Test, act: () => unknown, cause: string): void {
  try {
    act();
    t.fail(`nothing was thrown; expected: ${cause}`);
  } catch (error) {
    t.equal(fileCause(error), cause);
  }
}

t.test('what the kernel answers about a file is said in words', async (t) => {
  const folder = t.testdir({ file: '' });
  checkCause(t, () => readFileSync(join(folder, 'none')), 'there is no such file or directory');
  checkCause(t, () => readFileSync(folder), 'it is a directory');
  checkCause(t, () => mkdirSync(join(folder, 'file')), 'it is there already');
  checkCause(t, () => readFileSync(join(folder, 'file', 'x')), 'a part of its path is no directory');
});

t.test('other errors keep their own words and have no code', async (t) => {
  t.equal(fileCause(new Error('quite another thing')), 'quite another thing');
  t.equal(fileCause('a text'), 'a text');
  t.equal(errorCode(new Error('x')), '');
});

t.test('a path that leads nowhere has nothing at it, whatever the kernel calls that', async (t) => {
  const folder = t.testdir({ file: '' });
  symlinkSync('round', join(folder, 'round'));
  t.equal(statIfThere(folder)?.isDirectory(), true);
  for (const path of ['none', 'file/', 'file/x', 'round', 'x'.repeat(300)])
    t.equal(statIfThere(`${folder}/${path}`), undefined, path);
});
