/** All benchmarks, one after the other: `npm run bench`. Numbers are ratios within one run; a busy computer blurs them. */
import { spawnSync } from 'node:child_process';

let failed = 0;
for (const command of [
  'program.ts',
  'boot.ts',
  'checkpoint.ts',
  'engine.ts',
  'session.ts',
  'resources.ts',
  'pattern.ts',
  'page.ts',
  'bundled.ts bench/parse.ts',
  'jobs.ts',
]) {
  console.log(`\n${command}`);
  const argv = ['--import=tsx', ...`bench/${command}`.split(' ')];
  const { status } = spawnSync(process.execPath, argv, { stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
process.exitCode = failed;
