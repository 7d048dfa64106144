/** An image, ready to be a root's lower layers: found by its hash, or built once under its lock. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../src/error.ts';
import { openCache, unfitForOverlay, type Cache } from '../cache.ts';
import { withLock } from '../lock.ts';
import { buildImage, type BuildOptions } from './build.ts';
import { keepNewDebs } from './debs.ts';
import { runTool, type Workplace } from './enclosure.ts';
import { hostFailure } from './failure.ts';
import { imageHash } from './hash.ts';
import { readLabels, type ImageLabels } from './layers.ts';
import type { ResolvedImage } from './resolve.ts';
import {
  lockFile,
  openImage,
  partialDirectory,
  publishImage,
  removeTree,
  removeTreeBehind,
  sweepPartials,
  touchImage,
  type ImageRecord,
  type StoredImage,
} from './store.ts';

/** Never written to: a root is an overlay with `lowerdir=${layers.join(':')}`. */
export interface BuiltImage {
  readonly name: string;
  readonly hash: string;
  /** Directories, uppermost first. */
  readonly layers: readonly string[];
  readonly labels: ImageLabels;
}
export interface EnsureOptions extends BuildOptions {
  readonly cache?: Cache | undefined;
}

export async function ensureImage(image: ResolvedImage, options: EnsureOptions): Promise<BuiltImage> {
  const cache = options.cache ?? openCache();
  const base = image.base === undefined ? undefined : await ensureImage(image.base, { ...options, cache });
  try {
    const hash = await imageHash(image, base?.hash);
    if (image.recipe?.kind === 'directory') return await useDirectory(image.name, image.recipe.path, hash);
    const stored = openImage(cache, hash) ?? (await buildLocked(image, hash, base, cache, options));
    touchImage(stored);
    return { name: image.name, hash, layers: [stored.tree, ...(base?.layers ?? [])], labels: stored.labels };
  } catch (error) {
    throw placed(error, image);
  }
}

function placed(error: unknown, { at }: ResolvedImage): unknown {
  if (!(error instanceof UserError) || at === undefined) return error;
  const { message, hint, detail, status, cause } = error;
  const recipe = `its recipe: ${at.file}:${at.line}:${at.column}`;
  return new UserError(message, {
    hint,
    detail: detail === undefined ? recipe : `${recipe}\n${detail}`,
    status,
    cause,
  });
}

async function useDirectory(name: string, path: string, hash: string): Promise<BuiltImage> {
  if (unfitForOverlay(path)) {
    throw new UserError(
      `cannot use "${path}" as image "${name}": an overlay mount takes no ":", "," or "\\" in a path`,
      {
        hint: 'rename it, or name a symbolic link to it',
      },
    );
  }
  return { name, hash, layers: [path], labels: readLabels([path]) };
}

async function buildLocked(
  image: ResolvedImage,
  hash: string,
  base: BuiltImage | undefined,
  cache: Cache,
  options: EnsureOptions,
): Promise<StoredImage> {
  const start = performance.now();
  const elapsed = (): number => performance.now() - start;
  const onWait = (pid: number | undefined): void => {
    const phase = `waiting for ${pid === undefined ? 'another process' : `process ${pid}`}, which builds it`;
    options.onProgress?.({ image: image.name, phase, elapsedMs: elapsed() });
  };
  return withLock(lockFile(cache, hash), { signal: options.signal, onWait }, async () => {
    const built = openImage(cache, hash);
    if (built !== undefined) return built;
    await sweepPartials(cache, hash);
    const directory = partialDirectory(cache, hash);
    const place: Workplace = {
      directory,
      tree: join(directory, 'tree'),
      lower: base?.layers ?? [],
      debs: cache.debs,
      newDebs: join(directory, 'debs'),
    };
    try {
      await mkdir(directory);
      await buildImage(image, place, options);
      await keepNewDebs(place.newDebs, cache.debs);
      return await publishImage(cache, directory, await record(image, hash, base, place, elapsed()));
    } catch (error) {
      if (options.signal.aborted) removeTreeBehind(directory);
      else await cleanAfter(directory, error);
      throw hostFailure(image.name, error);
    }
  });
}

async function record(
  image: ResolvedImage,
  hash: string,
  base: BuiltImage | undefined,
  place: Workplace,
  buildMs: number,
): Promise<ImageRecord> {
  for (const rest of ['root', 'tmp', 'overlay', 'debs-overlay'])
    await removeTree(join(place.directory, rest));
  const size = await runTool(
    ['du', '-sk', place.tree],
    { PATH: process.env['PATH'] ?? '' },
    { signal: new AbortController().signal },
  );
  const below =
    image.base?.recipe?.kind === 'directory'
      ? { directory: image.base.recipe.path }
      : base && { hash: base.hash };
  return {
    hash,
    name: image.name,
    labels: readLabels([place.tree, ...place.lower]),
    ...(below === undefined ? {} : { base: below }),
    buildMs: Math.round(buildMs),
    sizeBytes: Number.parseInt(size.lastLines.at(-1) ?? '0', 10) * 1024,
  };
}

/** A failed clean-up is told beside the first failure and never hides it. */
async function cleanAfter(directory: string, error: unknown): Promise<void> {
  try {
    await removeTree(directory);
  } catch (second) {
    if (!(error instanceof UserError) || !(second instanceof UserError)) return;
    throw new UserError(`${error.message} (and afterwards: ${second.message})`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.detail === undefined ? {} : { detail: error.detail }),
      status: error.status,
      cause: error,
    });
  }
}
