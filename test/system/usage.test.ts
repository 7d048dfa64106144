/** What a machine uses during a step: all of it, also what its PID 1 does for the shell. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { RunResult } from '../../src/result.ts';
import { missingImage } from './needs.ts';
import { rootlab, scenarioFolder } from './program.ts';

t.setTimeout(120_000);
const skip = await missingImage('debian-12');

const busy = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done';
const scenario = `title: Used
machine: {image: debian-12, memory: 512M}
steps:
  - run: ${busy}
  - run: systemd-run --wait -q sh -c '${busy}'
  - run: sleep 0.3
  - run: head -c 100M /dev/zero >/dev/shm/held
  - reboot:
`;

t.test('a step tells what its machine used', { skip }, async (t) => {
  const cwd = scenarioFolder(t, { 'used.yaml': scenario });
  const words = ['run', 'used.yaml', '--output=out', '--reporter=json=result.json'];
  const { status, stdout } = await rootlab(t, words, { cwd });
  t.equal(status, 0, stdout);
  const result: Pick<RunResult, 'jobs'> = JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8'));
  const steps = result.jobs[0]?.steps ?? [];
  const [boot, typed, started, slept, held, again] = steps.map(({ cpuMs = Number.NaN }) => cpuMs);
  const rest = slept ?? Number.NaN;
  for (const [what, cpuMs = Number.NaN] of Object.entries({ boot, typed, started, again }))
    t.ok(cpuMs > 50 && cpuMs > 3 * rest, `${what}: ${cpuMs} ms of CPU, ${rest} while it slept`);
  t.ok((held ?? 0) > rest, `${held} ms to fill memory`);
  const [before = 0, after = 0] = [3, 4].map((index) => steps[index]?.memoryBytes);
  t.ok(after - before > 100e6 && after < 512 * 1024 ** 2, `${before} bytes in memory, then ${after}`);
});
