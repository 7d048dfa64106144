import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { missingPageUrl, pageUrl, repositoryPath } from '../../runner/commands/page-url.ts';
import { recordRun } from '../fixtures/sample-run.ts';
import { rootlab } from '../system/program.ts';

const env = { CI_JOB_URL: 'https://gitlab.example/a/b/-/jobs/7', CI_PROJECT_DIR: '/builds/a/b' };

t.test('A page in the checkout lies in the artifacts of the job', async (t) => {
  const file = '/builds/a/b/reports/out/run #1/index.html';
  t.equal(pageUrl(file, env), `${env.CI_JOB_URL}/artifacts/file/reports/out/run%20%231/index.html`);
});

t.test('Elsewhere, and outside of GitLab, there is no address', async (t) => {
  t.equal(pageUrl('/builds/a/c/index.html', env), undefined);
  t.equal(pageUrl(undefined, env), undefined);
  t.equal(pageUrl('/builds/a/b/index.html', {}), undefined);
});

t.test('Why there is none is said', async (t) => {
  const inside = '/builds/a/b/index.html';
  t.equal(missingPageUrl(inside, env), undefined);
  t.match(missingPageUrl(inside, {}), /^outside of GitLab CI/);
  t.match(missingPageUrl(undefined, env), /^none is written \(--to html,gitlab/);
  t.match(missingPageUrl('/tmp/index.html', env), /^"\/tmp\/index.html" lies outside of \$CI_PROJECT_DIR/);
});

t.test('A report for GitLab that can link to nothing says so', async (t) => {
  const cwd = t.testdir({
    'log.jsonl': recordRun([])
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
  });
  const wrote = `note: wrote ${join(cwd, 'annotations.json')}\n`;
  const check = async (variables: Readonly<Record<string, string>>, says: string): Promise<void> => {
    const words = ['report', 'log.jsonl', '--to=gitlab,html'];
    const { status, stderr } = await rootlab(t, words, { cwd, env: { ...env, ...variables } });
    t.equal(status, 0);
    t.equal(stderr, `${says}${wrote}note: wrote ${join(cwd, 'index.html')}\n`);
  };
  await check({ CI_PROJECT_DIR: cwd }, '');
  const note = 'note: reporter "gitlab" cannot link to the page: outside of GitLab CI';
  await check({ CI_JOB_URL: '' }, `${note} ($CI_JOB_URL, $CI_PROJECT_DIR) nobody knows its address\n`);
});

function checkPath(t: Test, checkout: string | undefined, path: string, expected: string): void {
  t.equal(repositoryPath(path, checkout === undefined ? {} : { GITHUB_WORKSPACE: checkout }), expected);
}

t.test('GitHub names a file from the root of its checkout, wherever the run was started', async (t) => {
  const root = t.testdir({ 'here.yaml': '' });
  mkdirSync(join(root, 'tests/scenarios'), { recursive: true });
  writeFileSync(join(root, 'tests/scenarios/a.yaml'), '');
  symlinkSync(root, join(root, 'link'));
  const before = process.cwd();
  t.teardown(() => process.chdir(before));
  process.chdir(join(root, 'tests'));
  checkPath(t, root, 'scenarios/a.yaml', 'tests/scenarios/a.yaml');
  checkPath(t, root, 'scenarios/gone.yaml', 'tests/scenarios/gone.yaml');
  checkPath(t, root, '../here.yaml', 'here.yaml');
  checkPath(t, join(root, 'link'), 'scenarios/a.yaml', 'tests/scenarios/a.yaml');
  checkPath(t, join(root, 'tests/scenarios'), '../here.yaml', '../here.yaml');
  checkPath(t, undefined, 'scenarios/a.yaml', 'scenarios/a.yaml');
});
