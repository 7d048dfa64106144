/** Looking into a stack of layers without mounting it, and what its tree says about itself. */
import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

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
export async function readLabels(layers: readonly string[]): Promise<ImageLabels> {
  const release = parseEnv(
    (await readInLayers(layers, 'etc/os-release')) ??
      (await readInLayers(layers, 'usr/lib/os-release')) ??
      '',
  );
  const full = packageVersion((await readInLayers(layers, 'var/lib/dpkg/status')) ?? '', 'systemd');
  const systemd = (await sharedLibraryVersion(layers)) ?? /^(?:\d+:)?(\d+)/.exec(full ?? '')?.[1];
  return {
    os: release['PRETTY_NAME'],
    osId: release['ID'],
    osVersion: release['VERSION_ID'],
    systemd,
    systemdFull: full,
  };
}

function packageVersion(status: string, name: string): string | undefined {
  const start = status.startsWith(`Package: ${name}\n`) ? 0 : status.indexOf(`\nPackage: ${name}\n`);
  if (start < 0) return undefined;
  const end = status.indexOf('\n\n', start + 1);
  const stanza = status.slice(start, end < 0 ? undefined : end);
  return /^Status: install ok installed$/m.test(stanza) ? /^Version: (.+)$/m.exec(stanza)?.[1] : undefined;
}

async function sharedLibraryVersion(layers: readonly string[]): Promise<string | undefined> {
  const libraries = [
    ...(await listInLayers(layers, 'usr/lib')),
    ...(await listInLayers(layers, 'usr/lib64')),
  ];
  const triplets = libraries
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => `usr/lib/${name}/systemd`);
  for (const directory of ['usr/lib/systemd', 'usr/lib64/systemd', 'lib/systemd', ...triplets]) {
    for (const name of await listInLayers(layers, directory)) {
      const version = /^libsystemd-shared-(\d+).*\.so$/.exec(name)?.[1];
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

export async function readInLayers(layers: readonly string[], path: string): Promise<string | undefined> {
  const found = await find(layers, path);
  if (found === undefined) return undefined;
  return readFile(join(found.layer, found.path), 'utf8').catch(() => undefined);
}

/** Whether one of `paths` is there. */
export async function hasInLayers(layers: readonly string[], paths: readonly string[]): Promise<boolean> {
  return (await Promise.all(paths.map((path) => find(layers, path)))).some((found) => found !== undefined);
}

async function listInLayers(layers: readonly string[], path: string): Promise<readonly string[]> {
  const found = await find(layers, path);
  if (found === undefined) return [];
  const lists = layers.map((layer) => readdir(join(layer, found.path)).catch(() => []));
  return [...new Set((await Promise.all(lists)).flat())];
}

/** The uppermost layer that has `path`, symbolic links followed within the tree and never out of it. */
async function find(
  layers: readonly string[],
  path: string,
): Promise<{ layer: string; path: string } | undefined> {
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
    const hit = await uppermost(layers, next);
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

async function uppermost(
  layers: readonly string[],
  path: string,
): Promise<{ layer: string; target?: string } | undefined> {
  for (const layer of layers) {
    const full = join(layer, path);
    const stat = await lstat(full).catch(() => undefined);
    if (stat === undefined) continue;
    // overlayfs writes "removed here" as a character device 0:0.
    if (stat.isCharacterDevice() && stat.rdev === 0) return undefined;
    return stat.isSymbolicLink() ? { layer, target: await readlink(full) } : { layer };
  }
  return undefined;
}
