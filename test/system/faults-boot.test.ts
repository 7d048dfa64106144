/** Boots and steps that go wrong: whose failure it is, what is shown, and that the rest goes on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

import { missingImage } from './needs.ts';
import { rootlab, startRootlab } from './program.ts';

t.setTimeout(240_000);
const skip = await missingImage('debian-12');

/** Runs one scenario; its end, its TAP and its console output. */
async function run(t: Test, text: string, ...words: string[]) {
  const cwd = t.testdir({ 'a.yaml': text });
  const ended = await rootlab(t, ['run', 'a.yaml', '--reporter=tap', '--reporter=console=text', ...words], {
    cwd,
  });
  const console = readFileSync(join(cwd, 'text'), 'utf8');
  return { ...ended, console };
}

const file = (path: string, content: string): string =>
  `    - {path: ${path}, content: "${content}\\n", mode: 0755}\n`;

t.test(
  'a boot that hangs fails the step boot, with console, failed units and waiting jobs',
  { skip },
  async (t) => {
    const unit = String.raw`[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/sleep infinity`;
    const { status, stdout } = await run(
      t,
      `title: A\nmachine:\n  image: debian-12\n  boot-timeout: 5s\n  files:\n${file('/etc/systemd/system/systemd-user-sessions.service', unit)}steps: [{run: "true"}]\n`,
    );
    t.equal(status, 1);
    t.match(stdout, /not ok 1 - Boot the machine\n {6}---\n {6}outcome: "failed"/);
    t.match(stdout, /did not start up within 5 s/);
    for (const word of ['console', 'failed units', 'waiting jobs', 'systemd-user-sessions.service'])
      t.match(stdout, word);
    t.match(stdout, /# SKIP|not-run/, 'its step is not run');
  },
);

t.test('an init that dies fails the step boot, with its console', { skip }, async (t) => {
  const init = String.raw`#!/bin/sh\necho this is the end >/dev/console\nexit 3`;
  const { status, stdout } = await run(
    t,
    `title: A\nmachine:\n  image: debian-12\n  files:\n${file('/usr/lib/systemd/systemd', init)}steps: [{run: "true"}]\n`,
  );
  t.equal(status, 1);
  t.match(stdout, /not ok 1 - Boot the machine\n {6}---\n {6}outcome: "failed"/);
  t.match(stdout, /PID 1 of the machine ended during the boot/);
  t.match(stdout, /this is the end/);
});

t.test('a tree that systemd-nspawn refuses fails its boot, with what that said', { skip }, async (t) => {
  const { status, stdout } = await run(
    t,
    [
      'title: A',
      'machine: debian-12',
      'keep-going: true',
      'steps:',
      '  - {boot: /srv/none}',
      '  - run: mkdir -p /srv/dead/usr/lib/systemd; cp /bin/true /srv/dead/usr/lib/systemd/systemd',
      '  - {boot: /srv/dead}',
      '  - {title: Goes on, run: "true"}',
      '',
    ].join('\n'),
  );
  t.equal(status, 1);
  t.match(stdout, /not ok 2 - boot \/srv\/none\n {6}---\n {6}outcome: "failed"/);
  t.match(stdout, 'systemd-nspawn ended with 1 before the system in /srv/none ran');
  t.match(stdout, 'Failed to resolve path /srv/none: No such file or directory');
  t.match(stdout, /not ok 4 - boot \/srv\/dead\n {6}---\n {6}outcome: "failed"/);
  t.match(stdout, / {4}ok 5 - Goes on\n/);
});

t.test('a step that is too slow, or ends its shell, harms no later step', { skip }, async (t) => {
  const { status, stdout, console } = await run(
    t,
    [
      'title: A',
      'machine: {image: debian-12, init: false}',
      'keep-going: true',
      'steps:',
      '  - {run: cd /usr; export kept=yes}',
      '  - {title: Slow, run: echo so far; sleep 60 & sleep 61, timeout: 500ms}',
      '  - title: Goes on',
      '    run: pwd; echo $kept; pgrep -c -f "sleep 6[01]"',
      '    expect: {exit: 1, stdout: "/usr\\nyes\\n0"}',
      '  - {title: Ends, run: exit 7, expect: {exit: 7}}',
      '  - {title: Another, run: "pwd; echo $kept", expect: "/usr\\nyes"}',
      '',
    ].join('\n'),
  );
  t.equal(status, 1);
  t.match(stdout, /not ok 3 - Slow\n {6}---\n {6}outcome: "timed-out"/);
  t.match(console, /so far/, 'the output so far is shown');
  t.match(stdout, / {4}ok 5 - Ends\n/);
  t.match(stdout, / {4}ok 6 - Another\n/);
  t.match(console, /shell/i, 'and it is said that the shell ended');
});

t.test('1 GB of output is capped, says so, and costs the runner no memory', { skip }, async (t) => {
  const cwd = t.testdir({
    'a.yaml':
      'title: A\nmachine: {image: debian-12, init: false}\nsteps:\n  - {run: yes 0123456789 | head -c 1G, expect: {contains: "0"}}\n',
  });
  const running = startRootlab(t, ['run', 'a.yaml', '--reporter=tap'], { cwd });
  let peakKilobytes = 0;
  const watch = setInterval(() => {
    const status = readStatus(running.pid);
    peakKilobytes = Math.max(peakKilobytes, Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0));
  }, 100);
  const { stdout } = await running.ended;
  clearInterval(watch);
  t.match(stdout, /expected no more than \\?"output-limit\\?", saw more, so that/);
  t.match(stdout, /output-limit/);
  t.ok(peakKilobytes > 10_000, 'the memory was seen');
  t.ok(peakKilobytes < 200_000, `peak memory ${peakKilobytes} kB`);
  const log = readFileSync(join(cwd, 'reports/out/latest/events.jsonl'), 'utf8');
  t.match(log.slice(-100_000_000), /bytes cut/);
  t.ok(log.length < 40_000_000, `the log has ${log.length} characters`);
});

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
