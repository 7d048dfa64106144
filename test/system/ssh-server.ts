/** A computer to reach by ssh: a throwaway machine with sshd, keys of its own, and an `ssh` that knows the way. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { findProgram } from '../../runner/facts/programs.ts';
import { freePort, startRootlab } from './program.ts';

export interface SshServer {
  /** In which `ssh` finds the hosts `lab` and `guest`, `locked` (another key), `stranger` (no host key), `nobody` (no server). */
  readonly path: string;
  /** A text typed there by a connection of its own. */
  readonly ask: (text: string) => string;
}

const serving = (port: number): string => `
title: Serve
machine: {image: debian-12, packages: [openssh-server, openssh-client], ports: ["${port}:22/tcp"]}
steps:
  - {write: /root/.ssh/authorized_keys, from: key.pub, mode: 0600}
  - {write: /home/guest/.ssh/authorized_keys, from: key.pub, mode: 0644}
  - run: useradd -s /bin/bash -d /home/guest guest && chown -R guest /home/guest && rm -f /run/nologin
  - run: sleep infinity
    timeout: 10m
`;

/** Up when this settles; gone with the test. */
export async function startSshServer(t: Test): Promise<SshServer> {
  const folder = t.testdir({ bin: {} });
  const key = (name: string): string => {
    const file = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    return file;
  };
  const [right, wrong] = [key('key'), key('other')];
  const [port, silent] = [await freePort(), await freePort()];
  const usual = [`Port ${port}`, 'User root', 'IdentitiesOnly yes'];
  const trusting = [`UserKnownHostsFile ${join(folder, 'known')}`, 'StrictHostKeyChecking accept-new'];
  const own = [...trusting, `IdentityFile ${right}`];
  const config = [
    host('lab', [...usual, ...own]),
    host('guest', [`Port ${port}`, 'User guest', 'IdentitiesOnly yes', ...own]),
    host('locked', [...usual, ...trusting, `IdentityFile ${wrong}`]),
    host('stranger', [...usual, `UserKnownHostsFile ${join(folder, 'none')}`, 'StrictHostKeyChecking yes']),
    host('nobody', [`Port ${silent}`]),
  ].join('\n');
  writeFileSync(join(folder, 'config'), `${config}\n`);
  const real = findProgram('ssh');
  if (real === undefined) throw new Error('there is no ssh');
  const wrapper = join(folder, 'bin', 'ssh');
  writeFileSync(wrapper, `#!/bin/sh\nexec ${real} -F '${join(folder, 'config')}' "$@"\n`);
  chmodSync(wrapper, 0o755);
  mkdirSync(join(folder, 'server'));
  writeFileSync(join(folder, 'server', 'serve.yaml'), serving(port));
  execFileSync('cp', [`${right}.pub`, join(folder, 'server', 'key.pub')]);
  const words = ['run', join(folder, 'server'), '--reporter=console', `--output=${join(folder, 'out')}`];
  const running = startRootlab(t, words, { cwd: folder });
  running.ended.catch(() => undefined);
  await Promise.race([
    running.said(/useradd.*ms/),
    running.ended.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ]);
  while (!(await answers(port))) await sleep(50);
  return {
    path: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    ask: (text) => execFileSync(wrapper, ['-o', 'BatchMode=yes', 'lab', text], { encoding: 'utf8' }),
  };
}

function host(name: string, options: readonly string[]): string {
  return [`Host ${name}`, 'HostName 127.0.0.1', ...options].join('\n  ');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (found: boolean): void => {
      socket.destroy();
      resolve(found);
    };
    socket.once('data', (chunk) => end(chunk.toString().startsWith('SSH-')));
    for (const event of ['error', 'close']) socket.once(event, () => end(false));
  });
}
