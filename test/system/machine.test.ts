/** Machines of the nspawn backend: booted and not booted. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

import t, { type Test } from 'tap';

import { readBootData } from '../../runner/backends/nspawn/boot-data.ts';
import type { NspawnMachine } from '../../runner/backends/nspawn/machine.ts';
import { watchFor } from '../../runner/capsule/until.ts';
import { testImage } from './image.ts';
import { startFor, type StartOptions } from './machines.ts';

const images = {
  'debian-12': await testImage('debian-12'),
  'debian-13': await testImage('debian-13'),
};
const bookworm = images['debian-12'];
const skip = process.getuid?.() === 0 && bookworm ? false : 'needs root and the image debian-12';
const signal = new AbortController().signal;

async function checkOutput(
  t: Test,
  machine: NspawnMachine,
  command: string,
  expected: RegExp,
): Promise<void> {
  const { stdout, stderr } = await machine.exec(['sh', '-c', command], { signal, timeoutMs: 10_000 });
  t.match(stdout + stderr, expected, command);
}

async function startGood(
  t: Test,
  name: keyof typeof images,
  options: StartOptions = {},
): Promise<NspawnMachine> {
  const image = images[name];
  if (image === undefined) throw new Error(`no image ${name}`);
  const started = await startFor(t, image, options);
  if (!started.ok) throw new Error(JSON.stringify(started.failure, undefined, 2));
  return started.machine;
}

for (const name of ['debian-12', 'debian-13'] as const) {
  t.test(`${name} boots, is itself, and reboots`, { skip: skip || !images[name] }, async (t) => {
    const machine = await startGood(t, name, { name: 'alpha' });
    t.equal(machine.health.state, 'running');
    t.match(machine.facts, { image: name, os: /Debian/, backend: 'nspawn', cgroup: 'v2' });
    await checkOutput(t, machine, 'hostname; cat /etc/hostname', /^alpha\nalpha\n$/);
    await checkOutput(t, machine, 'getent hosts localhost', /localhost/);
    await checkOutput(t, machine, 'ls /sys/class/net', /^lo\n$/);
    // The clock, modules and ports are the host's own; what is typed may no more than the machine itself.
    await checkOutput(t, machine, 'date -s "$(date)"', /Operation not permitted/);
    await checkOutput(
      t,
      machine,
      'grep -h CapEff /proc/self/status /proc/1/status | sort -u | wc -l',
      /^1\n$/,
    );
    await checkOutput(t, machine, 'systemctl is-system-running', /^running/);
    t.match(Buffer.from(machine.console()).toString(), /Welcome to .*Debian/);

    const { boot } = await readBootData(machine, signal);
    t.ok(boot && boot.totalMs > 50 && boot.units.length > 30, 'the boot has a chart');
    t.ok(boot?.units.some(({ name }) => name === 'systemd-journald.service'));

    const session = await machine.session('main', signal);
    const seen = await session.run('cat /proc/self/cgroup', {
      signal,
      timeoutMs: 10_000,
      outputLimitBytes: 10_000,
    });
    t.match(Buffer.from(seen.stdout.bytes).toString(), /^0::\/rootlab\.scope$/m, 'typed inside the machine');

    const before = machine.leader();
    await checkOutput(t, machine, 'cp /proc/sys/kernel/random/boot_id /root/before', /^$/);
    t.equal(await machine.reboot(signal), undefined);
    t.not(machine.leader(), before);
    await checkOutput(t, machine, 'cat /root/before /proc/sys/kernel/random/boot_id | uniq | wc -l', /^2$/m);
  });
}

t.test('a reboot that was typed is followed by a boot', { skip }, async (t) => {
  const machine = await startGood(t, 'debian-12');
  const before = machine.leader();
  const ended = machine.ended();
  await machine.exec(['systemctl', 'reboot'], { signal });
  await ended;
  await checkOutput(t, machine, 'systemctl is-system-running', /^running/);
  t.not(machine.leader(), before);
});

t.test('files are put and got inside, owned as said, through links of the machine', { skip }, async (t) => {
  const machine = await startGood(t, 'debian-12', { init: false });
  await machine.put(
    { path: '/srv/new/a', content: Buffer.from('x\0y'), mode: '0640', owner: 'daemon:adm' },
    signal,
  );
  await checkOutput(t, machine, 'stat -c "%a %U:%G" /srv/new/a', /^640 daemon:adm$/m);
  await machine.exec(['ln', '-s', '/srv/new/a', '/link'], { signal });
  t.equal(Buffer.from(await machine.get('/link', signal)).toString(), 'x\0y');
  await t.rejects(machine.get('/none', signal), { message: /cannot read "\/none".*No such file/ });
  await t.rejects(machine.reboot(signal), { message: /has no init/ });
});

t.test('a root without init holds nothing but what is typed', { skip }, async (t) => {
  const machine = await startGood(t, 'debian-12', { init: false });
  await checkOutput(
    t,
    machine,
    'cat /proc/[0-9]*/comm',
    /^(?:\(sd-stubinit\)|systemd-nspawn|sd-stubinit).*\nsleep\n/,
  );
  const slow = await machine.exec(['sleep', '60'], { signal, timeoutMs: 100 });
  t.match(slow, { timedOut: true, exit: 137 });
});

