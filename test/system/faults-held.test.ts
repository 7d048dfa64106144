/** A machine that a process outside holds: its run says so, and its other jobs run all the same. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';

import { namesIn, textOf } from '../../runner/glimpse.ts';
import { missingImage } from './needs.ts';
import { startRootlab } from './program.ts';

t.setTimeout(120_000);
const skip = await missingImage('debian-12');
const scenario = (title: string, run: string): string =>
  `title: ${title}\nmachine: {image: debian-12, init: false}\nsteps:\n  - run: ${run}\n`;

t.test('a machine that does not end stops no other job, and the run tells of it', { skip }, async (t) => {
  const cwd = t.testdir({
    'a.yaml': scenario('A', 'sleep 4.0625'),
    'b.yaml': scenario('B', 'echo typed'),
  });
  const running = startRootlab(t, ['run', 'a.yaml', 'b.yaml', '--jobs=1', '--reporter=tap'], { cwd });
  const inside = await processOf(['sleep', '4.0625']);
  const outside = spawn('nsenter', ['-t', inside, '-p', 'sleep', '1000'], { stdio: 'ignore' });
  t.teardown(() => outside.kill('SIGKILL'));
  await once(outside, 'spawn');
  while (textOf(`/proc/${outside.pid}/task/${outside.pid}/children`) === '') await sleep(5);
  outside.kill('SIGSTOP');

  const { stderr } = await running.said(/^ok 2 - b@debian-12$/m).then(async () => {
    outside.kill('SIGCONT');
    const [ended] = await Promise.all([running.ended, once(outside, 'exit')]);
    t.equal(ended.status, 3);
    t.match(ended.stdout, /^ok 1 - a@debian-12$/m);
    return ended;
  });
  t.match(stderr, /note: waiting for the machine "machine" to end: .*sleep \(\d+\) waits for its parent/);
  t.match(
    stderr,
    /error: cannot clean up after the run: job "a@debian-12": cannot end the machine "machine": .*nsenter\)/,
  );
  t.match(stderr, 'hint: end the process that holds it; then "rootlab clean" removes what is left');
});

/** The identity of the process whose words these are, once it is there. */
async function processOf(words: readonly string[]): Promise<string> {
  const line = words.map((word) => `${word}\0`).join('');
  for (;;) {
    const found = namesIn('/proc').find((name) => textOf(`/proc/${name}/cmdline`) === line);
    if (found !== undefined) return found;
    await sleep(20);
  }
}
