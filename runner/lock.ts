/**
 * A lock between processes, named by a file.
 * The kernel's own (flock), held by a small helper that ends with its pipe: a killed holder frees it at once, so
 * there is no stale lock to break and no race in breaking it, also between pid namespaces that share the cache.
 * The file says who holds it (pid and start time), for people.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { UserError } from '../src/error.ts';

export type Lock = AsyncDisposable;
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once when another holds it: that process's pid, where known. */
  readonly onWait?: ((pid: number | undefined) => void) | undefined;
}

const holder = 'printf "%s\\n" "$1" >"$0" && echo locked && exec cat >/dev/null';

async function acquireLock(file: string, options: LockOptions = {}): Promise<Lock> {
  const lock = await hold(file, [], options);
  if (lock === undefined) throw new UserError(`cannot lock "${file}"`, { status: 3 });
  return lock;
}

export async function withLock<T>(file: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  const lock = await acquireLock(file, options);
  try {
    return await action();
  } finally {
    await lock[Symbol.asyncDispose]();
  }
}

/** Undefined where another holds it. */
export async function tryLock(file: string): Promise<Lock | undefined> {
  return hold(file, ['--nonblock', '--conflict-exit-code', '75'], {});
}

async function hold(file: string, flags: readonly string[], options: LockOptions): Promise<Lock | undefined> {
  options.signal?.throwIfAborted();
  const owner = `${process.pid} ${await startTime(process.pid)}`;
  // A session of its own: Ctrl-C at the terminal must not free it while we still clean up.
  const child = spawn('flock', [...flags, '--exclusive', file, 'sh', '-c', holder, file, owner], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  closed.catch(() => undefined);
  const abort = (): void => {
    child.kill('SIGKILL');
    child.stdin.destroy();
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  const waiting = setTimeout(() => void holderOf(file).then(options.onWait), 200);
  try {
    const locked = await Promise.race([
      once(child.stdout, 'data').then(() => true),
      closed.then(() => false),
    ]);
    if (locked) {
      return {
        async [Symbol.asyncDispose]() {
          child.stdin.end();
          await closed;
        },
      };
    }
    options.signal?.throwIfAborted();
    if (child.exitCode === 75) return undefined;
    throw new UserError(`cannot lock "${file}": flock ended with ${child.exitCode ?? child.signalCode}`, {
      detail: complaint.trim(),
      status: 3,
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new UserError(`cannot lock "${file}": flock is not installed`, {
        hint: 'install util-linux',
        status: 3,
      });
    }
    throw error;
  } finally {
    clearTimeout(waiting);
    options.signal?.removeEventListener('abort', abort);
  }
}

async function holderOf(file: string): Promise<number | undefined> {
  const [pid, start] = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ').map(Number);
  if (pid === undefined || start === undefined) return undefined;
  return (await startTime(pid)) === start ? pid : undefined;
}

/** In clock ticks since boot (proc(5), field 22); undefined for a process that is gone. */
export async function startTime(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const field = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return field === undefined ? undefined : Number(field);
}