t.test('a tree without systemd starts in it, where the kernel mounts no v1', { skip }, async (t) => {
  const machine = await startGood(t, 'debian-12');
  const tree = `mkdir -p /t/usr/bin /t/usr/lib /t/etc && cd /t && ln -s usr/bin bin && ln -s usr/lib lib && ln -s usr/lib lib64 &&
    for file in /bin/sh /bin/cat $(ldd /bin/sh /bin/cat | grep -o '/lib[^ ]*' | sort -u); do
      mkdir -p .\${file%/*} && cp -L $file .$file
    done && cp /etc/os-release etc/`;
  await checkOutput(t, machine, tree, /^$/);
  const view = 'systemd-nspawn -q --pipe -D /t cat /proc/self/mounts';
  await checkOutput(t, machine, view, /^(?![^]* cgroup )[^]* cgroup2 /);
});

t.test('a machine that a process outside holds is not waited for', { skip }, async (t) => {
  const machine = await startGood(t, 'debian-12', { init: false });
  const enter = ['-t', String(machine.leader()), '-p', 'sleep', '1000'];
  const outside = spawn('nsenter', enter, { stdio: 'ignore' });
  await once(outside, 'spawn');
  const children = `/proc/${outside.pid}/task/${outside.pid}/children`;
  const soon = AbortSignal.timeout(5000);
  await watchFor(children, () => readFileSync(children, 'utf8') || undefined, soon);
  outside.kill('SIGSTOP');
  const status = `/proc/${outside.pid}/status`;
  await watchFor(status, () => /^State:\tT/m.test(readFileSync(status, 'utf8')) || undefined, soon);
  await t.rejects(async () => machine[Symbol.asyncDispose](), {
    message:
      /cannot end the machine "machine": .*sleep \(\d+\) waits for its parent to reap it \(\d+: nsenter\)/,
  });
  outside.kill('SIGCONT');
  await once(outside, 'exit');
});

t.test('a laid-in tree is an own copy, and boots as a service with mapped ids', { skip }, async (t) => {
  if (bookworm === undefined) return;
  const trees = [{ path: '/var/lib/machines/tree', image: bookworm }];
  const machine = await startGood(t, 'debian-12', { trees });
  await checkOutput(t, machine, 'touch /var/lib/machines/tree/mine; ls /mine', /No such file/);
  await checkOutput(
    t,
    machine,
    'systemctl start systemd-nspawn@tree && machinectl list --no-legend',
    /^tree /,
  );
});

t.test('a limit of CPU time bites in the whole machine', { skip }, async (t) => {
  const machine = await startGood(t, 'debian-12', { init: false, cpus: 0.25 });
  const session = await machine.session('main', signal);
  const loops = 'loop() { SECONDS=0; until ((SECONDS > 1)); do :; done; }; loop & loop; wait; times';
  const seen = await session.run(loops, { signal, timeoutMs: 30_000, outputLimitBytes: 10_000 });
  const text = new TextDecoder().decode(seen.stdout.bytes);
  const used = [...text.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => 60 * Number(m) + Number(s));
  t.equal(used.length, 4, text);
  const share = used.reduce((sum, seconds) => sum + seconds, 0) / (seen.durationMs / 1000);
  t.ok(share < 0.5, `${share} of a CPU`);
  t.ok(share > 0.02, `${share} of a CPU`);
});

t.test('a memory limit bites in the whole machine', { skip }, async (t) => {
  const machine = await startGood(t, 'debian-12', { memoryBytes: 256 * 1024 ** 2 });
  const session = await machine.session('main', signal);
  const fill = 'head -c 400M /dev/zero | tail -n 1 | wc -c';
  const seen = await session.run(`set -o pipefail; ${fill}`, {
    signal,
    timeoutMs: 30_000,
    outputLimitBytes: 10_000,
  });
  t.equal(seen.exit, 137);
});
