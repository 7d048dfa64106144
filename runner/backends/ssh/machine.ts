/** The ssh backend: another computer, under the rules of this one; what is typed there ends with the connection. */
import { UserError } from '../../../src/error.ts';
import type { MachineFacts } from '../../../src/event.ts';
import type { SshSpec } from '../../../src/scenario.ts';
import { cleanEnvironment } from '../../capsule/environment.ts';
import { execAt, fileAccess, type ProgramPlace } from '../../capsule/inside.ts';
import type { RunScope } from '../../capsule/run-scope.ts';
import { keepSessions } from '../../capsule/sessions.ts';
import type { Machine } from '../../machine.ts';
import { openSessionAt } from '../../session/index.ts';
import { connect, script, sshArgv } from './connection.ts';
import { deskThere } from './desk.ts';
import { program } from './scripts.ts';
import { tracesThere } from './traces.ts';

export async function startSsh(options: {
  readonly spec: SshSpec;
  readonly run: RunScope;
  readonly signal: AbortSignal;
  /** Of the time to connect, and of a shell's to start; absent: 1. */
  readonly timeoutScale?: number | undefined;
}): Promise<Machine> {
  const { spec, timeoutScale } = options;
  const connection = await connect(spec.ssh, options.run.id, options.signal, timeoutScale);
  const { system, dir } = connection;
  const home = system.get('home') ?? '/';
  const env = cleanEnvironment(system.get('user') ?? 'root', home);
  let next = 0;
  const nextId = (): string => `n${++next}`;
  const place: ProgramPlace = {
    prefix: connection.prefix,
    env,
    away(argv) {
      const id = nextId();
      return {
        words: [script(program, 'rootlab-program', dir, id, ...argv)],
        end: () => void connection.ask('end', id),
      };
    },
  };
  const sessions = keepSessions(async (name, signal) => {
    const desk = { connection, id: nextId(), name, env, timeoutScale };
    return openSessionAt(name, home, (receive) => deskThere(desk, receive), { signal });
  });
  const exec: Machine['exec'] = async (argv, execOptions) => {
    const result = await execAt(place, argv, execOptions);
    // ssh itself ends with 255.
    const lost = result.exit === 255 ? await connection.lost() : undefined;
    if (lost !== undefined) throw lost;
    return result;
  };
  return {
    name: spec.name,
    facts: factsOf(system),
    booted: false,
    aheadMs: Number(system.get('now')) - connection.readAtMs,
    session: (name, signal) => sessions.get(name, signal),
    exec,
    traces: tracesThere(spec.ssh, dir, exec),
    ...fileAccess(place),
    reboot: () =>
      Promise.reject(
        new UserError(`cannot reboot "${spec.ssh}": it is a computer that outlives the job`, {
          hint: 'give the scenario a machine of its own: machine: debian-12',
        }),
      ),
    console: () => new Uint8Array(),
    shellArgv: () => ['ssh', '-t', ...sshArgv(spec.ssh, [])],
    async [Symbol.asyncDispose]() {
      await sessions.close();
      await connection[Symbol.asyncDispose]();
    },
  };
}

function factsOf(system: ReadonlyMap<string, string>): MachineFacts {
  const told = (name: string): string | undefined => system.get(name) || undefined;
  const [, systemd, systemdFull] = /^systemd (\d+)(?: \((.*)\))?/.exec(told('systemd') ?? '') ?? [];
  const fact = (name: string): string => system.get(name) ?? 'unknown';
  return {
    systemd,
    systemdFull,
    os: told('os')?.trim(),
    kernel: fact('kernel'),
    arch: fact('arch'),
    cgroup: fact('cgroup'),
    backend: 'ssh',
  };
}
