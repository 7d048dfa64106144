import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { pageUrl, repositoryPath } from '../../runner/commands/page-url.ts';

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
