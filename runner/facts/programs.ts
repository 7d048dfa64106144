/** Probes for the programs of this computer, and for the services behind them. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

import { runTool } from '../process.ts';
import { allOf, root, type Fact, type Probe } from './probe.ts';

/** A service that does not answer is not there. */
const limitMs = 5000;

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

export const dockerAnswers: Probe = allOf(program('docker', 'docker.io'), (signal) =>
  answers(
    ['docker', 'version', '--format', '{{.Server.Version}}'],
    'the docker daemon',
    'systemctl start docker',
    signal,
  ),
);

/** One that answers, or the programs for one of a job's own. */
export const dockerEngine: Probe = async (signal) => {
  const running = await dockerAnswers(signal);
  if (running.ok || findProgram('docker') === undefined) return running;
  const path = findProgram('dockerd');
  if (path === undefined) return { ...running, ...install('docker.io') };
  const { ok, fix } = await root(signal);
  return ok ? { ok, found: `${path}, which each job starts for itself` } : { ...running, fix };
};

/** As systemd itself asks, in sd_booted(3). */
const bootedBySystemd: Probe = () =>
  Promise.resolve(
    existsSync('/run/systemd/system')
      ? { ok: true, found: 'systemd is process 1' }
      : {
          ok: false,
          found: 'systemd is not process 1 of this computer, so nothing here can start systemd-machined',
        },
  );

export const hostMachined: Probe = allOf(
  bootedBySystemd,
  program('machinectl', 'systemd-container'),
  (signal) =>
    answers(
      ['machinectl', 'list', '--no-legend'],
      'systemd-machined',
      'systemctl start systemd-machined',
      signal,
    ),
);

async function answers(
  argv: readonly string[],
  who: string,
  fix: string,
  signal: AbortSignal,
): Promise<Fact> {
  const { exit, stdout, stderr } = await runTool(argv, { signal, timeoutMs: limitMs });
  if (exit === 0) return { ok: true, found: `${who} answers`, version: stdout.trim() || undefined };
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return { ok: false, found: `${who} does not answer${said === '' ? '' : ` (${said})`}`, fix };
}

function install(name: string | undefined): { readonly fix?: string } {
  return name === undefined ? {} : { fix: `apt-get install ${name}` };
}
