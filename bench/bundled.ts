/**
 * Runs a benchmark bundled as the program is, for tsx makes every function anew with its name:
 * `node --import=tsx bench/bundled.ts bench/parse.ts`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const directory = mkdtempSync(join(tmpdir(), 'rootlab-bench-'));
try {
  const outfile = join(directory, 'bundle.cjs');
  buildSync({
    entryPoints: [process.argv[2] ?? ''],
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
  });
  process.exitCode = spawnSync(process.execPath, [outfile], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
