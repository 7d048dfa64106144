/** The directory of a run on a disk, for what must not lie in memory: made at first use, gone with the run. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export const workPrefix = 'rootlab-';

/** A disk wherever /tmp may be a tmpfs; the user's own choice first. */
export function workRoot(): string {
  return process.env['TMPDIR'] ?? '/var/tmp';
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
