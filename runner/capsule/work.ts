/** The places of a run outside its capsules: a directory on a disk, made at first use, and names in memory. */
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const workPrefix = 'rootlab-';

/** A disk wherever /tmp may be a tmpfs; the user's own choice first. */
export function workRoot(): string {
  return process.env['TMPDIR'] ?? '/var/tmp';
}

/** Memory rather than a disk where it can be had; what lies here loses its name as soon as it is open. */
export function memoryRoot(): string {
  try {
    accessSync('/dev/shm', constants.W_OK | constants.X_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

/** What the run `id` makes there begins with this, so that its janitor finds what was half made. */
export function memoryPrefix(id: string): string {
  return join(memoryRoot(), `${workPrefix}${id}.`);
}

export interface WorkDirectory {
  readonly path: string;
  /** Creates it if need be; fails where another made it. */
  make(): string;
  remove(): void;
}

export function workDirectory(id: string): WorkDirectory {
  const path = join(workRoot(), workPrefix + id);
  let made = false;
  return {
    path,
    make() {
      if (!made) mkdirSync(path, { mode: 0o700 });
      made = true;
      return path;
    },
    remove() {
      if (made) rmSync(path, { recursive: true, force: true });
      made = false;
    },
  };
}
