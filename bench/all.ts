/** All benchmarks, one after the other: `npm run bench`. Numbers are ratios within one run; a busy computer blurs them. */
import { spawnSync } from 'node:child_process';

let failed = 0;
for (const name of ['program', 'boot', 'checkpoint', 'session', 'pattern', 'parse']) {
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, ['--import=tsx', `bench/${name}.ts`], { stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
process.exitCode = failed;
