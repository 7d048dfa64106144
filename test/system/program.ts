/** The program as a person has it: a process with words, two streams and an end. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Test } from 'tap';

import { runIdentity } from '../../runner/capsule/identity.ts';
import { homeDirectory } from '../../runner/home.ts';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The name of its run, which all that it makes bears. */
  readonly id: string;
  /** Once it has said this on either stream. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

export interface ProgramOptions {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?: string | undefined;
  /** Words before the program: `unshare --net`. */
  readonly walls?: readonly string[] | undefined;
}

export async function rootlab(
  t: Test,
  argv: readonly string[],
  options: ProgramOptions = {},
): Promise<Ended> {
  return startRootlab(t, argv, options).ended;
}

/** A test that is itself ended, for want of time say, runs no teardown; a machine that is kept would stay for ever. */
const endsWithUs = ['setpriv', '--pdeathsig', 'TERM'];

export function startRootlab(t: Test, argv: readonly string[], options: ProgramOptions = {}): Running {
  const words = [...endsWithUs, ...(options.walls ?? []), ...program, ...argv];
  const began = performance.now();
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: options.cwd,
    // Under a CI service a run says which reporter it chose for it.
    env: { ...process.env, GITHUB_ACTIONS: '', GITLAB_CI: '', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const seen = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (seen[stream] += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...seen, tookMs: performance.now() - began }));
  });
  t.teardown(() => child.kill('SIGTERM'));
  const pid = child.pid ?? 0;
  return {
    child,
    pid,
    id: runIdentity(pid),
    ended,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(`${seen.stdout}\n${seen.stderr}`);
          if (found !== null) resolve(found);
        };
        for (const stream of [child.stdout, child.stderr]) stream.on('data', look);
        look();
        void ended.then(({ stdout, stderr }) =>
          reject(new Error(`it ended without ${String(pattern)}:\n${stdout}\n${stderr}`)),
        );
      }),
  };
}

/** For commands that are done in a moment, without a machine. */
export function rootlabNow(
  words: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const [file = '', ...rest] = program;
  return spawnSync(file, [...rest, ...words], { encoding: 'utf8', ...options });
}

/** Scenarios and what they need in a folder of their own; answers its path. */
export function scenarioFolder(t: Test, files: Readonly<Record<string, string>>): string {
  return t.testdir(files);
}

/** Of 127.0.0.1, for a moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The bundle starts faster; the sources are what is tested where it is older than they are. */
export const program = isFresh()
  ? [join(homeDirectory, 'dist/rootlab')]
  : [process.execPath, '--import', import.meta.resolve('tsx'), join(homeDirectory, 'runner/start.ts')];

function isFresh(): boolean {
  const bundled = statSync(join(homeDirectory, 'dist/main.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return ['src', 'reports', 'runner'].every((folder) => newest(join(homeDirectory, folder)) < bundled);
}

function newest(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
  });
  return Math.max(0, ...times);
}
