/**
 * Layers of an image, one over the other, as one tree: what a layer removes, replaces and adds.
 *
 * Each is unpacked into an empty directory of its own, where tar lets no link lead out, and only then laid over the
 * tree; no path is ever followed through a link of an earlier layer.
 */
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layer } from './layout.ts';
import { unpackInto, type BuildStep } from './recipes.ts';

export async function layOut(
  layers: readonly Layer[],
  place: { readonly directory: string; readonly tree: string },
  run: (step: BuildStep) => Promise<void>,
): Promise<void> {
  const work = join(place.directory, 'layer');
  for (const layer of layers) {
    await mkdir(work);
    await run(unpackInto(work, layer));
    await makeRoom(work, place.tree);
    await run({
      phase: 'laying out',
      argv: ['cp', '--archive', '--reflink=auto', '--no-target-directory', work, place.tree],
      inside: false,
      package: 'coreutils',
    });
    await rm(work, { recursive: true });
  }
}

const removed = '.wh.';
const opaque = '.wh..wh..opq';

/** Takes out of `tree` what the layer hides, and out of `layer` the marks that say so. */
async function makeRoom(layer: string, tree: string): Promise<void> {
  const entries = await readdir(layer, { withFileTypes: true });
  if (entries.some(({ name }) => name === opaque)) {
    const hidden = await readdir(tree).catch(() => []);
    for (const name of hidden) await remove(join(tree, name));
  }
  for (const { name } of entries) {
    if (!name.startsWith(removed)) continue;
    await rm(join(layer, name), { recursive: true });
    const hidden = name.slice(removed.length);
    // A mark such as `.wh...` would name the directory above.
    if (name !== opaque && !['', '.', '..'].includes(hidden)) await remove(join(tree, hidden));
  }
  for (const entry of entries) {
    if (entry.name.startsWith(removed)) continue;
    const below = join(tree, entry.name);
    const there = await lstat(below).catch(() => undefined);
    if (!(entry.isDirectory() && there?.isDirectory())) await remove(below);
    if (entry.isDirectory()) await makeRoom(join(layer, entry.name), below);
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
