/** An exception that no image can meet: told before anything runs, and at once where the image is made. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { rootlab } from './program.ts';
import { makeTinyTree } from './tiny-tree.ts';

t.setTimeout(120_000);
const skip = process.getuid?.() === 0 ? false : 'building images needs root';

const scenario = (when: string): string =>
  `title: A\nmatrix: {image: [packed, plain]}\nmachine: {image: "\${image}", init: false}\nsteps:\n` +
  `- run: "true"\n  known-issue: {ref: a, because: b, when: ${when}}\n`;

/** `packed` must be built, `plain` is a tree that lies there. */
function bench(t: Test) {
  const cwd = t.testdir({});
  const tree = join(cwd, 'tree');
  mkdirSync(tree);
  makeTinyTree(tree);
  mkdirSync(join(tree, 'usr/lib/systemd'));
  writeFileSync(join(tree, 'usr/lib/systemd/libsystemd-shared-247.so'), '');
  execFileSync('tar', ['-C', tree, '-cf', join(cwd, 'tree.tar'), '.']);
  writeFileSync(
    join(cwd, 'rootlab.yaml'),
    'images:\n- {name: packed, tar: tree.tar}\n- {name: plain, directory: tree}\n',
  );
  const cache = join(cwd, 'cache');
  const run = async (...words: readonly string[]) =>
    rootlab(t, words, { cwd, env: { ROOTLAB_CACHE: cache } });
  const write = (when: string): void => writeFileSync(join(cwd, 'a.yaml'), scenario(when));
  return { cwd, cache, run, write };
}

t.test('what is known of all images is told by whatever reads the file', { skip }, async (t) => {
  const { run, write, cwd } = bench(t);
  write('{image: plain, systemd: ">= 250"}');
  const told = `a.yaml:6:67: this can never apply: no job has such a systemd: plain has 247
    known-issue: {ref: a, because: b, when: {image: plain, systemd: ">= 250"}}
                                                                    ^
hint: compare "when" with the images of the jobs, or remove it; "rootlab images list" shows what they have

1 problem in 1 file
`;
  for (const words of [['list'], ['lint'], ['show', 'a@plain'], ['run', '--dry-run']])
    t.match(await run(...words), { status: 2, stderr: told }, words.join(' '));
  t.notOk(readdirSync(cwd).includes('cache'), 'who only looks makes no cache');
  write('{image: plain, systemd: "< 250"}');
  t.match(await run('lint'), { status: 0, stdout: '1 file, 2 jobs: no problems\n' });
});

t.test('an image that is not made yet is made, and then told of before a job runs', { skip }, async (t) => {
  const { run, write } = bench(t);
  write('{systemd: 252}');
  t.match(await run('lint'), { status: 0 });
  const one = await run('run', 'a@plain', '--reporter=tap');
  t.match(one.stdout, '1..1\n', 'the other image may have it');
  t.notMatch(one.stderr, 'never apply');
  t.match(await run('run', '--reporter=tap'), {
    status: 2,
    stdout: '',
    stderr:
      /^note: image packed: [^]*\na\.yaml:6:53: this can never apply: no job has such a systemd: packed has 247, plain has 247\n/,
  });
  t.match(await run('run', '--bisect'), { status: 125, stderr: /bisect: cannot tell\n$/ });
});

t.test('a cache that cannot be is the end of a run before it begins', { skip }, async (t) => {
  const { cwd, write } = bench(t);
  write('{systemd: 247}');
  const cache = join(cwd, 'tree.tar/cache');
  t.match(await rootlab(t, ['run'], { cwd, env: { ROOTLAB_CACHE: cache } }), {
    status: 2,
    stdout: '',
    stderr: `error: cannot make the cache directory "${cache}": a part of its path is no directory\n`,
  });
});
