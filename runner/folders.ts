/** Folders on the way to what a run writes. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { statIfThere } from './file-error.ts';

/** Node's own `recursive` never ends where the kernel refuses with ENOENT, as in /proc (20.20). */
export function makeFolders(directory: string): void {
  if (statIfThere(directory)?.isDirectory() === true) return;
  if (dirname(directory) !== directory) makeFolders(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another run may have been first.
    if (statIfThere(directory)?.isDirectory() !== true) throw error;
  }
}

/** Whether it is there, or can be made: nothing that is no folder stands on its way. */
export function mayBeFolder(directory: string): boolean {
  const stat = statIfThere(directory);
  if (stat !== undefined) return stat.isDirectory();
  return dirname(directory) !== directory && mayBeFolder(dirname(directory));
}
