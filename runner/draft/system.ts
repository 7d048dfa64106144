/** Facts of the operating system and of the systemd that runs it. */
import { bootedPath } from '../facts/programs.ts';
import { type DraftFact, isPlain } from './fact.ts';

/** Distribution and its version, as their own words in os-release. */
export const distribution: DraftFact = ({ read }) => {
  const lines = read('/etc/os-release').split('\n');
  const words = ['ID', 'VERSION_ID'].flatMap((key) => lines.find((line) => line.startsWith(`${key}=`)) ?? []);
  if (words.length === 0 || words.some((word) => /[<>$\\]/.test(word))) return [];
  const why = 'Packages, paths and defaults differ between distributions and their versions.';
  return [{ why, check: { file: '/etc/os-release', contains: words } }];
};

export const systemdVersion: DraftFact = async ({ ask }) => {
  const [, major] = /^systemd (\d+)/.exec((await ask(['systemctl', '--version'])) ?? '') ?? [];
  if (major === undefined) return [];
  const why = 'Units may use what came with this version; a newer one is welcome.';
  return [{ why, check: { command: 'systemctl', version: `>= ${major}` } }];
};

/** Others are often no more than the command a container was started with. */
const inits = new Set(['systemd', 'init', 'openrc-init', 'runit', 's6-svscan']);

export const firstProcess: DraftFact = ({ read }) => {
  const name = read('/proc/1/comm').trim();
  if (inits.has(name)) {
    const why = 'PID 1 starts and reaps all others.';
    return [{ why, check: { file: '/proc/1/comm', contains: name } }];
  }
  return [{ why: `Nothing is said of units: PID 1 is "${name}", not systemd.` }];
};

export const systemState: DraftFact = async (computer) => {
  if (!runsSystemd(computer)) return [];
  const state = (await computer.ask(['systemctl', 'show', '--value', '-p', 'SystemState']))?.trim();
  const listed = await computer.ask([
    'systemctl',
    'list-units',
    '--failed',
    '--plain',
    '--no-legend',
    '--full',
  ]);
  const failed = (listed ?? '').split('\n').flatMap((line) => line.split(' ')[0] || []);
  if (state === 'running') {
    const why = 'No unit has failed: systemctl --failed';
    return [{ why, check: { system: 'running', 'failed-units': 0 } }];
  }
  const what = failed.length > 0 ? `failed units: ${failed.join(' ')}` : 'systemctl is-system-running';
  return [{ why: `The system is "${state ?? 'unknown'}" (${what}); once mended, add {system: running}.` }];
};

/** Of services that come under several names, or matter wherever they are enabled. */
const services: readonly (readonly [why: string, ...names: string[]])[] = [
  [
    'The clock is kept right: certificates and time-outs depend on it.',
    'systemd-timesyncd',
    'chrony',
    'chronyd',
    'ntpsec',
    'ntp',
    'openntpd',
  ],
  ['Who works here comes in this way.', 'ssh', 'sshd'],
  ['Links get their addresses from it.', 'systemd-networkd', 'NetworkManager', 'networking'],
  ['Names are resolved by it.', 'systemd-resolved'],
  ['Jobs start containers with it.', 'docker', 'podman', 'containerd'],
  ['Timed jobs are started by it.', 'cron', 'crond'],
];

export const enabledServices: DraftFact = async (computer) => {
  if (!runsSystemd(computer)) return [];
  const names = services.flatMap(([, ...some]) => some.map((name) => `${name}.service`));
  const shown = await computer.ask([
    'systemctl',
    'show',
    '-p',
    'Id,ActiveState,UnitFileState',
    '--',
    ...names,
  ]);
  const blocks = (shown ?? '').split('\n\n').map((block) => block.split('\n'));
  const good = blocks
    .filter((block) => block.includes('ActiveState=active') && block.includes('UnitFileState=enabled'))
    .flatMap((block) => block.find((line) => line.startsWith('Id='))?.slice('Id='.length) ?? []);
  return services.flatMap(([why, ...some]) => {
    const unit = some.map((name) => `${name}.service`).find((name) => good.includes(name));
    return unit === undefined ? [] : [{ why, check: { unit, active: 'active', enabled: 'enabled' } }];
  });
};

function runsSystemd({ isDirectory }: { readonly isDirectory: (path: string) => boolean }): boolean {
  return isDirectory(bootedPath);
}

export const timeZone: DraftFact = ({ target }) => {
  const path = target('/etc/localtime');
  if (path === undefined || !isPlain(path.replace(/^(?:\.\.\/)+/, ''))) return [];
  const why = 'Logs and timers speak of this time zone.';
  return [{ why, check: { file: '/etc/localtime', target: path } }];
};
