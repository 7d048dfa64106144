/** Facts of this computer, and what they say to needs. */
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

import { probeAll, unmetNeed } from '../../runner/facts.ts';
import { parseSystemdVersion } from '../../runner/facts/host.ts';
import { allOf, type Fact } from '../../runner/facts/probe.ts';
import { bootedPath, dockerAnswers, program, whyNotRead, wordEngine } from '../../runner/facts/programs.ts';
import { capabilityNames } from '../../src/need.ts';

const { signal } = new AbortController();
const at = { file: 'x.yaml', line: 1, column: 1 };

t.test('every capability has a probe that says how it was found', async (t) => {
  const facts = await probeAll(signal);
  for (const name of capabilityNames) t.ok(facts.find((fact) => fact.name === name)?.found, name);
  t.match(
    facts.find(({ name }) => name === 'root'),
    { ok: process.getuid?.() === 0 },
  );
});

t.test('a need that is not met says why', async (t) => {
  t.equal(await unmetNeed([], signal), undefined);
  t.equal(await unmetNeed([{ name: 'host-kernel', compare: '>= 2', at }], signal), undefined);
  t.match(
    await unmetNeed([{ name: 'host-kernel', compare: '< 2', at }], signal),
    /^needs host-kernel < 2: it is \d/,
  );
  const any = [
    { name: 'host-kernel', compare: '< 2', at },
    { name: 'host-kernel', at },
  ];
  t.equal(await unmetNeed([{ any, at }], signal), undefined);
  t.match(
    await unmetNeed([{ any: [any[0]!, { name: 'host-kernel', compare: '< 3', at }], at }], signal),
    /^none of: needs host-kernel < 2: it is [\d.]+; or needs host-kernel < 3: it is /,
  );
});

t.test('a program is found, or the package that brings it is named', async (t) => {
  t.match(await program('sh', 'dash')(signal), { ok: true, found: /\/sh$/ });
  t.match(await program('no-such-program', 'some-package')(signal), {
    ok: false,
    found: 'no-such-program is not installed',
    fix: 'apt-get install some-package',
  });
  t.match(await program('/dev/no-such', undefined)(signal), { found: '/dev/no-such is missing' });
  t.equal(whyNotRead('/dev/null'), 'cannot be read by this user', 'it is there, for others');
});

t.test('no command is told where none would help', async (t) => {
  const machined = (await probeAll(signal)).find(({ name }) => name === 'host-machined');
  if (existsSync(bootedPath)) t.match(machined?.found, /process 1|machined/);
  else t.same(machined, { name: 'host-machined', ok: false, found: machined?.found });
});

const answering: Fact = { ok: true, found: 'root' };
const silent: Fact = {
  ok: false,
  found: 'the docker daemon does not answer (no such file)',
  fix: 'systemctl start docker',
};

t.test('of docker that is named which is missing, and what brings it', async (t) => {
  const word = (client: string | undefined, daemon: string | undefined, asRoot = answering) =>
    wordEngine(silent, { client, daemon, asRoot });
  t.same(word(undefined, undefined), silent, 'that nothing is installed is found before');
  t.match(word('/bin/docker', '/bin/dockerd'), { ok: true, found: /^\/bin\/dockerd, which each job starts/ });
  t.match(word('/bin/docker', '/bin/dockerd', { ok: false, found: 'uid 1', fix: 'sudo rootlab …' }), {
    found: silent.found,
    fix: 'sudo rootlab …',
  });
  t.match(word(undefined, '/bin/dockerd'), {
    found: 'docker, which asks /bin/dockerd, is not installed',
    fix: 'apt-get install docker-cli',
  });
  delete process.env['DOCKER_HOST'];
  t.match(word('/bin/docker', undefined), {
    found: 'dockerd is not installed, and the docker daemon does not answer (no such file)',
    fix: 'apt-get install docker.io',
  });
  process.env['DOCKER_HOST'] = 'tcp://192.0.2.1';
  t.teardown(() => delete process.env['DOCKER_HOST']);
  t.match(word('/bin/docker', undefined), {
    found: silent.found,
    fix: /^start the daemon that DOCKER_HOST names/,
  });
});

t.test('a slow computer is given more time to be asked', async (t) => {
  const { PATH } = process.env;
  t.teardown(() => (process.env['PATH'] = PATH));
  const folder = t.testdir({ docker: '#!/bin/sh\nsleep 1; echo 27\n' });
  chmodSync(join(folder, 'docker'), 0o755);
  process.env['PATH'] = `${folder}:${PATH}`;
  t.match(await dockerAnswers(signal), { ok: true });
  t.match(await dockerAnswers(signal, 0.02), { ok: false, found: 'the docker daemon does not answer' });
});

const fact = (ok: boolean, found: string) => async (): Promise<Fact> => ({ ok, found });

t.test('what is missing speaks for all', async (t) => {
  t.same(await allOf(fact(true, 'a'), fact(false, 'b'))(signal), { ok: false, found: 'b' });
  t.same(await allOf(fact(true, 'a'), fact(true, 'b'))(signal), { ok: true, found: 'a, b' });
});

t.test('versions of systemd are read as it prints them', async (t) => {
  t.same(parseSystemdVersion('systemd 257 (257.13-1~deb13u1)\n+PAM'), {
    systemd: '257',
    full: '257.13-1~deb13u1',
  });
  t.same(parseSystemdVersion('systemd 262~rc1'), { systemd: '262', full: '262' });
  t.same(parseSystemdVersion('sh: not found'), { systemd: undefined, full: undefined });
});
