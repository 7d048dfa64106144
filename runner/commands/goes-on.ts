/** Whether the run that writes a log still goes on. */
import { readlinkSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '../glimpse.ts';

/** Written to within the last minute: its run may go on. */
export function isFresh(log: string): boolean {
  return Date.now() - statSync(log).mtimeMs < 60_000;
}

/** By a process that we may look at: a step that says nothing for long writes nothing. */
export function isHeldOpen(log: string): boolean {
  const file = realpathSync(log);
  return namesIn('/proc').some((pid) => {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) return false;
    const folder = `/proc/${pid}/fd`;
    return namesIn(folder).some((fd) => targetOf(join(folder, fd)) === file);
  });
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
