/**
 * Files as they are saved. Folders are watched, not files: editors write another file and rename it into place.
 * What an event says is not believed; the files are looked at.
 */
import { readdirSync, realpathSync, watch, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import { statIfThere } from '../file-error.ts';

export interface Watched {
  /** Also such as are not there yet. */
  readonly files: readonly string[];
  /** In which new files may appear. */
  readonly folders: readonly string[];
}

export interface Saves extends Disposable {
  /** The files saved, made or removed since the last answer; undefined once aborted. */
  next(watched: () => Watched, signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** What tells one state of a file from another, as of the last look at it. */
  stamp(file: string): string;
}

/** An editor's several writes and renames are one save. */
const settleMs = 50;

export function openSaves(): Saves {
  const watchers = new Map<string, FSWatcher>();
  const stamps = new Map<string, string>();
  let wake: (() => void) | undefined;
  const stamp = (file: string): string => {
    const known = stamps.get(file) ?? look(file);
    stamps.set(file, known);
    return known;
  };
  const changed = (files: readonly string[]): readonly string[] =>
    files.filter((file) => {
      const before = stamps.get(file);
      const now = look(file);
      stamps.set(file, now);
      return now !== before;
    });
  const follow = ({ files, folders }: Watched): void => {
    const wanted = new Set([...files.flatMap(placesOf), ...folders]);
    for (const [folder, watcher] of watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of wanted) {
      if (watchers.has(folder) || statIfThere(folder) === undefined) continue;
      const watcher = watch(folder, () => wake?.());
      // A folder that goes away is told by the one above it.
      watcher.on('error', () => watchers.delete(folder));
      watchers.set(folder, watcher);
    }
  };
  return {
    stamp,
    async next(watched, signal) {
      for (const file of watched().files) stamp(file);
      using aborted = onAbort(signal, () => wake?.());
      void aborted;
      for (;;) {
        const event = new Promise<void>((resolve) => (wake = resolve));
        const now = watched();
        follow(now);
        // What was saved before the folder was watched is seen here.
        const files = changed(now.files);
        if (signal.aborted) return undefined;
        if (files.length > 0) return files;
        await event;
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, settleMs));
      }
    },
    [Symbol.dispose]() {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

function onAbort(signal: AbortSignal, tell: () => void): Disposable {
  signal.addEventListener('abort', tell);
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', tell) };
}

/** Those below `folder` and itself, without what is hidden, installed, or `except`. */
export function foldersBelow(folder: string, except: string): readonly string[] {
  const below = foldersIn(folder)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .map((name) => join(folder, name))
    .filter((path) => path !== except);
  return [folder, ...below.flatMap((path) => foldersBelow(path, except))];
}

function foldersIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    // It may have gone meanwhile.
    return [];
  }
}

function look(file: string): string {
  const stat = statIfThere(file);
  return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

/** Behind a link both may be saved. */
function placesOf(file: string): readonly string[] {
  try {
    return [dirname(file), dirname(realpathSync(file))];
  } catch {
    return [dirname(file)];
  }
}
