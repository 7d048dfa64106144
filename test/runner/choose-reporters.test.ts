import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { chooseReporters, readConfigured } from '../../runner/commands/choose-reporters.ts';
import { run } from '../../runner/commands/run.ts';
import { readWords } from '../../runner/command.ts';
import { rootlabNow } from '../system/program.ts';
import { parseConfiguration, type ReporterName } from '../../src/image.ts';

const root = join(import.meta.dirname, '../..');

/** What `run` says beside its output, where only these variables name a CI service. */
function checkNote(t: Test, env: Record<string, string>, words: readonly string[], expected: string): void {
  const { GITHUB_ACTIONS: _, GITLAB_CI: __, ...rest } = process.env;
  const { status, stderr } = rootlabNow(['run', '--dry-run', 'scenarios/nspawn/echo.yaml', ...words], {
    cwd: root,
    env: { ...rest, ...env },
  });
  t.equal(status, 0, stderr);
  t.equal(stderr, expected);
}

t.test('A CI service gets its reporter, and one line says so', async (t) => {
  const hint = '(--reporter chooses others)';
  checkNote(
    t,
    { GITHUB_ACTIONS: 'true' },
    [],
    `note: this is GitHub Actions: reporter "github" annotates what fails and adds to the job summary ${hint}\n`,
  );
  checkNote(
    t,
    { GITLAB_CI: 'true' },
    [],
    `note: this is GitLab CI: reporter "gitlab" writes annotations.json into the folder of the run, beside junit.xml ${hint}\n`,
  );
});

t.test('Elsewhere, and where the user chose, nothing is said', async (t) => {
  checkNote(t, {}, [], '');
  checkNote(t, { GITHUB_ACTIONS: 'true' }, ['--reporter', 'tap'], '');
});

/** The reporters that a rootlab.yaml with this text names, in a folder of the test. */
function configured(t: Test, text: string): readonly ReporterName[] {
  const directory = t.testdir({ 'rootlab.yaml': text });
  const file = join(directory, 'rootlab.yaml');
  return parseConfiguration(readFileSync(file, 'utf8'), { file, directory }).configuration.reporters ?? [];
}

t.test('Reporters of rootlab.yaml write beside it', async (t) => {
  const names = configured(t, 'reporters: [tap, junit=a/../b=c.xml, markdown]');
  t.strictSame(readConfigured(names), [
    { name: 'tap' },
    { name: 'junit', file: join(t.testdirName, 'b=c.xml') },
    { name: 'markdown' },
  ]);
});

t.test('What is wrong with one is told where it stands', async (t) => {
  const check = (text: string, message: RegExp): void => {
    t.throws(() => readConfigured(configured(t, `reporters:\n- tap\n- ${text}\n`)), { message });
  };
  check(
    'juint=x',
    /rootlab\.yaml:3:3: unknown reporter "juint"\n {2}- juint=x\n {4}\^\nhint: did you mean "junit"\?$/,
  );
  check('console', /rootlab\.yaml:3:3: reporters "tap" and "console" would write to the same output\n/);
  check(
    'junit=rootlab.yaml/x.xml',
    /rootlab\.yaml:3:3: cannot write "[^"]*rootlab\.yaml\/x.xml": there is no folder/,
  );
  check('junit=', /rootlab\.yaml:3:3: reporter "junit" has an empty file name\n/);
});

t.test('A reporter of the command line replaces them, and an empty list is a choice as well', async (t) => {
  const { signal } = new AbortController();
  const chosen = (words: readonly string[], text: string): readonly string[] =>
    chooseReporters(readWords('run', run, words, signal), configured(t, text)).map(({ name }) => name);
  const names = 'reporters: [jsonl, ctrf]';
  t.same(chosen([], names), ['jsonl', 'ctrf', 'html', 'junit']);
  t.same(chosen(['--reporter=tap'], names), ['tap', 'html', 'junit']);
  t.same(
    chosen(['--reporter=tap', '--reporter=html-files'], names),
    ['tap', 'html-files', 'junit'],
    'one page',
  );
  const files = chosen(['--reporter=tap', '--reporter=html=page.html', '--reporter=junit=j.xml'], names);
  t.same(files, ['tap', 'html', 'junit', 'html', 'junit'], 'the folder of the run has its own as well');
  t.throws(() => chosen(['--reporter=html', '--reporter=html-files'], names), {
    message: 'reporters "html" and "html-files" would write to the same file',
  });
  process.env['GITLAB_CI'] = 'true';
  t.teardown(() => delete process.env['GITLAB_CI']);
  t.same(chosen([], 'reporters: []').slice(1), ['html', 'junit']);
});
