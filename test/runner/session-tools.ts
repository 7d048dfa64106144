/** Opens a session for a test and shows what a step gave. */
import { cleanEnvironment } from '../../runner/capsule/environment.ts';
import { openSession } from '../../runner/session/index.ts';
import type { Run, RunOptions, Session, ShellPlace } from '../../runner/machine.ts';

export const never = new AbortController().signal;
export const plainOptions: RunOptions = { signal: never, timeoutMs: 10_000, outputLimitBytes: 1024 * 1024 };

export function openPlain(place: Partial<ShellPlace> = {}): Promise<Session> {
  const env = cleanEnvironment('root', '/root');
  return openSession('main', { prefix: [], env, user: 'root', cwd: '/tmp', ...place }, { signal: never });
}

export interface Seen {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  readonly ended: Run['ended'];
}

export async function type(session: Session, text: string, options: Partial<RunOptions> = {}): Promise<Seen> {
  return seen(await session.run(text, { ...plainOptions, ...options }));
}

export function seen({ exit, stdout, stderr, ended }: Run): Seen {
  return { exit, out: decode(stdout.bytes), err: decode(stderr.bytes), ended };
}

export function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
