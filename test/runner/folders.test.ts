import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { makeFolders, mayBeFolder } from '../../runner/folders.ts';

t.test('a folder is there, or can be made, unless a file stands on its way', async (t) => {
  const at = t.testdir({ file: '', folder: {} });
  t.equal(mayBeFolder(join(at, 'folder')), true);
  t.equal(mayBeFolder(join(at, 'new/er')), true);
  t.notOk(existsSync(join(at, 'new')));
  t.equal(mayBeFolder(join(at, 'file')), false);
  t.equal(mayBeFolder(join(at, 'file/below')), false);
});

t.test('all of a path is made, and what is there stays', async (t) => {
  const at = t.testdir({ file: '', folder: {} });
  makeFolders(join(at, 'folder/a/b'));
  makeFolders(join(at, 'folder/a/b'));
  t.ok(existsSync(join(at, 'folder/a/b')));
  t.throws(() => makeFolders(join(at, 'file/below')), { code: 'EEXIST' });
  t.throws(() => makeFolders('/proc/no-such-thing/below'), { code: 'ENOENT' });
});
