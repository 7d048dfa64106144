/** Looking into a stack of layers without mounting it, and what its tree says about itself. */
import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { namesIn } from '../glimpse.ts';

export interface ImageLabels {
  /** `Debian GNU/Linux 12 (bookworm)`. */
  readonly os?: string | undefined;
  /** `debian`, `12`. */
  readonly osId?: string | undefined;
  readonly osVersion?: string | undefined;
  /** `252`; absent in a tree without systemd. */
  readonly systemd?: string | undefined;
  /** The package's own version, where the tree's package database tells it. */
  readonly systemdFull?: string | undefined;
}

/** Read, never executed: the tree may be of another architecture, or hostile. */
export function readLabels(layers: readonly string[]): ImageLabels {
  const release = parseEnv(
    readInLayers(layers, 'etc/os-release') ?? readInLayers(layers, 'usr/lib/os-release') ?? '',
  );
  const full = packageVersion(bytesInLayers(layers, 'var/lib/dpkg/status'), 'systemd');
  const systemd = sharedLibraryVersion(layers) ?? /^(?:\d+:)?(\d+)/.exec(full ?? '')?.[1];
  return {
    os: release['PRETTY_NAME'],
    osId: release['ID'],
    osVersion: release['VERSION_ID'],
    systemd,
    systemdFull: full,
  };
}

/** The database is a megabyte or more, of which one paragraph becomes text. */
function packageVersion(status: Buffer | undefined, name: string): string | undefined {
  const head = `Package: ${name}\n`;
  const start = status?.indexOf(head) === 0 ? 0 : (status?.indexOf(`\n${head}`) ?? -1);
  if (status === undefined || start < 0) return undefined;
  const end = status.indexOf('\n\n', start + 1);
  const stanza = status.toString('utf8', start, end < 0 ? undefined : end);
  return /^Status: install ok installed$/m.test(stanza) ? /^Version: (.+)$/m.exec(stanza)?.[1] : undefined;
}

function sharedLibraryVersion(layers: readonly string[]): string | undefined {
  const libraries = [...listInLayers(layers, 'usr/lib'), ...listInLayers(layers, 'usr/lib64')];
  const triplets = libraries
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => `usr/lib/${name}/systemd`);
  for (const directory of ['usr/lib/systemd', 'usr/lib64/systemd', 'lib/systemd', ...triplets]) {
    for (const name of listInLayers(layers, directory)) {
      const version = /^libsystemd-shared-(\d+).*\.so$/.exec(name)?.[1];
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

export function readInLayers(layers: readonly string[], path: string): string | undefined {
  return bytesInLayers(layers, path)?.toString('utf8');
}

function bytesInLayers(layers: readonly string[], path: string): Buffer | undefined {
  const found = find(layers, path);
  if (found === undefined) return undefined;
  try {
    return readFileSync(join(found.layer, found.path));
  } catch {
    return undefined;
  }
}

/** Whether one of `paths` is there. */
export function hasInLayers(layers: readonly string[], paths: readonly string[]): boolean {
  return paths.some((path) => find(layers, path) !== undefined);
}

function listInLayers(layers: readonly string[], path: string): readonly string[] {
  const found = find(layers, path);
  if (found === undefined) return [];
  return [...new Set(layers.flatMap((layer) => namesIn(join(layer, found.path))))];
}

/** The uppermost layer that has `path`, symbolic links followed within the tree and never out of it. */
function find(layers: readonly string[], path: string): { layer: string; path: string } | undefined {
  const ahead = path.split('/');
  let found = { layer: layers[0] ?? '', path: '' };
  for (let steps = 0; steps < 200; steps++) {
    const name = ahead.shift();
    if (name === undefined) return found;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      found = { ...found, path: found.path.split('/').slice(0, -1).join('/') };
      continue;
    }
    const next = found.path === '' ? name : `${found.path}/${name}`;
    const hit = uppermost(layers, next);
    if (hit === undefined) return undefined;
    if (hit.target === undefined) {
      found = { layer: hit.layer, path: next };
      continue;
    }
    if (hit.target.startsWith('/')) found = { ...found, path: '' };
    ahead.unshift(...hit.target.split('/'));
  }
  return undefined;
}

function uppermost(layers: readonly string[], path: string): { layer: string; target?: string } | undefined {
  for (const layer of layers) {
    const full = join(layer, path);
    const stat = statOf(full);
    if (stat === undefined) continue;
    // overlayfs writes "removed here" as a character device 0:0.
    if (stat.isCharacterDevice() && stat.rdev === 0) return undefined;
    return stat.isSymbolicLink() ? { layer, target: readlinkSync(full) } : { layer };
  }
  return undefined;
}

/** Undefined also where what leads there is no directory. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
