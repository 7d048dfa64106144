/** What the kernel answers about a file, in words. */
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
