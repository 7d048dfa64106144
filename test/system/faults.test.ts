/** Files and images that are wrong: nothing runs, or what ran is our failure; each with its place and what to do. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

import { makeLayout } from './oci-layout.ts';
import { rootlab, scenarioFolder } from './program.ts';
import { makeTinyTree } from './tiny-tree.ts';

t.setTimeout(240_000);
const skip = process.getuid?.() === 0 ? false : 'needs root';

const scenario = (image: string, more = ''): string =>
  `title: A\nmachine: {image: ${image}, init: false}\n${more}steps: [{run: "true"}]\n`;

t.test(
  'all problems of all files are told at once, each with its place and a hint, and nothing runs',
  async (t) => {
    const cwd = t.testdir({
      'malformed.yaml': 'title: "open\nmachine: debian-12\n',
      'duplicate.yaml': 'title: A\ntitle: B\nmachine: debian-12\nsteps: [{run: x}]\n',
      'unknown.yaml': 'title: A\nmachine: debian-12\nstep: [{run: x}]\nsteps: [{run: x, expct: y}]\n',
      'types.yaml':
        'title: A\nmachine: debian-12\ntimeout: soon\nsteps: [{run: {a: b}}, {run: x, within: [1]}]\n',
      'image.yaml': 'title: A\nmachine: debian-21\nsteps: [{run: x}]\n',
      'file.yaml': 'title: A\nmachine: debian-12\nsteps: [{write: /a, from: nowhere.txt}]\n',
      'alias.yaml': `title: A\nmachine: debian-12\nenv: {a: &a x}\nsteps: [{run: *a}${', {run: *a}'.repeat(200)}]\n`,
    });
    const { status, stderr, stdout } = await rootlab(t, ['run', '.'], { cwd });
    t.equal(status, 2);
    t.equal(stdout, '');
    const problems: readonly (readonly [place: string, says: RegExp])[] = [
      ['malformed.yaml:1:8', /quote " that opens here/],
      ['duplicate.yaml:2:1', /title/],
      ['unknown.yaml:3:1', /"step".*[^]*?did you mean "steps"/],
      ['unknown.yaml:4:18', /"expct"[^]*?did you mean "expect"/],
      ['types.yaml:3:10', /soon/],
      ['types.yaml:4:15', /a text, not a map/],
      ['types.yaml:4:41', /a text, not a list/],
      ['image.yaml:2:10', /no image is called "debian-21"[^]*?did you mean "debian-1/],
      ['file.yaml:3:27', /there is no file .*nowhere\.txt/],
      ['alias.yaml:3:10', /anchor/],
      ['alias.yaml:4:15', /alias/],
    ];
    for (const [place, says] of problems) {
      const at = stderr.indexOf(`${place}: `);
      t.ok(at >= 0, place);
      t.match(stderr.slice(at, at + 600), says, place);
    }
    t.match(stderr, /\^/);
    t.match(stderr, /\d+ problems in 7 files/);
    t.notOk(readdirSync(cwd).includes('reports'), 'no report is begun');
  },
);

t.test('a configuration that cannot be met ends with 2', async (t) => {
  const circle = t.testdir({
    'rootlab.yaml': 'images:\n  - {name: one, from: two}\n  - {name: two, from: one}\n',
    'a.yaml': scenario('one'),
    empty: {},
  });
  const { status, stderr } = await rootlab(t, ['run', 'a.yaml'], { cwd: circle });
  t.equal(status, 2);
  t.match(stderr, /rootlab\.yaml:2:\d+: .*one.*two/);
  const nothing = await rootlab(t, ['run', 'empty'], { cwd: circle });
  t.equal(nothing.status, 2);
  t.match(nothing.stderr, /cannot find scenarios in "empty"[^]*hint: /);
});

/** Runs one scenario on one image with a cache of its own; it must be errored, not failed. */
async function checkErrored(
  t: Test,
  image: string,
  says: RegExp,
  more: {
    readonly walls?: readonly string[];
    readonly tree?: 'tiny' | 'bare';
    readonly booted?: boolean;
    readonly prepare?: (cwd: string) => void;
  } = {},
): Promise<void> {
  const cwd = t.testdir({
    'a.yaml': more.booted ? 'title: A\nmachine: base\nsteps: [{run: "true"}]\n' : scenario('base'),
  });
  mkdirSync(join(cwd, 'tree'));
  more.prepare?.(cwd);
  if (more.tree !== undefined) makeTinyTree(join(cwd, 'tree'));
  writeFileSync(join(cwd, 'rootlab.yaml'), `images:\n  - {name: base, ${image}}\n`);
  const { status, stdout, stderr } = await rootlab(t, ['run', 'a.yaml', '--reporter=tap'], {
    cwd,
    env: { ROOTLAB_CACHE: join(cwd, 'cache'), TMPDIR: cwd },
    walls: more.walls,
  });
  t.equal(status, 3, `${stdout}${stderr}`);
  t.match(stdout, /not ok 1 - a@base\n {2}---\n {2}outcome: "errored"/);
  t.match(stdout, says);
  if (existsSync(join(cwd, 'cache/images')))
    t.same(readdirSync(join(cwd, 'cache/images')), [], 'no half-built image');
}

