/** How each machine of a job is connected, and what of that has to be made; for a machine that is alone, nothing. */
import { readFile } from 'node:fs/promises';

import type { RootSpec } from '../src/scenario.ts';
import { alone, type Connection } from './capsule/connection.ts';
import { uplinkResolver, type NetworkMember } from './capsule/network-script.ts';
import { openNetwork } from './capsule/network.ts';
import type { TakePorts } from './port-queue.ts';

export interface JobNetwork {
  /** Made at the first call. Throws where it cannot be had. */
  connection(spec: RootSpec, signal: AbortSignal): Promise<Connection>;
  /** Another job may try to have the ports; all the rest stays. */
  giveBackPorts(): void;
  end(): Promise<void>;
}

/** Resolves once the ports that are published are this job's. */
export async function prepareNetwork(
  specs: readonly RootSpec[],
  takePorts: TakePorts,
  signal: AbortSignal,
): Promise<JobNetwork> {
  const ports = specs.flatMap((spec) => spec.ports.map(({ host }) => host));
  const giveBackPorts = ports.length === 0 ? () => undefined : await takePorts(ports, signal);
  const members = specs.flatMap((spec, index): readonly NetworkMember[] => {
    const { name, linked, network, ports: published } = spec;
    if (network === 'shared' || !(linked || network === 'uplink' || published.length > 0)) return [];
    const address = linked ? `10.88.0.${index + 1}` : undefined;
    return [{ name, uplink: network === 'uplink', ports: published, address }];
  });
  const neighbours = members
    .filter(({ address }) => address !== undefined)
    .map(({ name, address }) => `${address} ${name}\n`)
    .join('');
  let made: ReturnType<typeof openNetwork> | undefined;
  const network = async (jobSignal: AbortSignal) => (made ??= openNetwork(members, jobSignal));
  return {
    async connection(spec, jobSignal) {
      if (spec.network === 'shared') return { network: 'host', enter: [], resolver: await hostResolver() };
      if (!members.some(({ name }) => name === spec.name)) return alone;
      const { enter } = await network(jobSignal);
      return {
        network: 'capsule',
        enter: enter(spec.name),
        resolver: spec.network === 'uplink' ? uplinkResolver : undefined,
        neighbours: spec.linked ? neighbours : undefined,
      };
    },
    giveBackPorts,
    async end() {
      const opened = await made?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
      giveBackPorts();
    },
  };
}

/** Read here: behind a capsule's private /run a link to it leads nowhere. */
async function hostResolver(): Promise<string | undefined> {
  return readFile('/etc/resolv.conf', 'utf8').catch(() => undefined);
}
