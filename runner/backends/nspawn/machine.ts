/** A machine of systemd-nspawn in a capsule: started, typed into, rebooted, destroyed. */
import { existsSync } from 'node:fs';
import { machine, release } from 'node:os';

import { UserError } from '../../../src/error.ts';
import type { Failure, Fate, MachineFacts } from '../../../src/event.ts';
import type { RootSpec } from '../../../src/scenario.ts';
import { type Capsule, startCapsule } from '../../capsule/capsule.ts';
import { type ConsoleLog, keepConsole } from '../../capsule/console.ts';
import { alone, type Connection } from '../../capsule/connection.ts';
import { cleanEnvironment } from '../../capsule/environment.ts';
import { execAt, fileAccess } from '../../capsule/inside.ts';
import { requireRoot, type RunScope } from '../../capsule/run-scope.ts';
import { keepSessions, type OpenSession } from '../../capsule/sessions.ts';
import { unlessAborted, withLimit } from '../../capsule/until.ts';
import type { Machine, ShellPlace } from '../../machine.ts';
import type { BuiltImage } from '../../images/ensure.ts';
import { hasInLayers, readInLayers } from '../../images/layers.ts';
import { rootPath, storageFor } from '../../root.ts';
import { commandOf } from '../../session/kill.ts';
import {
  engineRuntimes,
  enterArguments,
  nestedEnvironment,
  nspawnArguments,
  nspawnEnvironment,
} from './arguments.ts';
import { awaitBoot, type Boot } from './boot.ts';
import { keepAlive, type Life } from './life.ts';
import { easeWayDown } from './way-down.ts';

export interface MachineOptions {
  readonly run: RunScope;
  /** At most 12 characters. */
  readonly name: string;
  readonly image: MachineImage;
  readonly trees: readonly { readonly path: string; readonly image: MachineImage }[];
  readonly spec: Pick<RootSpec, 'init' | 'bootTimeoutMs' | 'diskBytes' | 'memoryBytes' | 'cpus' | 'user'>;
  /** Controllers bound to v1 that it limits with: it sees v1 beside v2 then. */
  readonly v1?: readonly string[] | undefined;
  /** A file that another machine on this image saved. */
  readonly restored?: string | undefined;
  readonly openSession: OpenSession;
  /** Else it is alone. */
  readonly connection?: Connection | undefined;
  /** How many machines its job has, itself included. */
  readonly atOnce?: number | undefined;
  /** Called once it starts up, which takes a while. */
  readonly onBegun?: (() => void) | undefined;
  readonly onConsole: (chunk: Uint8Array) => void;
  readonly signal: AbortSignal;
}
/** Layers on this computer, uppermost first, never written to; and what the tree says about itself. */
export type MachineImage = Pick<BuiltImage, 'name' | 'layers' | 'labels'> & Partial<Pick<BuiltImage, 'hash'>>;
export interface NspawnMachine extends Machine {
  /** `running`, or `degraded` with its failed units; both empty without init. */
  readonly health: { readonly state: string; readonly failedUnits: string };
  /** Resolves when the boot that stands ends: by a reboot, a power-off, or a crash. */
  ended(): Promise<void>;
  /** PID 1 of the machine, as seen from here; another one after a reboot. */
  leader(): number;
}
export type Started =
  { readonly ok: true; readonly machine: NspawnMachine } | { readonly ok: false; readonly failure: Failure };