t.test('no network is an error with the last lines of the tool', { skip }, async (t) => {
  await checkErrored(t, 'mmdebstrap: {suite: bookworm, variant: minbase}', /resolve|network|connect/i, {
    walls: ['unshare', '--net'],
  });
});

t.test('a broken mirror is an error with the last lines of the tool', { skip }, async (t) => {
  const mirror = 'mirror: "file:///nonexistent"';
  await checkErrored(t, `mmdebstrap: {suite: bookworm, ${mirror}}`, /nonexistent/);
});

t.test('a registry that lies is an error that names the digest', { skip }, async (t) => {
  await checkErrored(t, 'oci: {layout: layout}', /is not what its digest says[^]*sha256 found/, {
    prepare(cwd) {
      const blobs = join(makeLayout(join(cwd, 'layout'), [{ fill: 'echo 1 >a' }]), 'blobs/sha256');
      for (const blob of readdirSync(blobs)) appendFileSync(join(blobs, blob), ' ');
    },
  });
});

t.test('a full disk is an error', { skip }, async (t) => {
  const mount = 'mount -t tmpfs -o size=4m tmpfs "$TMPDIR/cache" && exec "$@"';
  await checkErrored(t, 'directory: tree, run: "while cat /bin/*; do :; done >/big"', /space/i, {
    tree: 'tiny',
    walls: ['unshare', '--mount', 'sh', '-c', `mkdir -p "$TMPDIR/cache"; ${mount}`, 'sh'],
  });
});

t.test('a tree that is no system cannot be booted', { skip }, async (t) => {
  await checkErrored(t, 'directory: tree', /has no systemd[^]*hint: add the package systemd-sysv/, {
    tree: 'tiny',
    booted: true,
  });
  await checkErrored(t, 'directory: tree', /os-release/, { booted: true });
});

t.test('without root the first thing said is that', { skip }, async (t) => {
  const cwd = scenarioFolder(t, {
    'it.yaml': "title: It\nmachine: debian-12\nsteps: [{run: 'true'}]\n",
    'own.yaml': 'title: Own\nmachine: host\nsteps: [{check: {file: /etc/passwd}}]\n',
  });
  // A user namespace without a map: the files stay readable, and nobody is root.
  const walls = ['unshare', '--user'];
  for (const argv of [
    ['run', 'it.yaml'],
    ['shell', 'debian-12'],
    ['images', 'build', 'debian-12'],
  ]) {
    const { status, stderr } = await rootlab(t, argv, { cwd, walls });
    t.equal(status, 3, argv.join(' '));
    t.match(stderr, /^error: cannot (make machines|build images): this needs root\nhint: run: sudo rootlab/);
  }
  const { status, stdout } = await rootlab(t, ['run', 'own.yaml', '--output', 'out'], { cwd, walls });
  t.equal(status, 0, `looking at this very computer needs no root: ${stdout}`);
});
