/** What the kernel answers about a file, in words. */
import { statSync, type Stats } from 'node:fs';
import { UserError } from '../src/error.ts';

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'it is there already',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such file or directory',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is no directory',
  EPERM: 'this is not permitted',
  EROFS: 'the file system is read-only',
};

/** The cause of a failed call of node:fs; what has no words here stays what Node says. */
export function fileCause(error: unknown): string {
  return words[errorCode(error)] ?? (error instanceof Error ? error.message : String(error));
}

/** `ENOENT` and the like; empty where the error has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Where a path leads nowhere: nothing is there, a part of it is a file, its links go round, or it is too long. */
const NOWHERE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);
export function isNowhere(error: unknown): boolean {
  return NOWHERE.has(errorCode(error));
}

/** What stands at a path that a person wrote; Node's own `throwIfNoEntry: false` still throws for most of these. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (isNowhere(error)) return undefined;
    throw new UserError(`cannot look at "${path}": ${fileCause(error)}`);
  }
}
