/** Boots that do not come up: whose fault it is, and what is shown. */
import t, { type Test } from 'tap';

import { testImage } from './image.ts';
import { layerOver, startFor, type StartOptions } from './machines.ts';

const bookworm = await testImage('debian-12');
const skip = process.getuid?.() === 0 && bookworm ? false : 'needs root and the image debian-12';

/** Starts `debian-12` with changes and looks at the failure. */
async function checkFailure(
  t: Test,
  files: Parameters<typeof layerOver>[2],
  expected: object,
  options: StartOptions = {},
): Promise<void> {
  if (bookworm === undefined) throw new Error('no image');
  const started = await startFor(t, await layerOver(t, bookworm, files), options);
  t.match(started, { ok: false, failure: expected });
}

t.test('an init that dies is a boot that failed, with its console', { skip }, async (t) => {
  const init = { content: '#!/bin/sh\necho the end >/dev/console\nexit 3\n', mode: 0o755 };
  await checkFailure(
    t,
    { 'usr/lib/systemd/systemd': init },
    {
      kind: 'boot',
      message: /PID 1 of the machine ended/,
      evidence: [{ title: 'console', text: /the end/ }],
    },
  );
});

t.test('a boot that hangs is a boot that failed, with its waiting jobs', { skip }, async (t) => {
  const unit = '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/sleep infinity\n';
  await checkFailure(
    t,
    {
      'etc/systemd/system/hang.service': { content: unit },
      'etc/systemd/system/multi-user.target.wants/hang.service': { link: '../hang.service' },
    },
    {
      kind: 'boot',
      message: /did not start up within 4 s/,
      evidence: [
        { title: 'console' },
        { title: 'failed units' },
        { title: 'waiting jobs', text: /hang\.service/ },
      ],
    },
    { bootTimeoutMs: 4000 },
  );
});

t.test('a machine that does not come back from a reboot says why', { skip }, async (t) => {
  if (bookworm === undefined) return;
  const started = await startFor(t, bookworm, { bootTimeoutMs: 8000 });
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  const { signal } = new AbortController();
  const unit = '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/sleep infinity\n';
  await started.machine.put({ path: '/etc/systemd/system/hang.service', content: Buffer.from(unit) }, signal);
  await started.machine.exec(['systemctl', 'add-wants', 'multi-user.target', 'hang.service'], { signal });
  t.match(await started.machine.reboot(signal), { kind: 'boot', message: /did not start up within 8 s/ });
  await t.rejects(started.machine.exec(['true'], { signal }), { message: /did not come back from a reboot/ });
});

const hang = '/etc/systemd/system/hang.service';
const hanging = (more: string, depends: 'yes' | 'no' = 'no'): Buffer =>
  Buffer.from(`[Unit]\nDefaultDependencies=${depends}\n[Service]\nExecStart=/bin/sleep infinity\n${more}`);

t.test('a reboot that takes longer than it may fails with its waiting jobs', { skip }, async (t) => {
  if (bookworm === undefined) return;
  const started = await startFor(t, bookworm);
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  const { machine } = started;
  const { signal } = new AbortController();
  await machine.put({ path: hang, content: hanging('Type=oneshot\n') }, signal);
  await machine.exec(['systemctl', 'add-wants', 'multi-user.target', 'hang.service'], { signal });
  const late = await machine.reboot(signal, 12_000);
  t.match(late, {
    kind: 'boot',
    message: /did not start up within \d+(\.\d)? s$/,
    evidence: [{ title: 'console' }, {}, { title: 'waiting jobs', text: /hang\.service +start +running *$/ }],
  });
});

t.test('a machine that does not go down for a reboot says so', { skip }, async (t) => {
  if (bookworm === undefined) return;
  const started = await startFor(t, bookworm);
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  const { machine } = started;
  const { signal } = new AbortController();
  const content = hanging('ExecStop=/bin/sleep infinity\nTimeoutStopSec=infinity\n', 'yes');
  await machine.put({ path: hang, content }, signal);
  await machine.exec(['systemctl', 'start', 'hang.service'], { signal });
  t.match(await machine.reboot(signal, 5_000), {
    kind: 'boot',
    message: 'the system inside did not shut down within 5 s',
    evidence: [{ title: 'console', text: /hang\.service/ }],
  });
  await t.rejects(machine.exec(['true'], { signal }), { message: /did not go down for a reboot/ });
});

t.test('a machine that was powered off says so', { skip }, async (t) => {
  if (bookworm === undefined) return;
  const started = await startFor(t, bookworm);
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  const { signal } = new AbortController();
  await started.machine.exec(['systemctl', 'poweroff'], { signal });
  await started.machine.ended();
  await t.rejects(started.machine.exec(['true'], { signal }), {
    message: /cannot reach .*it was powered off/,
  });
});

t.test('a machine that goes while a shell is opened says so', { skip }, async (t) => {
  if (bookworm === undefined) return;
  const started = await startFor(t, bookworm);
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  const { signal } = new AbortController();
  process.kill(started.machine.leader(), 'SIGKILL');
  await t.rejects(started.machine.session('main', signal), {
    message: /cannot reach .*systemd-nspawn ended with/,
    hint: /console/,
  });
});

t.test('a unit that fails makes the machine degraded, and says which', { skip }, async (t) => {
  if (bookworm === undefined) return;
  const unit = '[Service]\nType=oneshot\nExecStart=/bin/false\n';
  const image = await layerOver(t, bookworm, {
    'etc/systemd/system/multi-user.target.wants/broken.service': { link: '../broken.service' },
    'etc/systemd/system/broken.service': { content: unit },
  });
  const started = await startFor(t, image);
  t.match(started, { ok: true, machine: { health: { state: 'degraded', failedUnits: /broken\.service/ } } });
});

t.test('trees that cannot be booted are errors of ours, each with what to do', { skip }, async (t) => {
  const empty = { name: 'empty', layers: bookworm?.layers ?? [], labels: {} };
  t.match(await startFor(t, empty), {
    failure: { kind: 'error', message: /has no os-release/, hint: /base-files/ },
  });
  const bare = { ...empty, labels: { os: 'Something' } };
  t.match(await startFor(t, bare), {
    failure: { kind: 'error', message: /has no systemd/, hint: /systemd-sysv/ },
  });
  const nowhere = { ...empty, layers: ['/nonexistent'] };
  t.match(await startFor(t, nowhere, { init: false }), {
    failure: { kind: 'error', message: /root cannot be mounted/ },
  });
});

t.test('an abort during the boot ends at once', { skip }, async (t) => {
  if (bookworm === undefined) return;
  const over = new AbortController();
  setTimeout(() => over.abort(new Error('enough')), 300);
  await t.rejects(startFor(t, bookworm, { signal: over.signal }), { message: 'enough' });
});

t.test('a system that does not answer at first is asked again', { skip }, async (t) => {
  if (bookworm === undefined) throw new Error('no image');
  const systemctl = [
    '#!/bin/sh',
    'if [ "$1" = is-system-running ] && mkdir /run/asked; then exit 1; fi',
    'exec /usr/bin/systemctl "$@"',
    '',
  ].join('\n');
  const files = { 'usr/local/bin/systemctl': { content: systemctl, mode: 0o755 } };
  const started = await startFor(t, await layerOver(t, bookworm, files));
  t.match(started, { ok: true, machine: { health: { state: 'running' } } });
});
