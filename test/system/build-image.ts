/**
 * A process that builds one image, for tests that run several or end one: CACHE and a ResolvedImage as JSON.
 * Prints `phase <phase>` lines, then one JSON line: layers, or what failed and what the cache then held.
 */
import { readdir } from 'node:fs/promises';
import { openCache } from '../../runner/cache.ts';
import { ensureImage } from '../../runner/images/ensure.ts';
import { UserError } from '../../src/error.ts';

const [directory, image] = process.argv.slice(2);
if (directory === undefined || image === undefined) throw new Error('usage: build-image.ts CACHE IMAGE');
const controller = new AbortController();
process.once('SIGINT', () => controller.abort(new UserError('interrupted', { status: 3 })));
const cache = openCache(directory);
try {
  const built = await ensureImage(JSON.parse(image), { cache, signal: controller.signal, onProgress: tell });
  console.log(JSON.stringify({ layers: built.layers }));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  const { message, hint, detail, status } = error;
  console.log(
    JSON.stringify({ error: { message, hint, detail, status }, left: await readdir(cache.images) }),
  );
}

function tell({ phase }: { readonly phase: string }): void {
  console.log(`phase ${phase}`);
}
