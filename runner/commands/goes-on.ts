/** Whether the run that writes a log still goes on. */
import { lstatSync, readlinkSync, statSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { namesIn } from '../glimpse.ts';

/** A log of one's own is written by a process that one may look at; of another's only its age tells. */
export function goesOn(log: string): boolean {
  const file = statSync(log);
  const me = process.getuid?.();
  return isWritten(log, file) || (me !== 0 && me !== file.uid && isFresh(file));
}

/** Held open to be written: a step that says nothing for long writes nothing. */
function isWritten(log: string, file: Stats): boolean {
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `/proc/${pid}/fd`)
    .some((folder) => namesIn(folder).some((fd) => isWriter(join(folder, fd), basename(log), file)));
}

/** The path that another process sees may be one of its container's; only what has the name is looked at. */
function isWriter(link: string, name: string, { dev, ino }: Stats): boolean {
  try {
    if (basename(readlinkSync(link)) !== name || (lstatSync(link).mode & 0o200) === 0) return false;
    const target = statSync(link);
    return target.dev === dev && target.ino === ino;
  } catch {
    return false;
  }
}

/** Written to within the last minute. */
function isFresh({ mtimeMs }: Stats): boolean {
  return Date.now() - mtimeMs < 60_000;
}
