/**
 * An engine for one job on this very computer, Docker's or podman's: in a capsule of its own, with a network and a
 * view of cgroups of its own, its data in memory or in a file that has no name any more. No table, link or cgroup of this computer
 * changes, and all of it ends with the runner.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { UserError } from '../../src/error.ts';
import { storageFor } from '../root.ts';
import { makeJobGroup } from './cgroup.ts';
import { engineDiskBytes, engineScript, type EngineName } from './engine-script.ts';
import { killFirst } from './first-child.ts';
import { openNetwork } from './network.ts';
import type { RunScope } from './run-scope.ts';

export interface Engine extends AsyncDisposable {
  /** What makes its program speak to it. */
  readonly env: Readonly<Record<string, string>>;
}

const startLimitMs = 20_000;
const disposeLimitMs = 15_000;
const linesShown = 10;

export async function startEngine(
  run: RunScope,
  options: {
    readonly name: EngineName;
    readonly uplink: boolean;
    /** How many times as long it may take to start. */
    readonly timeoutScale?: number | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Engine> {
  const { name, timeoutScale = 1 } = options;
  const job = run.nextJob();
  const directory = join(run.directory(), `${job}-${name}`);
  mkdirSync(directory);
  const socket = join(directory, `${name}.sock`);
  // Before the network: a group that is left goes with the run.
  const group = makeJobGroup(run.id, job, {});
  const network = await openNetwork([{ name: 'engine', uplink: options.uplink, ports: [] }], options.signal);
  // On a disk all that it writes twice, in layers and in archives, takes twice as long.
  const storage = storageFor({ diskBytes: engineDiskBytes }, run);
  const script = engineScript({ name, group, storage, directory, socket, uplink: options.uplink });
  // pdeathsig belongs to the thread that forks: this must stay on Node's main thread.
  const words = [...network.enter('engine'), 'setpriv', ...enclose, '/bin/sh', '-c', script];
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-limit)));
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  void ended.then(() => (over = true));
  const dispose = async (): Promise<void> => {
    killFirst(child.pid);
    await ended;
    await network[Symbol.asyncDispose]();
    await group.dispose(AbortSignal.timeout(disposeLimitMs));
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const late = performance.now() + startLimitMs * timeoutScale;
    while (!(await engineAnswers(socket))) {
      options.signal.throwIfAborted();
      if (over || performance.now() > late) throw whyNot(name, over, said);
      await sleep(30);
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    env: clients[name](`unix://${socket}`, directory),
    [Symbol.asyncDispose]: dispose,
  };
}

const clients: Readonly<
  Record<EngineName, (address: string, directory: string) => Readonly<Record<string, string>>>
> = {
  docker: (address, directory) => ({ DOCKER_HOST: address, DOCKER_CONFIG: directory }),
  podman: (address) => ({ CONTAINER_HOST: address }),
};

const limit = 20_000;
const enclose = ['--pdeathsig', 'KILL', 'unshare', '-m', '-p', '-f', '--kill-child', '--mount-proc'];

export function engineAnswers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/_ping', timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

function whyNot(name: EngineName, ended: boolean, said: string): UserError {
  const lines = said.trim().split('\n');
  const { what, program, hint } = told[name];
  return new UserError(
    `cannot start ${what} for the job: ${program} ${ended ? 'ended at once' : 'does not answer'}`,
    { detail: lines.slice(-linesShown).join('\n'), hint, status: 3 },
  );
}

const told = {
  docker: {
    what: 'a Docker engine',
    program: 'dockerd',
    hint: 'start one of your own (systemctl start docker, or dockerd): one that answers is used',
  },
  podman: {
    what: "podman's engine",
    program: 'podman',
    hint: 'name one of your own in CONTAINER_HOST, such as that of systemctl start podman.socket',
  },
} as const;
