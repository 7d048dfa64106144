import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { UserError } from '../../src/error.ts';
import { loadJobs } from '../../runner/load.ts';

const good = 'title: A\nmachine: base\nsteps: [{run: x}]\n';
const images = 'images: [{name: base, directory: .}]\n';

/** Names of the jobs, or the error, that these words give in a folder with these files. */
async function load(
  t: Test,
  files: Readonly<Record<string, string>>,
  ...words: string[]
): Promise<readonly string[] | string> {
  const folder = mkdtempSync(join(tmpdir(), 'rootlab-load-'));
  const before = process.cwd();
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  process.chdir(folder);
  try {
    return (await loadJobs(words, {})).jobs.map(({ name }) => name);
  } catch (error) {
    if (error instanceof UserError)
      return `${error.message}${error.hint === undefined ? '' : `\nhint: ${error.hint}`}`.replaceAll(
        folder,
        '',
      );
    throw error;
  } finally {
    process.chdir(before);
  }
}

const tree = {
  'rootlab.yaml': images,
  'x/a.yaml': good,
  'x/b.yml': good,
  'c.yaml': good,
  '.hidden/d.yaml': 'no',
};

t.test('folders, files, globs and names of jobs', async (t) => {
  t.same(await load(t, tree), ['c@base', 'x/a@base', 'x/b@base']);
  t.same(await load(t, tree, 'x'), ['x/a@base', 'x/b@base']);
  t.same(await load(t, tree, 'x/b.yml', 'c.yaml'), ['x/b@base', 'c@base']);
  t.same(await load(t, tree, '**/a.yaml'), ['x/a@base']);
  t.same(await load(t, tree, 'x/a@base'), ['x/a@base']);
  t.same(await load(t, tree, '*b@*'), ['x/b@base']);
});

t.test('a job named alone does not suffer from other files', async (t) => {
  t.same(await load(t, { ...tree, 'broken.yaml': 'x' }, 'c@base'), ['c@base']);
});

t.test('one job of a file is named by its path, wherever other files lie', async (t) => {
  const cells = good.replace('base', '${i}').replace('title: A', 'title: A\nmatrix: {i: [base, other]}');
  const both = 'images: [{name: base, directory: .}, {name: other, directory: .}]\n';
  const files = { 't/rootlab.yaml': both, 't/x.yaml': cells, 'x.yaml': good };
  t.same(await load(t, files, 't/x.yaml@other'), ['x@other']);
  t.same(await load(t, files, 't/x.yaml@other', 't/x.yaml'), ['x@base', 'x@other']);
  t.same(await load(t, { ...files, 'x.yaml': 'no', 'rootlab.yaml': both }, 't/x.yaml@base'), ['x@base']);
  t.match(await load(t, files, 't/x.yaml@nope'), /no job has such a name\nhint: jobs there: x@base, x@other/);
  t.match(await load(t, files, 't/y.yaml@base'), /cannot read "t\/y.yaml": there is no such file/);
});

t.test('what is not there names the nearest', async (t) => {
  t.equal(
    await load(t, tree, 'x/aa.yaml'),
    'cannot read "x/aa.yaml": there is no such file\nhint: did you mean "x/a.yaml"?',
  );
  t.equal(
    await load(t, tree, 'x/aa'),
    'cannot find "x/aa": it is no path, and no job has such a name\nhint: did you mean "x/a"?',
  );
  t.match(await load(t, tree, 'a'), /no job has such a name\nhint: did you mean "x\/a"\?/);
  t.match(await load(t, { 'empty/note.txt': '' }, 'empty'), /cannot find scenarios in "empty"/);
});