/** A boot that fails is data; what it held is gone by then. Throws only when aborted, or for a want of root. */
export async function startMachine(options: MachineOptions): Promise<Started> {
  const { run, spec, connection = alone, v1 = [] } = options;
  requireRoot('make machines');
  const unfit = spec.init ? whyNotBootable(options.image) : undefined;
  if (unfit !== undefined) return { ok: false, failure: unfit };
  const console = keepConsole();
  const engine = hasInLayers(options.image.layers, engineRuntimes);
  const env = cleanEnvironment('root', '/root');
  const capsule = startCapsule(run, {
    root: {
      name: options.name,
      layers: options.image.layers,
      trees: options.trees.map(({ path, image }) => ({ path, layers: image.layers })),
      restored: options.restored,
      nests: spec.init || options.trees.length > 0,
      bpf: engine,
      hosts: readInLayers(options.image.layers, 'etc/hosts'),
      neighbours: connection.neighbours,
      resolver: connection.resolver,
    },
    enter: connection.enter,
    storage: storageFor({ ...spec, diskBytes: spec.diskBytes * (options.atOnce ?? 1) }, run),
    diskBytes: spec.diskBytes,
    limits: { memoryBytes: spec.memoryBytes, cpus: spec.cpus },
    v1,
    argv: nspawnArguments({
      name: options.name,
      root: rootPath,
      booted: spec.init,
      network: connection.network,
      v1,
      engine,
    }),
    env: nspawnEnvironment({ network: connection.network, booted: spec.init, v1 }),
    onOutput(chunk) {
      console.add(chunk);
      options.onConsole(chunk);
    },
  });
  options.onBegun?.();
  const enter = (leader: number) => enterArguments(leader, connection.network);
  const boot = (signal: AbortSignal, mostMs = spec.bootTimeoutMs) => {
    const timeoutMs = Math.min(mostMs, spec.bootTimeoutMs);
    return awaitBoot(capsule, { booted: spec.init, enter, timeoutMs, env, console, signal });
  };
  try {
    const first = await boot(options.signal);
    if (first.ok) {
      const life = keepAlive(options.name, first, {
        async boot(signal, timeoutMs) {
          capsule.startAgain();
          return boot(signal, timeoutMs);
        },
        said: () => console.tail(40),
      });
      return { ok: true, machine: machineOf(options, capsule, { life, console, enter }) };
    }
    await capsule[Symbol.asyncDispose]();
    return first;
  } catch (error) {
    await capsule[Symbol.asyncDispose]();
    throw error;
  }
}

