/** Images for system tests. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineImage } from '../../runner/backends/nspawn/machine.ts';
import { homeDirectory } from '../../runner/home.ts';
import { ensureImage } from '../../runner/images/ensure.ts';
import { readLabels } from '../../runner/images/layers.ts';
import { resolveImage } from '../../runner/images/resolve.ts';
import { parseConfiguration } from '../../src/image.ts';

/**
 * An image of the shipped catalogue, built once into the cache; undefined where this computer cannot (no root).
 * ROOTLAB_TEST_TREES may name a directory with ready trees, which are taken instead.
 */
export async function testImage(name: string): Promise<MachineImage | undefined> {
  const trees = process.env['ROOTLAB_TEST_TREES'];
  const layer = trees === undefined ? undefined : join(trees, name);
  if (layer !== undefined && existsSync(layer)) {
    return { name, layers: [layer], labels: readLabels([layer]) };
  }
  if (process.getuid?.() !== 0) return undefined;
  const directory = join(homeDirectory, 'scenarios');
  const text = readFileSync(join(directory, 'images.yaml'), 'utf8');
  const { configuration } = parseConfiguration(text, { file: 'images.yaml', directory });
  // Whatever ends the test process ends a build as well, so no signal of its own is needed.
  const { signal } = new AbortController();
  return ensureImage(resolveImage(name, configuration.images), { signal });
}
