/** What a run says of itself and of this computer: who, where, which revision. */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, machine, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import type { EventBody } from '../src/event.ts';
import type { Job } from '../src/plan.ts';
import { formatSize } from '../src/quantity.ts';
import { findHierarchies } from './capsule/hierarchy.ts';
import { version } from './home.ts';

type About = Omit<Extract<EventBody, { type: 'run-begin' }>, 'type'>;

export function aboutRun(jobs: readonly Job[]): About {
  const titles = new Set(jobs.map(({ scenario }) => scenario.title));
  const [only] = titles;
  return {
    tool: `rootlab ${version}`,
    argv: process.argv.slice(2),
    title: titles.size === 1 && only !== undefined ? only : `${titles.size} scenarios`,
    host: {
      kernel: release(),
      arch: machine(),
      os: osName(),
      cgroup: findHierarchies().kind,
      cpus: String(availableParallelism()),
      memory: formatSize(totalmem()),
      node: process.version,
    },
    ci: ci(process.env),
    git: git(process.cwd()),
  };
}

function osName(): string {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? 'unknown';
}

function ci(env: NodeJS.ProcessEnv): About['ci'] {
  if (env['GITHUB_ACTIONS'] === 'true') {
    return {
      provider: 'github',
      url: `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`,
    };
  }
  if (env['GITLAB_CI'] === 'true') return { provider: 'gitlab', url: env['CI_JOB_URL'] };
  return env['CI'] === undefined || env['CI'] === '' ? undefined : { provider: 'ci' };
}

/** Read from the files of the nearest checkout; no git is called. */
function git(from: string): About['git'] {
  for (let folder = from; ; folder = dirname(folder)) {
    const head = join(folder, '.git', 'HEAD');
    if (existsSync(head)) {
      const text = readFileSync(head, 'utf8').trim();
      const ref = /^ref: (.*)$/.exec(text)?.[1];
      if (ref === undefined) return { sha: text, ref: 'detached' };
      const loose = join(folder, '.git', ref);
      const packed = join(folder, '.git', 'packed-refs');
      const sha = existsSync(loose)
        ? readFileSync(loose, 'utf8').trim()
        : existsSync(packed)
          ? readFileSync(packed, 'utf8')
              .split('\n')
              .find((line) => line.endsWith(` ${ref}`))
              ?.split(' ')[0]
          : undefined;
      return sha === undefined ? undefined : { sha, ref };
    }
    if (dirname(folder) === folder) return undefined;
  }
}
