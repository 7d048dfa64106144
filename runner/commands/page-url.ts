/** Where a CI service will show the HTML report, once it has taken the files that its job names. */
import { relative, resolve, sep } from 'node:path';

/** GitLab shows a file of the artifacts below the address of its job; only what lies in the checkout can be one. */
export function pageUrl(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const { CI_JOB_URL: job, CI_PROJECT_DIR: checkout } = env;
  if (file === undefined || !job || !checkout) return undefined;
  const path = relative(checkout, resolve(file)).split(sep);
  return path[0] === '..' ? undefined : `${job}/artifacts/file/${path.map(encodeURIComponent).join('/')}`;
}
