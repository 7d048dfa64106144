/** The names of capabilities that `needs` may ask for; `runner/facts.ts` finds out which this computer has. */

/** Those that are simply there or not. */
export const capabilityNames = [
  'root',
  'nspawn',
  'nested-nspawn',
  'uplink',
  'cgroup-v1',
  'cgroup-v2',
  'controller-memory',
  'controller-cpu',
  'controller-pids',
  'controller-io',
  'userns',
  'kvm',
  'vm',
  'docker',
  'podman',
  'ssh',
  'host-machined',
  'host-systemd',
  'host-kernel',
  'debootstrap',
  'mmdebstrap',
] as const;
export type CapabilityName = (typeof capabilityNames)[number];

/** Those that are versions: `{host-systemd: ">= 250"}`. */
export const versionCapabilities: readonly CapabilityName[] = ['host-systemd', 'host-kernel'];
