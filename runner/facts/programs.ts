/** Probes for the programs of this computer, and for the services behind them. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

import { runTool } from '../process.ts';
import { allOf, probeLimit, root, type Fact, type Probe } from './probe.ts';

/** Where an administrator's programs lie, whatever the PATH of who calls us. */
const administratorPath = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

export function findProgram(name: string): string | undefined {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), ...administratorPath];
  const paths = isAbsolute(name)
    ? [name]
    : places.filter((place) => place !== '').map((place) => join(place, name));
  return paths.find((path) => {
    try {
      accessSync(path, isAbsolute(name) ? constants.R_OK : constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** `name` is a program, or the path of anything that must be readable; it comes with the Debian package `from`. */
export function program(name: string, from: string | undefined): Probe {
  return () => {
    const path = findProgram(name);
    const fact: Fact =
      path === undefined
        ? {
            ok: false,
            found: `${name} ${isAbsolute(name) ? whyNotRead(name) : 'is not installed'}`,
            ...install(from),
          }
        : { ok: true, found: path };
    return Promise.resolve(fact);
  };
}

/** Devices are there for some users, and not for others. */
export function whyNotRead(path: string): string {
  return existsSync(path) ? 'cannot be read by this user' : 'is missing';
}

export const uplink: Probe = async (signal) => {
  const tun = await program('/dev/net/tun', undefined)(signal);
  if (!tun.ok) return { ...tun, fix: 'modprobe tun' };
  const slirp = await program('slirp4netns', 'slirp4netns')(signal);
  if (slirp.ok) return slirp;
  const pasta = await program('pasta', 'passt')(signal);
  return pasta.ok ? pasta : slirp;
};

export const dockerAnswers: Probe = allOf(program('docker', 'docker.io'), (signal, scale) =>
  answers(
    ['docker', 'version', '--format', '{{.Server.Version}}'],
    'the docker daemon',
    'systemctl start docker',
    signal,
    scale,
  ),
);

/** One that answers, or the programs for one of a job's own. */
export const dockerEngine: Probe = async (signal, scale) => {
  const running = await dockerAnswers(signal, scale);
  if (running.ok) return running;
  const [client, daemon] = ['docker', 'dockerd'].map(findProgram);
  return wordEngine(running, { client, daemon, asRoot: await root(signal) });
};

/** Where no daemon answers: what is missing, by its name, so that the advice brings just that. */
export function wordEngine(
  running: Fact,
  here: { readonly client: string | undefined; readonly daemon: string | undefined; readonly asRoot: Fact },
): Fact {
  const { client, daemon, asRoot } = here;
  if (daemon === undefined) {
    if (client === undefined) return running;
    // It may be another computer's.
    return process.env['DOCKER_HOST'] === undefined
      ? { ok: false, found: `dockerd is not installed, and ${running.found}`, ...install('docker.io') }
      : { ...running, fix: 'start the daemon that DOCKER_HOST names, or unset DOCKER_HOST' };
  }
  if (client === undefined)
    return { ok: false, found: `docker, which asks ${daemon}, is not installed`, ...install('docker-cli') };
  return asRoot.ok
    ? { ok: true, found: `${daemon}, which each job starts for itself` }
    : { ...running, fix: asRoot.fix };
}

/** As systemd itself asks, in sd_booted(3); the folder of others is not enough. */
export const bootedPath = '/run/systemd/system';

const bootedBySystemd: Probe = () =>
  Promise.resolve(
    existsSync(bootedPath)
      ? { ok: true, found: 'systemd is process 1' }
      : {
          ok: false,
          found: 'systemd is not process 1 of this computer, so nothing here can start systemd-machined',
        },
  );

export const hostMachined: Probe = allOf(
  bootedBySystemd,
  program('machinectl', 'systemd-container'),
  (signal, scale) =>
    answers(
      ['machinectl', 'list', '--no-legend'],
      'systemd-machined',
      'systemctl start systemd-machined',
      signal,
      scale,
    ),
);

async function answers(
  argv: readonly string[],
  who: string,
  fix: string,
  signal: AbortSignal,
  scale: number | undefined,
): Promise<Fact> {
  const { exit, stdout, stderr } = await runTool(argv, { signal, timeoutMs: probeLimit(scale) });
  if (exit === 0) return { ok: true, found: `${who} answers`, version: stdout.trim() || undefined };
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return { ok: false, found: `${who} does not answer${said === '' ? '' : ` (${said})`}`, fix };
}

function install(name: string | undefined): { readonly fix?: string } {
  return name === undefined ? {} : { fix: `apt-get install ${name}` };
}
