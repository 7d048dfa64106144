/** How a CI service names files: where it will show the HTML report, and what it calls a scenario. */
import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';

/** GitLab shows a file of the artifacts below the address of its job; only what lies in the checkout can be one. */
export function pageUrl(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const { CI_JOB_URL: job, CI_PROJECT_DIR: checkout } = env;
  if (file === undefined || !job || !checkout) return undefined;
  const path = relative(checkout, resolve(file)).split(sep);
  return path[0] === '..' ? undefined : `${job}/artifacts/file/${path.map(encodeURIComponent).join('/')}`;
}

/** Why there is no such address, in words. */
export function missingPageUrl(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (pageUrl(file, env) !== undefined) return undefined;
  if (!env['CI_JOB_URL'] || !env['CI_PROJECT_DIR'])
    return 'outside of GitLab CI ($CI_JOB_URL, $CI_PROJECT_DIR) nobody knows its address';
  return file === undefined
    ? 'none is written (--to html,gitlab writes both)'
    : `"${file}" lies outside of $CI_PROJECT_DIR, so it is no artifact`;
}

/** GitHub finds a line only by a path from the root of the checkout; a file outside of it keeps its own. */
export function repositoryPath(file: string, env: NodeJS.ProcessEnv): string {
  const { GITHUB_WORKSPACE: checkout } = env;
  if (!checkout) return file;
  const path = relative(followed(checkout), followed(resolve(file))).split(sep);
  return path[0] === '..' ? file : path.join('/');
}

/** Links followed, as the current folder is told; a log may name a file that is gone. */
function followed(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
