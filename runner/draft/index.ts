/** The table of what can be drafted: topics, and the facts that are looked for under each. */
import type { DraftKind } from './fact.ts';
import { architecture, controlGroups, forwarding, kernelSettings, kernelVersion } from './kernel.ts';
import { fileSystems } from './mounts.ts';
import { listeningPorts, nameResolution } from './network.ts';
import { programs } from './programs.ts';
import {
  distribution,
  enabledServices,
  firstProcess,
  systemdVersion,
  systemState,
  timeZone,
} from './system.ts';

export const draftKinds: Readonly<Record<string, DraftKind>> = {
  host: {
    title: 'This host is what it was',
    summary: 'Drafted from a live computer.',
    tags: ['host'],
    machine: 'host',
    topics: [
      { title: 'The operating system', facts: [distribution, systemdVersion, firstProcess, timeZone] },
      { title: 'The system is well', facts: [systemState, enabledServices] },
      { title: 'The kernel', facts: [kernelVersion, architecture] },
      { title: 'Control groups', facts: [controlGroups] },
      { title: 'Settings of the kernel', facts: [kernelSettings, forwarding] },
      { title: 'Disks', facts: [fileSystems] },
      { title: 'Network', facts: [listeningPorts, nameResolution] },
      { title: 'Programs', facts: [programs] },
    ],
  },
};
