import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { homeDirectory, versionLine } from '../../runner/home.ts';

const dist = join(homeDirectory, 'dist');

/** What the starter does last, and what the program then says. */
function start(
  folder: string,
  word: string,
  name = 'rootlab',
): { readonly exec: string | undefined; readonly said: string } {
  const { stdout, stderr } = spawnSync('sh', ['-x', join(folder, name), word], { encoding: 'utf8' });
  return { exec: /^\+ exec .*$/m.exec(stderr)?.[0], said: stdout };
}
function bundle(words: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, [join(dist, 'main.js'), ...words], {
    cwd: homeDirectory,
    encoding: 'utf8',
  });
  return stdout;
}

t.test('rootlab starts from its snapshot', async (t) => {
  const { exec, said } = start(dist, 'help');
  t.match(exec, /--snapshot-blob/);
  t.equal(said, bundle(['help']));
});

t.test('in another place it starts from the bundle', async (t) => {
  const folder = t.testdir();
  const copy = join(folder, 'dist');
  mkdirSync(copy);
  for (const name of ['rootlab', 'main.js', 'main.blob', 'package.json'])
    copyFileSync(join(dist, name), join(copy, name));
  copyFileSync(join(homeDirectory, 'package.json'), join(folder, 'package.json'));
  linkSync(join(dist, 'node'), join(copy, 'node'));
  const { exec, said } = start(copy, 'help');
  t.match(exec, /exec node .*main\.js help$/);
  t.equal(said, bundle(['help']));
});

t.test('on another processor it starts from the bundle', async (t) => {
  const starter = readFileSync(join(dist, 'rootlab'), 'utf8');
  const other = starter.replace(/(?<=\[ "\$cpu" = )'[^']*'/, "'cpu:type:other'");
  t.not(other, starter);
  const name = 'rootlab-of-another-processor';
  t.teardown(() => rmSync(join(dist, name)));
  writeFileSync(join(dist, name), other);
  t.match(start(dist, 'help', name).exec, /exec node .*main\.js help$/);
});

t.test('where sudo finds no Node, it is the one it was built with', async (t) => {
  const copy = join(t.testdir(), 'dist');
  mkdirSync(copy);
  for (const name of ['rootlab', 'main.js', 'package.json']) copyFileSync(join(dist, name), join(copy, name));
  copyFileSync(join(homeDirectory, 'package.json'), join(copy, '../package.json'));
  const { stdout } = spawnSync('/bin/sh', [join(copy, 'rootlab'), 'help'], {
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
  });
  t.equal(stdout, bundle(['help']));
});

t.test('its version is told without a start, and is the same', async (t) => {
  for (const word of ['--version', '-V']) {
    t.strictSame(start(dist, word), { exec: undefined, said: versionLine() });
    t.equal(bundle([word]), versionLine());
  }
});

t.test('both print the same', async (t) => {
  const words = ['list', 'nspawn'];
  const { stdout } = spawnSync(join(dist, 'rootlab'), words, { cwd: homeDirectory, encoding: 'utf8' });
  t.equal(stdout, bundle(words));
  t.match(stdout, 'nspawn/echo@debian-12');
});

t.test('built where no second name of Node can be made, it knows Node all the same', async (t) => {
  const folder = t.testdir();
  for (const name of ['src', 'runner', 'reports', 'scenarios', 'build.mjs', 'stage.cjs', 'package.json'])
    cpSync(join(homeDirectory, name), join(folder, name), { recursive: true });
  symlinkSync(join(homeDirectory, 'node_modules'), join(folder, 'node_modules'));
  // Another file system than the project's.
  const elsewhere = mkdtempSync('/dev/shm/rootlab-test-');
  t.teardown(() => rmSync(elsewhere, { recursive: true }));
  const node = join(elsewhere, 'node');
  copyFileSync(process.execPath, node);
  const built = spawnSync(node, ['build.mjs'], { cwd: folder, encoding: 'utf8' });
  t.same({ status: built.status, stderr: built.stderr }, { status: 0, stderr: '' });
  t.notOk(existsSync(join(folder, 'dist/node')));
  t.match(start(join(folder, 'dist'), 'help').exec, /--snapshot-blob/);
  renameSync(node, `${node}.old`);
  copyFileSync(process.execPath, node);
  t.match(start(join(folder, 'dist'), 'help').exec, /exec node /, 'another file is another Node');
});

t.test('what a rehearsal has compiled is kept, and serves the next', async (t) => {
  const cache = join(t.testdir(), 'cache');
  const stage = (words: readonly string[]): string =>
    spawnSync(process.execPath, [join(homeDirectory, 'stage.cjs'), join(dist, 'main.js'), cache, ...words], {
      cwd: homeDirectory,
      encoding: 'utf8',
    }).stdout;
  t.equal(stage(['--version']), versionLine());
  const little = statSync(cache).size;
  t.equal(stage(['list', 'nspawn']), bundle(['list', 'nspawn']));
  const more = statSync(cache).size;
  t.ok(more > little, `${more} bytes after ${little}`);
  t.equal(stage(['--version']), versionLine());
  t.ok(statSync(cache).size > little, 'the second has kept what the first had compiled');
});

t.test('its timers are heard, also those that are set long after its start', async (t) => {
  const cwd = t.testdir({ slept: 'title: slept\nmachine: host\nsteps:\n  - {run: sleep 60, timeout: 2s}\n' });
  // Read when somebody writes: until then nothing has happened.
  const late = 'mkfifo late.yaml; (sleep 5; cat slept >late.yaml) & exec "$@"';
  const words = ['run', 'late.yaml', '--allow-host', '--output=out', '--reporter=tap'];
  const { stdout } = spawnSync('sh', ['-c', late, 'sh', join(dist, 'rootlab'), ...words], {
    cwd,
    encoding: 'utf8',
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  t.match(stdout, '# 1 timed out');
});

t.test('a variable that makes Node slow reaches the program, and not Node', async (t) => {
  const folder = t.testdir({
    'ca.yaml':
      'title: ca\nmachine: host\nenv: { ca: { from-host: NODE_EXTRA_CA_CERTS } }\nsteps:\n  - run: test "$ca" = /nowhere/ca.pem\n',
  });
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' };
  const words = ['run', 'ca.yaml', '--allow-host', '--output=out', '--reporter=tap'];
  const { status, stderr } = spawnSync(join(dist, 'rootlab'), words, { cwd: folder, encoding: 'utf8', env });
  // Node itself warns of a file that is not there.
  t.same({ status, stderr }, { status: 0, stderr: '' });
});
