/** The packages kept between builds: new ones come in whole, old ones go. */
import { readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Moved by name, so that another build sees a package whole or not at all. */
export async function keepNewDebs(newDebs: string, debs: string): Promise<void> {
  const names = await readdir(newDebs).catch(() => []);
  const known = new Set(await readdir(debs));
  for (const name of names.filter((name) => name.endsWith('.deb') && !known.has(name))) {
    await rename(join(newDebs, name), join(debs, name)).catch(() => undefined);
  }
  await rm(newDebs, { recursive: true, force: true });
}

/** Removes what came in before `beforeMs` (since the epoch); bytes freed. */
export async function pruneDebs(debs: string, beforeMs: number): Promise<number> {
  let freed = 0;
  for (const name of await readdir(debs).catch(() => [])) {
    const file = join(debs, name);
    const found = await stat(file).catch(() => undefined);
    // ctime is when it came in here; mtime is the package's own.
    if (found?.isFile() !== true || found.ctimeMs >= beforeMs) continue;
    await unlink(file).catch(() => undefined);
    freed += found.size;
  }
  return freed;
}
