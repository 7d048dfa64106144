/** A person beside a running job: `attach` from elsewhere, and a shell before or after a step. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';

import { descendants, newSince, snapshotComputer, stillAlive } from './computer.ts';
import { missingImage } from './needs.ts';
import { program, rootlab, startRootlab } from './program.ts';

t.setTimeout(180_000);
const skip = await missingImage('debian-12');

const waits = `title: Waits
machine: debian-12
steps:
  - write: /kept
    content: before the reboot
  - reboot:
  - run: touch /gate; until test -e /go; do sleep 0.1; done
`;

t.test('the machine of a running job is entered, also after a reboot', { skip }, async (t) => {
  const cwd = t.testdir({ 'waits.yaml': waits });
  const before = snapshotComputer();
  t.match(await rootlab(t, ['attach'], { cwd }), { status: 2, stderr: /rootlab attach needs a job\nhint: / });
  const running = startRootlab(t, ['run', 'waits.yaml', '--reporter=tap', '--output=out'], { cwd });
  const attach = async (...words: readonly string[]) => rootlab(t, ['attach', ...words], { cwd });
  while ((await attach('waits@debian-12', 'test', '-e', '/gate')).status !== 0) await sleep(100);
  t.match(await attach('wiats@debian-12'), {
    status: 2,
    stderr:
      /cannot attach to "wiats@debian-12": no such job is running\nhint: did you mean "waits@debian-12"\?/,
  });
  const seen = await rootlab(t, ['attach', 'waits@debian-12'], {
    cwd,
    stdin: 'cat /kept; hostname\nexit 7\n',
  });
  t.match(seen, { status: 7, stdout: 'before the rebootmachine\n' });
  const family = descendants(running.pid);
  t.equal((await attach('waits@debian-12', 'touch', '/go')).status, 0);
  t.match(await running.ended, { status: 0, stdout: /^ok 1 - waits@debian-12/m });
  t.match(await attach('waits@debian-12'), { status: 2, stderr: /no such job is running/ });
  t.same({ ...newSince(before, snapshotComputer(), running.id), alive: stillAlive(family) }, { alive: [] });
});

const steps = `title: Steps
machine: {image: debian-12, init: false}
steps:
  - {id: make, run: touch /made}
  - {id: look, run: test -e /typed}
`;

t.test('a shell opens before a step, and the job goes on after it', { skip }, async (t) => {
  const cwd = t.testdir({ 'steps.yaml': steps });
  const run = (choice: string): { status: number | null; stdout: string } => {
    const words = [...program, 'run', 'steps.yaml', '--output=out', `--shell=${choice}`];
    const line = words.map((word) => `'${word}'`).join(' ');
    // A terminal of its own; what is typed waits there until the shell reads it.
    return spawnSync('script', ['-qec', line, '/dev/null'], {
      cwd,
      encoding: 'utf8',
      input: 'ls /made && touch /typed\nexit\n',
      timeout: 60_000,
    });
  };
  const well = run('before=look');
  t.match(well.stdout, /steps@debian-12 is before the step "look"; this is a shell in its machine/);
  t.equal(well.status, 0, well.stdout);
  t.equal(run('after=look').status, 1, 'too late for the step');
  const words = ['run', 'steps.yaml', '--shell=before=loko'];
  t.match(await rootlab(t, words, { cwd }), { status: 2, stderr: /this is no terminal/ });
  t.match(run('before=loko').stdout, /no selected job has such a step\r\nhint: did you mean "look"/);
});
