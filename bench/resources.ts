/** What a check of 30 resources costs in its one batch, against 30 tools that a person would ask: `node --import=tsx bench/resources.ts`. */
import { tmpdir } from 'node:os';
import { cleanEnvironment } from '../runner/capsule/environment.ts';
import { evaluate } from '../runner/resources/evaluate.ts';
import { openSession } from '../runner/session/index.ts';
import { parseScenario } from '../src/parse.ts';
import { least, ms, ratio, show, take } from './measure.ts';

const rounds = Number(process.env['ROUNDS'] ?? 10);
const { signal } = new AbortController();

/** Each resource, and the tool that knows its facts; `N` is a number. */
const pairs = [
  ['{file: /etc/passwd, mode: 0644, owner: root, contains: root}', 'grep -q root /etc/passwd'],
  ['{file: /nothing-N, exists: false}', '! stat /nothing-N'],
  ['{mount: /proc, type: proc}', 'findmnt -no FSTYPE /proc'],
  ['{port: 6550N/tcp, listening: false}', 'grep 6550N /proc/net/tcp; true'],
  ['{process: nothing-N, exists: false}', '! pgrep -x nothing-N'],
  ['{command: bash}', 'which bash'],
  ['{user: root, uid: 0}', 'id -u root'],
  ['{group: root, gid: 0}', 'getent group root'],
  ['{sysctl: kernel.ostype, value: Linux}', 'sysctl -n kernel.ostype'],
  ['{interface: lo, address: 127.0.0.1}', 'ip -o addr show dev lo'],
] as const;
const numbered = (text: string): readonly string[] => ['1', '2', '3'].map((n) => text.replaceAll('N', n));
const checks = pairs.flatMap(([check]) => numbered(check));
const tools = pairs.flatMap(([, tool]) => numbered(tool)).join('\n');

const text = `title: bench\nmachine: host\nsteps:\n  - check:\n${checks.map((one) => `      - ${one}\n`).join('')}`;
const parsed = parseScenario(text, { file: 'bench.yaml', name: 'bench', directory: '/' });
if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
const resources = parsed.scenario.steps.flatMap(({ check }) => check);

await using session = await openSession(
  'bench',
  { prefix: [], env: cleanEnvironment('root', '/'), user: 'root', cwd: tmpdir() },
  { signal },
);

/** The wall time of a batch. */
async function look(): Promise<number> {
  const began = performance.now();
  const results = await evaluate({
    checks: resources,
    session,
    signal,
    variables: {},
    stepStartedAtMs: Date.now(),
    expectation: () => [],
  });
  const took = performance.now() - began;
  const wrong = results.filter(({ ok }) => !ok);
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong));
  return took;
}

const batches: number[] = [];
const yardsticks: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  batches.push(await look());
  yardsticks.push(take(['bash', '-c', tools], '/').wallMs);
}
show(`a check of ${resources.length} resources`, least(batches), 100, ms(least(batches)));
show('the same / 30 tools started by one shell', ...ratio(least(batches), least(yardsticks), 1));