function machineOf(
  options: MachineOptions,
  capsule: Capsule,
  { life, console, enter }: { life: Life; console: ConsoleLog; enter(leader: number): readonly string[] },
): NspawnMachine {
  const { name, spec } = options;
  let opened = false;
  let gone = false;
  const wayDown = easeWayDown(() => life.current().leader);
  /** A shell that ends may be the first sign that the machine goes down, by what was typed into it. */
  const settle = async (): Promise<void> => {
    const boot = await life.standing();
    if (await isGoingDown(boot)) await boot.ended;
  };
  const isGoingDown = async ({ leader }: Boot): Promise<boolean> => {
    if (!spec.init) return !existsSync(`/proc/${leader}`);
    const signal = AbortSignal.timeout(5000);
    // Asked of PID 1 itself: on the way down the bus ends early.
    const argv = ['systemctl', 'show', '--property=SystemState', '--value'];
    const answer = await execAt(rootPlace, argv, { signal }).catch(() => undefined);
    return answer?.stdout.trim() === 'stopping' || commandOf(leader) !== 'systemd';
  };
  const fateOf = async (boot: Boot): Promise<Fate | undefined> => {
    if (life.fate(boot) !== undefined) return life.fate(boot);
    if (!(await isGoingDown(boot))) return undefined;
    // A shell is deaf to the TERM that all get; what is left of it would be waited for.
    await sessions.close();
    await unlessAborted(boot.ended, AbortSignal.timeout(wayDownMs)).catch(() => undefined);
    return life.fate(boot) ?? 'stopping';
  };
  const place = (user: string): ShellPlace => ({
    async ready() {
      if (opened && spec.init) await settle();
      opened = true;
      await life.standing();
    },
    // Another one after a reboot.
    get prefix() {
      return enter(life.current().leader);
    },
    env: { ...cleanEnvironment(user, homeOf(user)), ...nestedEnvironment(options.v1) },
    user,
    cwd: homeOf(user),
    adopt: async (pid) => {
      wayDown.typedInto(pid);
      await capsule.group.adopt(pid, typedGroup);
    },
    isGone: () => gone,
  });
  /** The machine may have gone down under a shell that was to be opened: then that is what must be told. */
  const orGone = async (error: unknown, signal: AbortSignal): Promise<never> => {
    const soon = withLimit(1000, signal);
    await unlessAborted(life.current().ended, soon).catch(() => undefined);
    await life.standing();
    throw error;
  };
  const rootPlace = place('root');
  const sessions = keepSessions((session, signal) =>
    // What rootlab itself looks at is not for the machine's user to see or not.
    options.openSession(session, place(session.startsWith('#') ? 'root' : spec.user), { signal }),
  );
  const files = fileAccess(rootPlace);
  return {
    name,
    facts: factsOf(options.image, options.v1),
    get health() {
      const { state, failedUnits } = life.current();
      return { state, failedUnits };
    },
    booted: spec.init,
    ended: async () => void (await life.current().ended),
    leader: () => life.current().leader,
    async session(session, signal) {
      await life.standing();
      return sessions.get(session, signal).catch(async (error: unknown) => orGone(error, signal));
    },
    async exec(argv, execOptions) {
      await life.standing();
      return execAt(rootPlace, argv, execOptions);
    },
    async put(file, signal) {
      await life.standing();
      return files.put(file, signal);
    },
    async get(path, signal) {
      await life.standing();
      return files.get(path, signal);
    },
    async reboot(signal, timeoutMs) {
      if (!spec.init)
        throw new UserError(`cannot reboot "${name}": it has no init`, { hint: 'say init: true' });
      await life.standing();
      await sessions.close();
      return life.reboot(signal, timeoutMs);
    },
    fate() {
      const boot = life.current();
      return async () => fateOf(boot);
    },
    usage: () => capsule.group.usage(),
    save: async (file, signal) => capsule.save(file, signal),
    console: () => console.bytes(),
    shellArgv() {
      const env = { ...rootPlace.env, TERM: process.env['TERM'] ?? 'dumb' };
      const words = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      return [...rootPlace.prefix, 'env', '-i', ...words, 'bash', '-l'];
    },
    async [Symbol.asyncDispose]() {
      life.end();
      wayDown[Symbol.dispose]();
      try {
        await capsule[Symbol.asyncDispose]();
        // Its shells died with it, and all that they had started.
        gone = true;
      } finally {
        await sessions.close();
      }
    },
  };
}

/** Below the machine's own root cgroup, so that systemd-cgls and limits inside see what is typed. */
const typedGroup = 'payload/rootlab.scope';

/** How long a failed step waits for a machine that goes down, to tell how it went. */
const wayDownMs = 15_000;

function homeOf(user: string): string {
  return user === 'root' ? '/root' : `/home/${user}`;
}

function factsOf({ name, hash, labels }: MachineImage, v1: readonly string[] = []): MachineFacts {
  return {
    image: name,
    recipe: hash?.slice(0, 12),
    systemd: labels.systemd,
    systemdFull: labels.systemdFull,
    os: labels.os,
    kernel: release(),
    arch: machine(),
    cgroup: v1.length === 0 ? 'v2' : 'hybrid',
    backend: 'nspawn',
  };
}

/** Told from the tree itself before anything starts; systemd-nspawn would only say that it found none. */
function whyNotBootable({ name, labels }: MachineImage): Failure | undefined {
  const lacks = (what: string, hint: string): Failure => ({
    kind: 'error',
    message: `cannot boot the image "${name}": its tree has no ${what}`,
    hint,
  });
  if (labels.os === undefined)
    return lacks(
      'os-release',
      'build it with the package that brings /etc/os-release (base-files on Debian)',
    );
  if (labels.systemd === undefined)
    return lacks('systemd', 'add the package systemd-sysv to the image, or say init: false');
  return undefined;
}
