/** Programs beside the sessions of a machine: run one, put a file there, get one. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

import { UserError } from '../../src/error.ts';
import type { ExecOptions, ExecResult, Machine, ShellPlace } from '../machine.ts';
import { killTree } from '../session/kill.ts';

/** A program that floods us must not fill our memory; evidence and checks are far smaller. */
const outputLimitBytes = 64 * 1024 * 1024;

export interface RawResult {
  readonly exit: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly timedOut: boolean;
  /** More came than is kept. */
  readonly cut: boolean;
}

/** Where a program runs. */
export interface ProgramPlace extends Pick<ShellPlace, 'prefix' | 'env'> {
  /** On another computer: the words that run it there, and what ends it, which the end of our process does not. */
  readonly away?: ((argv: readonly string[]) => { words: readonly string[]; end(): void }) | undefined;
}

/** argv at `place`, as root unless `user` says otherwise; a time-out or an abort kills all that it started. */
export function runAt(
  place: ProgramPlace,
  argv: readonly string[],
  options: ExecOptions,
): Promise<RawResult> {
  const env = Object.entries({ ...place.env, ...options.env }).map(([name, value]) => `${name}=${value}`);
  const become =
    options.user === undefined || options.user === 'root'
      ? []
      : ['setpriv', ...identityOptions(options.user)];
  const words = ['env', '-i', ...env, ...become, ...argv];
  const away = place.away?.(words);
  const [file = 'env', ...rest] = [...place.prefix, ...(away?.words ?? words)];
  return new Promise((resolve, reject) => {
    options.signal.throwIfAborted();
    const child = spawn(file, rest, { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let kept = 0;
    const keep = (list: Buffer[]) => (chunk: Buffer) => {
      kept += chunk.length;
      if (kept <= outputLimitBytes) list.push(chunk);
    };
    child.stdout.on('data', keep(out));
    child.stderr.on('data', keep(err));
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
    let timedOut = false;
    const kill = (): void => {
      away?.end();
      if (child.pid !== undefined) killTree(child.pid);
      // A child that left the tree may hold the pipes for ever.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            kill();
          }, options.timeoutMs);
    options.signal.addEventListener('abort', kill);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', kill);
      act();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('close', (status, signal) =>
      settle(() => {
        if (options.signal.aborted && !timedOut) return reject(options.signal.reason);
        const exit = status ?? (signal === 'SIGKILL' ? 137 : 143);
        const cut = kept > outputLimitBytes;
        resolve({ exit, stdout: Buffer.concat(out), stderr: Buffer.concat(err), timedOut, cut });
      }),
    );
  });
}

export async function execAt(
  place: ProgramPlace,
  argv: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const { exit, stdout, stderr, timedOut } = await runAt(place, argv, options);
  return { exit, timedOut, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
}

const putScript = `set -e
path=$1 mode=$2 owner=$3
mkdir -p -- "$(dirname -- "$path")"
cat >"$path"
[ -z "$owner" ] || chown -- "$owner" "$path"
[ -z "$mode" ] || chmod -- "$mode" "$path"`;

/** `put` and `get` of a machine, typed inside it, so that its links stay its own. */
export function fileAccess(place: ProgramPlace): Pick<Machine, 'put' | 'get'> {
  return {
    async put(file, signal) {
      const argv = ['sh', '-c', putScript, 'put', file.path, file.mode ?? '', file.owner ?? ''];
      const { exit, stderr } = await runAt(place, argv, { signal, stdin: file.content });
      if (exit !== 0)
        throw new UserError(
          `cannot write "${file.path}": ${lastLine(stderr).replace(/^put: \d+: /, '') || `exit ${exit}`}`,
          {
            hint: `is ${dirname(file.path)} a directory of the machine that can be written to?`,
            status: 3,
          },
        );
    },
    async get(path, signal) {
      const { exit, stdout, stderr, cut } = await runAt(place, ['cat', '--', path], { signal });
      if (cut)
        throw new UserError(`cannot read "${path}": it is larger than ${outputLimitBytes / 1024 ** 2} MB`, {
          status: 3,
        });
      if (exit !== 0)
        throw new UserError(
          `cannot read "${path}": ${lastLine(stderr).replace(/^put: \d+: /, '') || `exit ${exit}`}`,
          { status: 3 },
        );
      return stdout;
    },
  };
}

function identityOptions(user: string): readonly string[] {
  return [`--reuid=${user}`, `--regid=${user}`, '--init-groups', '--'];
}

function lastLine(bytes: Buffer): string {
  return bytes.toString('utf8').trim().split('\n').at(-1) ?? '';
}
