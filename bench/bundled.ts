/**
 * Runs a benchmark bundled as the program is, for tsx makes every function anew with its name:
 * `node --import=tsx bench/bundled.ts bench/parse.ts`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directory = mkdtempSync(join(tmpdir(), 'rootlab-bench-'));
try {
  const outfile = join(directory, 'bundle.cjs');
  const options = ['--bundle', '--minify', '--platform=node', '--format=cjs', '--log-level=error'];
  const argv = [process.argv[2] ?? '', ...options, `--outfile=${outfile}`];
  if (spawnSync('node_modules/.bin/esbuild', argv, { stdio: 'inherit' }).status !== 0)
    throw new Error('esbuild failed');
  process.exitCode = spawnSync(process.execPath, [outfile], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
