/** Where images and packages are kept between runs: the cache directory and the places in it. */
import { mkdirSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../src/error.ts';
import { fileCause, isNowhere } from './file-error.ts';

export interface Cache {
  readonly directory: string;
  /** One directory an image, named by the hash of its recipe. */
  readonly images: string;
  readonly locks: string;
  /** One directory a job. */
  readonly checkpoints: string;
  /** Debian packages, shared by all builds. */
  readonly debs: string;
}

/**
 * ROOTLAB_CACHE, else XDG_CACHE_HOME/rootlab, else ~/.cache/rootlab. Under sudo `~` is root's own home,
 * whatever HOME says: what root boots must not lie where another user could swap it, and no file of root's
 * must lie in that user's home.
 */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const own = env['ROOTLAB_CACHE'];
  if (own !== undefined && own !== '') return resolve(own);
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'rootlab');
  const home = env['SUDO_USER'] === undefined ? homedir() : userInfo().homedir;
  return join(home, '.cache', 'rootlab');
}

/** The places inside `directory`, made when missing. */
export function openCache(directory: string = cacheDirectory()): Cache {
  if (unfitForOverlay(directory)) {
    throw new UserError(
      `cannot use the cache directory "${directory}": an overlay mount takes no ":", "," or "\\" in a path`,
      {
        hint: 'set ROOTLAB_CACHE to another directory',
        status: 3,
      },
    );
  }
  const cache = placesIn(directory);
  try {
    for (const place of [cache.images, cache.locks, cache.checkpoints, cache.debs])
      mkdirSync(place, { recursive: true });
  } catch (error) {
    throw new UserError(`cannot make the cache directory "${directory}": ${fileCause(error)}`, {
      hint: 'set ROOTLAB_CACHE to a directory that can be written',
      // A path that leads nowhere is somebody's mistake, a full disk is not.
      status: isNowhere(error) ? 2 : 3,
      cause: error,
    });
  }
  return cache;
}

/** Whether or not they are there. */
export function placesIn(directory: string): Cache {
  return {
    directory,
    images: join(directory, 'images'),
    locks: join(directory, 'locks'),
    checkpoints: join(directory, 'checkpoints'),
    debs: join(directory, 'debs'),
  };
}

/** Whether a path cannot stand in a list of lower layers. */
export function unfitForOverlay(path: string): boolean {
  return /[:,\\\n]/.test(path);
}
