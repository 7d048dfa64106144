/**
 * The network of one job: a namespace for each machine that is more than alone, what reaches out of it, what is
 * published of it.
 *
 * All of it lives in a capsule of its own, which the kernel ends with the runner: pid and mount namespaces, but the
 * host's network, since slirp4netns and the published ports stand with one foot there. The namespaces outlast a
 * machine's reboot.
 */
import { spawn } from 'node:child_process';

import { UserError } from '../../src/error.ts';
import { firstChild, killFirst } from './first-child.ts';
import { unlessAborted } from './until.ts';
import { networkScript, netPath, type NetworkMember } from './network-script.ts';

export interface JobNetwork extends AsyncDisposable {
  /** Words before a program that is to be in the network of the machine `name`. */
  enter(name: string): readonly string[];
}

/** Throws where it cannot be had, with the cause: a port in use, a tool that is missing. */
export async function openNetwork(
  members: readonly NetworkMember[],
  signal: AbortSignal,
): Promise<JobNetwork> {
  signal.throwIfAborted();
  // pdeathsig belongs to the thread that forks: this must stay on Node's main thread.
  const child = spawn('setpriv', [...enclose, '/bin/sh', '-c', networkScript(members), 'rootlab-network'], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-limit)));
  const ended = new Promise<false>((resolve) => {
    child.once('close', () => resolve(false));
    child.once('error', (error) => {
      said += error.message;
      resolve(false);
    });
  });
  const end = async (): Promise<void> => {
    killFirst(child.pid);
    child.stdin.end();
    await ended;
  };
  try {
    const ready = new Promise<true>((resolve) => child.stdout.once('data', () => resolve(true)));
    if (!(await unlessAborted(Promise.race([ready, ended]), signal))) throw whyNot(said);
    const pid = firstChild(child.pid);
    return {
      enter: (name) => ['nsenter', `--net=/proc/${pid}/root${netPath(name)}`, '--'],
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

const limit = 10_000;
const enclose = ['--pdeathsig', 'KILL', 'unshare', '-m', '-p', '-f', '--kill-child', '--mount-proc'];

function whyNot(said: string): UserError {
  const port = /^port (\d+): .*Address already in use/m.exec(said)?.[1];
  if (port !== undefined)
    return new UserError(`cannot publish the port ${port}: another program on this computer has it`, {
      hint: `see which: ss -ltnp 'sport = :${port}'; or publish another one`,
      status: 3,
    });
  const lines = said.trim().split('\n');
  return new UserError(`cannot make the network of the job: ${lines.at(-1) || 'it ended at once'}`, {
    hint: 'run: rootlab doctor',
    status: 3,
  });
}