t.test('a path is mended part by part, and by its suffix', async (t) => {
  const files = {
    'scenarios/nspawn/echo.yaml': good,
    'scenarios/units/hello.yml': good,
    'images.yaml': images,
    'deep/nest/x.yaml': good,
  };
  for (const [word, meant] of [
    ['scenarios/nspwan/echo', 'scenarios/nspawn/echo.yaml'],
    ['scenarios/nspwan/ehco.yaml', 'scenarios/nspawn/echo.yaml'],
    ['./scenarois/nspawn/echo.yaml', 'scenarios/nspawn/echo.yaml'],
    ['scenarios/units/hello', 'scenarios/units/hello.yml'],
    ['scenarios/nspawn/echo@base', 'scenarios/nspawn/echo.yaml'],
    ['scenarios/nspwan', 'scenarios/nspawn'],
    ['nspwan', 'scenarios/nspawn'],
    ['nspwan/echo', 'nspawn/echo'],
    ['deep/nset/x', 'deep/nest/x.yaml'],
  ] as const)
    t.match(await load(t, files, word), `\nhint: did you mean "${meant}"?`, word);
  t.match(await load(t, files, 'image.yaml'), /\nhint: no file in \. has a name like it/);
  t.match(await load(t, files, 'scenarios/nothing/like/it'), /\nhint: rootlab list shows/);
});

t.test('all problems of all files come at once', async (t) => {
  const files = {
    'a.yaml': good.replace('machine', 'machin'),
    'b.yaml': good.replace('base', 'debian-21'),
    'c.yaml': 'title: A\nmachine: {image: debian-12, files: {path: /x, from: gone}}\nsteps: [{say: x}]',
  };
  t.equal(
    await load(t, files),
    `a.yaml:2:1: unknown key "machin" in the scenario
  machin: base
  ^
hint: did you mean "machine"?

b.yaml:2:10: no image is called "debian-21"
  machine: debian-21
           ^
hint: did you mean "debian-11"?

c.yaml:2:53: there is no file /gone
  machine: {image: debian-12, files: {path: /x, from: gone}}
                                                      ^
hint: paths are taken from the folder of this file

3 problems in 3 files`,
  );
});

t.test('a directory where one file is wanted is told before anything runs', async (t) => {
  const files = {
    'a.yaml':
      'title: A\nmachine: {image: debian-12, files: {path: /x, from: sub}}\nsteps: [{write: /y, from: sub}]',
    'sub/file': '',
    'rootlab.yaml': 'images: [{name: mine, tar: sub}, {name: tree, directory: sub}]',
  };
  const found = await load(t, files);
  t.match(found, /^3 problems in 2 files$/m);
  t.match(found, 'a.yaml:2:53: /sub is a directory, where one file is wanted\n');
  t.match(found, 'hint: pack it, with tar -C /sub -cf FILE . and unpack it there');
});

t.test('so is a file, or nothing, where a directory is wanted', async (t) => {
  const files = {
    'a.yaml': good.replace('base', 'debian-12'),
    file: '',
    'rootlab.yaml':
      'images: [{name: one, directory: file}, {name: two, oci: {layout: file}}, {name: none, directory: gone}]',
  };
  const found = await load(t, files);
  t.match(found, /^3 problems in 1 file$/m);
  t.match(found, 'rootlab.yaml:1:33: /file is a file, where a directory is wanted\n');
  t.match(found, 'there is no directory /gone\n');
});

t.test('an unknown image is told beside the other problems of its file', async (t) => {
  const text = 'title: A\nmachine: {image: nothing, trees: {path: /a, image: neither}}\nsteps: [{rnu: x}]';
  const said = String(await load(t, { 'rootlab.yaml': images, 'a.yaml': text }));
  t.match(said, /^a\.yaml:2:10: no image is called "nothing"$/m);
  t.match(said, /^hint: images here: .*; "images" of rootlab\.yaml adds others$/m);
  t.match(said, /^a\.yaml:2:34: no image is called "neither"$/m);
  t.match(said, /^a\.yaml:3:\d+: unknown key "rnu" in a step$/m);
  t.match(said, /\n3 problems in 1 file$/);
});

