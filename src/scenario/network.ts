/** How a machine is connected: what it reaches, which of its ports are published, the link to the job's others. */
import * as z from 'zod';
import { suggest } from '../nearest.ts';
import { report } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import { jsonNotes, leaf, list, placeOf, problem } from './shape.ts';

/** Nothing; out, and not reached; the host's own. */
const networks = ['none', 'uplink', 'shared'] as const;
export type Network = (typeof networks)[number];

/** Published on 127.0.0.1 of this computer. */
export interface PublishedPort {
  readonly host: number;
  readonly machine: number;
}

export const network: z.ZodType<Network> = leaf<Network>(
  'network',
  'none',
  (value, cell) => {
    const known = networks.find((name) => name === value);
    if (known === undefined) problem(cell, `network cannot be "${value}"`, suggest(value, networks));
    return known ?? 'none';
  },
  { enum: [...networks] },
);

const port = leaf<PublishedPort>(
  'a port',
  { host: 0, machine: 0 },
  (value, cell) => {
    const [, host, machine, protocol] = /^(\d+):(\d+)(?:\/(\w+))?$/.exec(value) ?? [];
    const read = { host: Number(host), machine: Number(machine) };
    if (host === undefined)
      problem(cell, `a port cannot be "${value}"`, 'the port here and the one in the machine: "8080:80/tcp"');
    else if (protocol !== undefined && protocol !== 'tcp')
      problem(cell, `a port of "${protocol}" cannot be published`, `only tcp can: "${host}:${machine}/tcp"`);
    else if (![read.host, read.machine].every((number) => number > 0 && number < 65_536))
      problem(cell, `a port cannot be "${value}"`, 'ports are numbers from 1 to 65535');
    return read;
  },
  { pattern: '^[0-9]+:[0-9]+(/tcp)?$' },
);

const portList = list('ports', port);
export const ports: z.ZodType<readonly PublishedPort[]> = z.preprocess((cell: Cell) => {
  checkPorts(cell.kind === 'list' ? cell.items : [cell]);
  return cell;
}, portList);
jsonNotes.set(ports, { as: portList });

/** Of the second of two programs the port would be refused. */
export function checkPorts(cells: readonly Cell[]): void {
  const seen = new Map<string, number>();
  for (const cell of cells) {
    const number = cell.kind === 'text' ? /^0*(\d+):/.exec(cell.text)?.[1] : undefined;
    if (number === undefined) continue;
    const other = seen.get(number);
    if (other !== undefined)
      problem(cell, `port ${number} is published twice`, `the other stands in line ${other}`);
    seen.set(number, placeOf(cell).line);
  }
}

/** What says nothing beside the host's own network. */
export function checkNetwork(cell: Cell): void {
  if (cell.kind !== 'map') return;
  const said = cell.entries.get('network')?.value;
  const published = cell.entries.get('ports');
  if (published !== undefined && said?.kind === 'text' && said.text === 'shared')
    report(
      cell.source,
      published.offset,
      '"ports" mean nothing with network: shared',
      'its ports are those of this computer already; leave them out, or say network: uplink',
    );
}
