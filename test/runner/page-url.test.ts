import t from 'tap';
import { pageUrl } from '../../runner/commands/page-url.ts';

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
