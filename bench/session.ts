/** What one step costs: 500 times `true` in one session, all processes counted. */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { cleanEnvironment } from '../runner/capsule/environment.ts';
import { openSession } from '../runner/session/index.ts';

const steps = 500;
const rounds = 5;
const signal = new AbortController().signal;
const options = { signal, timeoutMs: 60_000, outputLimitBytes: 16 * 1024 * 1024 };

/** On a CPU so far, of a process that has one thread. */
function cpuMsOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
}

await using session = await openSession(
  'bench',
  { prefix: [], env: cleanEnvironment('root', '/'), user: 'root', cwd: tmpdir() },
  { signal },
);
const pid = Number(Buffer.from((await session.run('echo $$', options)).stdout.bytes).toString());

async function measure(text: string, count: number): Promise<string> {
  const own = process.cpuUsage();
  const shellMs = cpuMsOf(pid);
  const startedAtMs = performance.now();
  for (let at = 0; at < count; at++) await session.run(text, options);
  const wall = (performance.now() - startedAtMs) / count;
  const { user, system } = process.cpuUsage(own);
  const node = (user + system) / 1000 / count;
  const shell = (cpuMsOf(pid) - shellMs) / count;
  return [node, shell, node + shell, wall].map((value) => value.toFixed(3).padStart(8)).join(' ');
}

console.log(`ms a step           node     bash      all     wall`);
for (let round = 1; round <= rounds; round++) {
  console.log(`${steps} × true, no. ${round} ${await measure('true', steps)}`);
}
console.log(`100 × echo hi     ${await measure('echo hi', 100)}`);
console.log(`20 × 10 KB text    ${await measure(`: '${'x'.repeat(10_000)}'\n`, 20)}`);
console.log(`1 GB of output     ${await measure('head -c 1G /dev/zero', 1)}`);
console.log(`most memory used: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
