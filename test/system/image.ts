/** Images for system tests. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { MachineImage } from '../../runner/backends/nspawn/machine.ts';
import { readLabels } from '../../runner/images/layers.ts';

/** ROOTLAB_TEST_TREES names a directory with ready trees; undefined where the image is not there. */
export async function testImage(name: string): Promise<MachineImage | undefined> {
  const trees = process.env['ROOTLAB_TEST_TREES'];
  const layer = trees === undefined ? undefined : join(trees, name);
  if (layer === undefined || !existsSync(layer)) return undefined;
  return { name, layers: [layer], labels: await readLabels([layer]) };
}
