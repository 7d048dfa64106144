/** The images in the cache: opened, published, listed; what killed builds left is swept. */
import { spawn } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { UserError } from '../../src/error.ts';
import type { Cache } from '../cache.ts';
import { statIfThere } from '../file-error.ts';
import { textOf } from '../glimpse.ts';
import { tryLock } from '../lock.ts';
import { runTool } from './enclosure.ts';
import type { ImageLabels } from './layers.ts';

/** What lies beside an image's tree, as `image.json`. */
export interface ImageRecord {
  readonly hash: string;
  readonly name: string;
  readonly labels: ImageLabels;
  /** The image below, by its hash, or by its directory where that is used in place. */
  readonly base?: { readonly hash: string } | { readonly directory: string } | undefined;
  readonly buildMs: number;
  /** Of its own layer. */
  readonly sizeBytes: number;
}
export interface StoredImage extends ImageRecord {
  readonly directory: string;
  readonly tree: string;
  readonly usedMs: number;
}

/** `<hash>.<random>.partial`: being built or being removed, by whoever holds the lock of `<hash>`. */
const partial = /^([0-9a-f]{32})\.[0-9a-f-]+\.partial$/;

export function partialDirectory(cache: Cache, hash: string): string {
  return join(cache.images, `${hash}.${randomUUID().slice(0, 8)}.partial`);
}
export function lockFile(cache: Cache, hash: string): string {
  return join(cache.locks, hash);
}

/** Undefined where it is not there, whole. */
export function openImage(cache: Cache, hash: string): StoredImage | undefined {
  const directory = join(cache.images, hash);
  const file = join(directory, 'image.json');
  const usedMs = statIfThere(file)?.mtimeMs;
  const text = textOf(file);
  if (usedMs === undefined || text === '') return undefined;
  const record: ImageRecord = JSON.parse(text);
  return { ...record, directory, tree: join(directory, 'tree'), usedMs };
}

/** The file's time says when it was used last. */
export function touchImage(image: StoredImage): void {
  const now = new Date();
  try {
    utimesSync(join(image.directory, 'image.json'), now, now);
  } catch {
    // Of a cache that cannot be written to.
  }
}

/** The caller holds its lock. */
export async function publishImage(cache: Cache, partial: string, record: ImageRecord): Promise<StoredImage> {
  const directory = join(cache.images, record.hash);
  await writeFile(join(partial, 'image.json'), `${JSON.stringify(record)}\n`);
  await rename(partial, directory);
  return { ...record, directory, tree: join(directory, 'tree'), usedMs: Date.now() };
}

/** Newest use first. */
export async function listImages(cache: Cache): Promise<readonly StoredImage[]> {
  const names = await readdir(cache.images);
  const found = names.filter((name) => /^[0-9a-f]{32}$/.test(name)).map((hash) => openImage(cache, hash));
  return found.filter((image) => image !== undefined).toSorted((a, b) => b.usedMs - a.usedMs);
}

/** Removes what killed builds left; those still at work hold their lock and are let be. Names of what went. */
export async function sweepImages(cache: Cache): Promise<readonly string[]> {
  const swept: string[] = [];
  for (const name of await readdir(cache.images)) {
    const hash = partial.exec(name)?.[1];
    if (hash === undefined) continue;
    await using lock = await tryLock(lockFile(cache, hash));
    if (lock === undefined) continue;
    await removeTree(join(cache.images, name));
    swept.push(name);
  }
  return swept;
}

/** The caller holds the lock of `hash`. */
export async function sweepPartials(cache: Cache, hash: string): Promise<void> {
  for (const name of await readdir(cache.images)) {
    if (partial.exec(name)?.[1] === hash) await removeTree(join(cache.images, name));
  }
}

/** Returns at once: on a busy disk a big tree takes seconds to go, and who pressed Ctrl-C does not wait for it. */
export function removeTreeBehind(directory: string): void {
  spawn('rm', ['-rf', '--one-file-system', '--', directory], { detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref();
}

/** Never follows a mount; what `chattr +i` guards is opened first. */
export async function removeTree(directory: string): Promise<void> {
  const script =
    'rm -rf --one-file-system -- "$0" 2>/dev/null || { chattr -R -i -- "$0" 2>/dev/null; rm -rf --one-file-system -- "$0"; }';
  const env = { PATH: process.env['PATH'] ?? '' };
  const result = await runTool(['sh', '-c', script, directory], env, {
    signal: new AbortController().signal,
  });
  if (result.exit === 0) return;
  throw new UserError(`cannot remove "${basename(directory)}" from the cache: rm ended with ${result.exit}`, {
    detail: result.lastLines.slice(-5).join('\n'),
    hint: `remove it by hand: rm -rf ${directory}`,
    status: 3,
  });
}
