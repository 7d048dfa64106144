/** What this computer can do: one probe a capability, for `needs` and for `rootlab doctor`. */
import { type CapabilityName, capabilityNames } from '../src/need.ts';
import { holds, parseComparison } from '../src/quantity.ts';
import type { Need } from '../src/scenario.ts';
import { controllers } from './facts/cgroups.ts';
import { kernelVersion, systemdVersion } from './facts/host.ts';
import { loopDevices, overlayMounts, userNamespaces } from './facts/kernel.ts';
import { dockerEngine, hostMachined, program, uplink } from './facts/programs.ts';
import { cgroupV1, cgroupV2 } from './facts/cgroups.ts';
import { allOf, type Fact, type Probe, root } from './facts/probe.ts';

/** Not asked for by scenarios, but without them there are no roots. */
const basicNames = ['overlay', 'loop'] as const;
export type FactName = CapabilityName | (typeof basicNames)[number];
export type NamedFact = Fact & { readonly name: FactName };

const nspawn = allOf(
  root,
  program('systemd-nspawn', 'systemd-container'),
  program('setpriv', 'util-linux'),
  program('unshare', 'util-linux'),
  overlayMounts,
);

const probes: Readonly<Record<FactName, Probe>> = {
  root,
  nspawn,
  // What a machine needs, the machine itself gives to those in it; their cgroups come from here.
  'nested-nspawn': allOf(nspawn, cgroupV2),
  uplink,
  'cgroup-v1': cgroupV1,
  'cgroup-v2': cgroupV2,
  'controller-memory': controllers('memory'),
  'controller-cpu': controllers('cpu'),
  'controller-pids': controllers('pids'),
  'controller-io': controllers('io'),
  userns: userNamespaces,
  kvm: program('/dev/kvm', undefined),
  vm: program('qemu-system-x86_64', 'qemu-system-x86'),
  docker: dockerEngine,
  podman: program('podman', 'podman'),
  ssh: program('ssh', 'openssh-client'),
  'host-machined': hostMachined,
  'host-systemd': systemdVersion,
  'host-kernel': kernelVersion,
  debootstrap: program('debootstrap', 'debootstrap'),
  mmdebstrap: program('mmdebstrap', 'mmdebstrap'),
  overlay: allOf(root, overlayMounts),
  loop: allOf(root, loopDevices),
};

/** All of them, in the order of the table of names. */
export function probeAll(signal: AbortSignal): Promise<readonly NamedFact[]> {
  return Promise.all(
    [...basicNames, ...capabilityNames].map(async (name) => ({ name, ...(await probes[name](signal)) })),
  );
}

/** Why the first need that is not met is not, with the command that would meet it; nothing where all are. */
export async function unmetNeed(
  needs: readonly Need[],
  signal: AbortSignal,
  scale?: number,
): Promise<string | undefined> {
  for (const need of needs) {
    const reason = await unmet(need, signal, scale);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

async function unmet(
  need: Need,
  signal: AbortSignal,
  scale: number | undefined,
): Promise<string | undefined> {
  if ('any' in need) {
    const reasons: string[] = [];
    for (const one of need.any) {
      const reason = await unmet(one, signal, scale);
      if (reason === undefined) return undefined;
      reasons.push(reason);
    }
    return `none of: ${reasons.join('; or ')}`;
  }
  const name = capabilityNames.find((known) => known === need.name);
  if (name === undefined) throw new TypeError(`the parser let the unknown need "${need.name}" pass`);
  const fact = await probes[name](signal, scale);
  if (!fact.ok)
    return `needs ${name}: ${fact.found}${fact.fix === undefined ? '' : `; to get it: ${fact.fix}`}`;
  if (need.compare === undefined) return undefined;
  const comparison = parseComparison(need.compare);
  const version = fact.version ?? '';
  if (comparison !== undefined && holds(comparison, version, 'version').ok) return undefined;
  return `needs ${name} ${need.compare}: it is ${version}`;
}
