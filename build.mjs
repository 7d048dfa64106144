// Bundles the program: an entry that starts fast, and chunks that load when they are needed.
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const assets = new URL('./reports/html/assets.mjs', import.meta.url);
if (existsSync(assets)) await (await import(assets.href)).writeAssets();

rmSync(`${here}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: ['runner/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  chunkNames: 'chunk-[hash]',
  legalComments: 'none',
  // CommonJS packages call require for Node's own modules.
  banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);" },
});
chmodSync(`${here}dist/main.js`, 0o755);
