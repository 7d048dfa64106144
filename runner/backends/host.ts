/** The host backend: this very computer; what is typed lives in a cgroup of the run and ends with it. */
import { mkdirSync, rmSync } from 'node:fs';
import { machine, release, userInfo } from 'node:os';
import { join } from 'node:path';

import { UserError } from '../../src/error.ts';
import type { MachineFacts } from '../../src/event.ts';
import { groupPids, makeJobGroup } from '../capsule/cgroup.ts';
import { startEngine, type Engine } from '../capsule/engine.ts';
import type { EngineName } from '../capsule/engine-script.ts';
import { cleanEnvironment } from '../capsule/environment.ts';
import { findHierarchies } from '../capsule/hierarchy.ts';
import { execAt, fileAccess } from '../capsule/inside.ts';
import type { RunScope } from '../capsule/run-scope.ts';
import { keepSessions, type OpenSession } from '../capsule/sessions.ts';
import { dockerAnswers, findProgram, uplink } from '../facts/programs.ts';
import { readLabels } from '../images/layers.ts';
import { readLeftProcess, snapshotHost } from '../leak-snapshot.ts';
import type { Machine, ShellPlace } from '../machine.ts';
import { readProcess } from '../session/kill.ts';

/** pdeathsig: a killed runner takes each shell with it; the janitor ends what the shells started. */
const prefix = ['setpriv', '--pdeathsig', 'KILL', '--'];

export async function startHost(options: {
  readonly run: RunScope;
  readonly openSession: OpenSession;
  readonly engines?: readonly EngineName[] | undefined;
  readonly timeoutScale?: number | undefined;
  readonly signal: AbortSignal;
}): Promise<Machine> {
  const { run, timeoutScale, signal } = options;
  const engine = await findEngines(options.engines ?? [], { run, timeoutScale, signal });
  const job = run.nextJob();
  const group = run.owns ? makeJobGroup(run.id, job, {}) : undefined;
  // Not TMPDIR: a step of another user could not enter it.
  const directory = join(run.directory(), job);
  mkdirSync(directory);
  // Who we are, not what the environment says: plain `su` leaves USER as it was.
  const { username: user, homedir: home } = userInfo();
  const shells = new Set<number>();
  const place: ShellPlace = {
    prefix,
    env: { ...cleanEnvironment(user, home), ...engine.env, ROOTLAB_TMPDIR: directory },
    user,
    cwd: home,
    adopt: (pid) => {
      shells.add(pid);
      return Promise.resolve(group?.adopt(pid, undefined));
    },
  };
  const sessions = keepSessions((name, signal) => options.openSession(name, place, { signal }));
  return {
    name: 'host',
    facts: await hostFacts(),
    booted: false,
    session: (name, signal) => sessions.get(name, signal),
    exec: (argv, execOptions) => execAt(place, argv, execOptions),
    ...fileAccess(place),
    reboot: () =>
      Promise.reject(
        new UserError('cannot reboot "host": it is the computer rootlab runs on', {
          hint: 'give the scenario a machine of its own: machine: debian-12',
        }),
      ),
    console: () => new Uint8Array(),
    traces: {
      things: () => Promise.resolve(snapshotHost()),
      processes: () => {
        const pids = new Set((group?.machine ?? []).flatMap(groupPids));
        const left = [...pids].filter((pid) => !shells.has(pid) && readProcess(pid) !== undefined);
        return Promise.resolve(left.map(readLeftProcess));
      },
    },
    shellArgv: () => ['env', ...Object.entries(engine.env).map((pair) => pair.join('=')), 'bash', '-l'],
    async [Symbol.asyncDispose]() {
      await sessions.close();
      await group?.dispose(AbortSignal.timeout(5000));
      await engine[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Of those that a job asks for. What was started is gone by then where another cannot be. */
async function findEngines(names: readonly EngineName[], asked: Asked): Promise<Engine> {
  const ends = await Promise.allSettled(names.map(async (name) => engines[name](asked)));
  const found = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  const dispose = async (): Promise<void> => {
    await Promise.all(found.map(async (engine) => engine[Symbol.asyncDispose]?.()));
  };
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) {
    await dispose();
    throw failed.reason;
  }
  const env = Object.fromEntries(found.flatMap((engine) => Object.entries(engine.env)));
  return { env, [Symbol.asyncDispose]: dispose };
}

type HostEngine = Pick<Engine, 'env'> & Partial<AsyncDisposable>;

interface Asked {
  readonly run: RunScope;
  readonly timeoutScale: number | undefined;
  readonly signal: AbortSignal;
}

/** The one that answers, where the caller's own environment says; else one for this job alone. */
const engines: Readonly<Record<EngineName, (asked: Asked) => Promise<HostEngine>>> = {
  async docker(asked) {
    const { DOCKER_HOST: host } = process.env;
    const { ok } = await dockerAnswers(asked.signal);
    if (ok) return { env: host === undefined ? {} : { DOCKER_HOST: host } };
    return ownEngine('docker', ['docker', 'dockerd'], asked);
  },
  async podman(asked) {
    const { CONTAINER_HOST: host } = process.env;
    return host === undefined ? ownEngine('podman', ['podman'], asked) : { env: { CONTAINER_HOST: host } };
  },
};

async function ownEngine(
  name: EngineName,
  programs: readonly string[],
  { run, timeoutScale, signal }: Asked,
): Promise<HostEngine> {
  // Then another of the job's needs was met: {any: [docker, podman]}; or, without root, podman has its user's store.
  if (!run.owns || programs.some((program) => findProgram(program) === undefined)) return { env: {} };
  return startEngine(run, { name, uplink: (await uplink(signal)).ok, timeoutScale, signal });
}

/** Read, not asked: starting a program to be told would take longer than most steps. */
async function hostFacts(): Promise<MachineFacts> {
  const { systemd, systemdFull, os } = readLabels(['/']);
  const { kind: cgroup } = findHierarchies();
  return { systemd, systemdFull, os, kernel: release(), arch: machine(), cgroup, backend: 'host' };
}
