/** The live computer, as drafts look at it: read, listed, asked, never changed. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';

import { cleanEnvironment } from '../capsule/environment.ts';
import { runTool } from '../process.ts';
import type { Computer } from './fact.ts';

export function thisComputer(signal: AbortSignal): Computer {
  const { username, homedir } = userInfo();
  // A step finds programs by this PATH, whatever the caller's is.
  const env = cleanEnvironment(username, homedir);
  return {
    read: (path) => orElse('', () => readFileSync(path, 'utf8')),
    list: (path) => orElse([], () => readdirSync(path)),
    target: (path) => orElse(undefined, () => readlinkSync(path)),
    isDirectory: (path) => orElse(false, () => statSync(path).isDirectory()),
    ask: async ([program = '', ...args]) => {
      // Through a shell of the clean environment: the caller's PATH must not find it.
      const argv = ['/bin/sh', '-c', 'exec "$0" "$@"', program, ...args];
      const { exit, stdout } = await runTool(argv, { signal, timeoutMs: 60_000, env });
      signal.throwIfAborted();
      return exit === 0 ? stdout : undefined;
    },
  };
}

/** What is not there, or not for us to see, is no fact. */
function orElse<T>(fallback: T, look: () => T): T {
  try {
    return look();
  } catch {
    return fallback;
  }
}
