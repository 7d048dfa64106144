/** Which images to remove, and removing them while others may be at work. */
import { readdir, readFile, rename } from 'node:fs/promises';
import type { Cache } from '../cache.ts';
import { tryLock } from '../lock.ts';
import { pruneCheckpoints } from '../checkpoints.ts';
import { pruneDebs } from './debs.ts';
import {
  listImages,
  lockFile,
  partialDirectory,
  removeTree,
  sweepImages,
  type StoredImage,
} from './store.ts';

export interface PruneLimits {
  /** Not used for longer than this. */
  readonly olderThanMs?: number | undefined;
  /** Of all images together; those unused for longest go first. */
  readonly maxBytes?: number | undefined;
  /** These, however young. */
  readonly hashes?: ReadonlySet<string> | undefined;
  readonly nowMs: number;
}
export interface Pruned {
  readonly removed: readonly StoredImage[];
  /** Would have gone, but a root made from them is mounted. */
  readonly inUse: readonly StoredImage[];
  readonly freedBytes: number;
}

export async function pruneImages(cache: Cache, limits: PruneLimits): Promise<Pruned> {
  await sweepImages(cache);
  const chosen = chooseImages(await listImages(cache), limits);
  const mounted = await mountTables();
  const removed: StoredImage[] = [];
  const inUse: StoredImage[] = [];
  for (const image of chosen) {
    await using lock = await tryLock(lockFile(cache, image.hash));
    if (lock === undefined || mounted.some((table) => table.includes(image.tree))) {
      inUse.push(image);
      continue;
    }
    const directory = partialDirectory(cache, image.hash);
    await rename(image.directory, directory);
    await removeTree(directory);
    removed.push(image);
  }
  const besideBytes =
    limits.olderThanMs === undefined ? 0 : await pruneBeside(cache, limits.nowMs - limits.olderThanMs);
  return {
    removed,
    inUse,
    freedBytes: besideBytes + removed.reduce((sum, image) => sum + image.sizeBytes, 0),
  };
}

/** Packages and checkpoints: nothing stands on them. */
async function pruneBeside(cache: Cache, beforeMs: number): Promise<number> {
  return (await pruneDebs(cache.debs, beforeMs)) + (await pruneCheckpoints(cache, beforeMs));
}

/** Pure. An image another one stands on stays as long as that one; so derived ones come before their base. */
export function chooseImages(images: readonly StoredImage[], limits: PruneLimits): readonly StoredImage[] {
  const kept = new Map(images.map((image) => [image.hash, image]));
  const isBase = (hash: string): boolean =>
    [...kept.values()].some(
      (other) => other.base !== undefined && 'hash' in other.base && other.base.hash === hash,
    );
  const chosen: StoredImage[] = [];
  const oldest = images.toSorted((a, b) => a.usedMs - b.usedMs);
  for (;;) {
    const total = [...kept.values()].reduce((sum, image) => sum + image.sizeBytes, 0);
    const next = oldest.find(
      (image) =>
        kept.has(image.hash) &&
        !isBase(image.hash) &&
        (limits.hashes?.has(image.hash) === true ||
          (limits.olderThanMs !== undefined && limits.nowMs - image.usedMs > limits.olderThanMs) ||
          (limits.maxBytes !== undefined && total > limits.maxBytes)),
    );
    if (next === undefined) return chosen;
    chosen.push(next);
    kept.delete(next.hash);
  }
}

/** Of every process: a root's layers are mounted in a capsule's own namespace. */
async function mountTables(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => '')));
}
