/** Recipes for pacstrap and dnf, as they are written. */
import t, { type Test } from 'tap';
import { parseConfiguration } from '../../src/image.ts';
import { formatProblems } from '../../src/problem.ts';

function read(recipe: string) {
  const text = `images:\n  - {name: a, ${recipe}}\n`;
  return parseConfiguration(text, { file: 'rootlab.yaml', directory: '/dir' });
}

function checkRecipe(t: Test, text: string, expected: object): void {
  const { configuration, source } = read(text);
  t.equal(formatProblems(source.problems), '');
  t.same(configuration.images[0]?.recipe, expected);
  t.same(
    source.files.map(({ path }) => path),
    ['/dir/x.conf'],
    'the configuration must be there',
  );
}

function checkProblem(t: Test, text: string, message: string, hint: string): void {
  t.match(
    read(text).source.problems.map(({ message, hint }) => ({ message, hint })),
    [{ message, hint }],
  );
}

t.test('a configuration stands beside the file that names it', async (t) => {
  const config = '/dir/x.conf';
  checkRecipe(t, 'pacstrap: x.conf', { kind: 'pacstrap', config, packages: ['base'] });
  checkRecipe(t, 'pacstrap: {config: x.conf, packages: [base, linux_2.x+1]}', {
    kind: 'pacstrap',
    config,
    packages: ['base', 'linux_2.x+1'],
  });
  checkRecipe(t, 'dnf: {config: x.conf, releasever: 41, packages: "@core"}', {
    kind: 'dnf',
    config,
    releasever: '41',
    packages: ['@core'],
  });
});

t.test('what is missing or no name is told', async (t) => {
  checkProblem(t, 'pacstrap: {packages: [base]}', 'pacstrap has no "config"', 'add config: …');
  checkProblem(
    t,
    'dnf: {config: x.conf, packages: [bash]}',
    'dnf has no "releasever"',
    'add releasever: … (required: config, releasever, packages)',
  );
  checkProblem(
    t,
    'dnf: {config: x.conf, releasever: 41, packages: []}',
    'packages cannot be empty',
    'dnf makes a tree of the packages it is told',
  );
  checkProblem(
    t,
    'pacstrap: {config: x.conf, packages: [--root]}',
    'a package cannot be "--root"',
    'a name, such as base, or a group of dnf, such as @core',
  );
  checkProblem(
    t,
    'dnf: {config: x.conf, release: 41, packages: bash}',
    'unknown key "release" in dnf',
    'did you mean "releasever"?',
  );
});
