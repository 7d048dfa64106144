import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { cacheDirectory, openCache } from '../../runner/cache.ts';

function checkDirectory(t: Test, env: Readonly<Record<string, string>>, expected: string): void {
  t.equal(cacheDirectory(env), expected);
}

t.test('the cache directory follows the environment', async (t) => {
  checkDirectory(t, { ROOTLAB_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a');
  checkDirectory(t, { XDG_CACHE_HOME: '/b' }, '/b/rootlab');
  checkDirectory(t, { XDG_CACHE_HOME: 'relative' }, join(homedir(), '.cache/rootlab'));
  checkDirectory(t, { ROOTLAB_CACHE: '' }, join(homedir(), '.cache/rootlab'));
});

t.test("under sudo it is root's own, whatever HOME says", async (t) => {
  checkDirectory(
    t,
    { SUDO_USER: 'someone', HOME: '/home/someone' },
    join(userInfo().homedir, '.cache/rootlab'),
  );
});

t.test('a directory that no overlay can take is refused', async (t) => {
  t.throws(() => openCache('/tmp/a:b'), {
    message: /takes no ":"/,
    hint: 'set ROOTLAB_CACHE to another directory',
  });
});

t.test(
  'a directory that cannot be made is refused, and a path through a file is the mistake of who wrote it',
  async (t) => {
    const file = join(t.testdir({ file: '' }), 'file');
    const hint = 'set ROOTLAB_CACHE to a directory that can be written';
    for (const path of [file, join(file, 'cache')])
      t.throws(() => openCache(path), {
        message: `cannot make the cache directory "${path}": a part of its path is no directory`,
        hint,
        status: 2,
      });
  },
);