t.test('an image that could not be read is told once', async (t) => {
  const said = async (head: string): Promise<string> =>
    String(await load(t, { 'rootlab.yaml': images, 'a.yaml': `title: A\n${head}\nsteps: [{run: x}]` }));
  t.match(
    await said('machine: "no image"'),
    /an image cannot be called "no image"[^]*\n1 problem in 1 file$/,
  );
  t.match(await said('machine: ${imgae}'), /unknown name "imgae"[^]*\n1 problem in 1 file$/);
  t.match(await said('machine: {init: true}'), /machine has no "image"[^]*\n1 problem in 1 file$/);
  t.match(await said('matrix: {image: []}\nmachine: ${image}'), /\n1 problem in 1 file$/);
  t.match(await said(''), /the scenario has no "machine"[^]*\n1 problem in 1 file$/);
});

t.test('a file that is no UTF-8 is a problem of that file', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rootlab-load-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a.yaml'), new Uint8Array([0x74, 0xff]));
  await t.rejects(loadJobs([folder], {}), {
    message: /a\.yaml:1:1: cannot read the file: it is not UTF-8 text/,
  });
});

t.test('a configuration that says nothing has no settings', async (t) => {
  const scenario = good.replace('base', 'debian-12');
  for (const text of ['', '\n', '# images: []\r\n', '---\n\n  # all of it\n'])
    t.same(
      await load(t, { 'rootlab.yaml': text, 'a.yaml': scenario }),
      ['a@debian-12'],
      JSON.stringify(text),
    );
  t.match(
    await load(t, { 'rootlab.yaml': '~', 'a.yaml': scenario }),
    /the configuration must be a map, not a text/,
  );
  t.match(await load(t, { 'a.yaml': '' }), /a\.yaml:1:1: the file is empty\nhint: a scenario begins with/);
});

t.test('two scenarios of one name are a problem', async (t) => {
  t.match(await load(t, { ...tree, 'x/a.yml': good }), /the scenario's name "x\/a" is that of/);
});

const using = good.replace('machine', 'use: ../parts/p.yaml\nmachine');
const withPart = { ...tree, 'x/a.yaml': using, 'parts/p.yaml': 'prepare: [{write: /x, from: gone}]\n' };

t.test('parts are no scenarios, and lie where the scenario says', async (t) => {
  const files = { ...withPart, 'parts/gone': '' };
  t.same(await load(t, files), ['c@base', 'x/a@base', 'x/b@base']);
  t.same(await load(t, files, 'x/a@base'), ['x/a@base']);
  t.same(await load(t, files, '*/?.yaml'), ['x/a@base']);
  t.equal(
    await load(t, files, 'parts/p.yaml', 'x'),
    `parts/p.yaml:1:1: a part tests nothing by itself
  prepare: [{write: /x, from: gone}]
  ^
hint: name a scenario that uses it

1 problem in 1 file`,
  );
  t.match(await load(t, files, 'parts'), /there are no scenarios/);
  const misspelt = 'titel: A\nmachin: base\nprepare: [{run: x}]\nstep: [{run: x}]\n';
  t.match(await load(t, { ...files, 'd.yaml': misspelt }), /unknown key "titel" in the scenario/);
  const said = await load(t, { ...files, 'x/a.yaml': using.replace('p.y', 'pp.y') });
  t.match(said, 'x/a.yaml:2:6: cannot read "../parts/pp.yaml": there is no such file or directory\n');
  t.match(said, 'hint: did you mean "../parts/p.yaml"?\n');
});

t.test('a problem of a part is told once, however many scenarios use it', async (t) => {
  const files = {
    ...withPart,
    'x/b.yml': using,
    'c.yaml': good.replace('machine', 'use: parts/p.yaml\nmachine'),
  };
  t.equal(
    await load(t, files),
    `parts/p.yaml:1:29: there is no file /parts/gone
  prepare: [{write: /x, from: gone}]
                              ^
hint: paths are taken from the folder of this file

1 problem in 1 file`,
  );
});
