import { spawnSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { homeDirectory, versionLine } from '../../runner/home.ts';

const dist = join(homeDirectory, 'dist');

/** What the starter does last, and what the program then says. */
function start(folder: string): { readonly exec: string; readonly said: string } {
  const { stdout, stderr } = spawnSync('sh', ['-x', join(folder, 'rootlab'), '--version'], {
    encoding: 'utf8',
  });
  return { exec: /^\+ exec .*$/m.exec(stderr)?.[0] ?? stderr, said: stdout };
}

t.test('rootlab starts from its snapshot', async (t) => {
  const { exec, said } = start(dist);
  t.match(exec, /--snapshot-blob/);
  t.equal(said, versionLine());
});

t.test('in another place it starts from the bundle', async (t) => {
  const folder = t.testdir();
  const copy = join(folder, 'dist');
  mkdirSync(copy);
  for (const name of ['rootlab', 'main.js', 'main.blob', 'package.json'])
    copyFileSync(join(dist, name), join(copy, name));
  copyFileSync(join(homeDirectory, 'package.json'), join(folder, 'package.json'));
  linkSync(join(dist, 'node'), join(copy, 'node'));
  const { exec, said } = start(copy);
  t.match(exec, /exec node .*main\.js --version$/);
  t.equal(said, versionLine());
});

t.test('both print the same', async (t) => {
  const words = ['list', 'nspawn'];
  const options = { cwd: homeDirectory, encoding: 'utf8' } as const;
  const fromSnapshot = spawnSync(join(dist, 'rootlab'), words, options);
  const fromBundle = spawnSync(process.execPath, [join(dist, 'main.js'), ...words], options);
  t.equal(fromSnapshot.stdout, fromBundle.stdout);
  t.match(fromSnapshot.stdout, 'nspawn/echo@debian-12');
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
