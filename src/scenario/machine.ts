/** `machine`: this computer, or a throwaway root made from an image. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { report } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import { checkNetwork, network, ports, type Network, type PublishedPort } from './network.ts';
import { backend } from './backend.ts';
import { duration, size } from './quantity.ts';
import { reached, reachedAt, reachedCell, type SshSpec } from './reached.ts';
import { absolutePath, checkReferences, flag, text, userName, word, rawText } from './text.ts';
import { jsonNotes, leaf, list, object, placeOf, problem } from './shape.ts';

export type MachineSpec = HostSpec | MemberSpec;
/** What may stand in `machines`. */
export type MemberSpec = RootSpec | SshSpec;
export interface HostSpec {
  readonly kind: 'host';
  readonly name: 'host';
  readonly at: Place;
}
/** A throwaway root made from an image; texts may hold `${axis}` until the plan has resolved them. */
export interface RootSpec {
  readonly kind: 'root';
  /** By which it is known in itself, to the job's others, and to `on`. */
  readonly name: string;
  /** Whether the job's machines reach each other. */
  readonly linked: boolean;
  readonly image: string;
  /** Whether systemd is PID 1. */
  readonly init: boolean;
  readonly bootTimeoutMs: number;
  readonly trees: readonly { readonly path: string; readonly image: string; readonly at: Place }[];
  /** A derived image: packages and files laid in, cached. */
  readonly packages: readonly string[];
  readonly files: readonly FileSpec[];
  /** All that is written, trees included. */
  readonly diskBytes: number;
  readonly memoryBytes?: number | undefined;
  /** How many CPUs' time all its processes may use together: 1.5. */
  readonly cpus?: number | undefined;
  readonly user: string;
  /** Which backend must start it, where one is named. */
  readonly backend?: string | undefined;
  readonly network: Network;
  readonly ports: readonly PublishedPort[];
  readonly at: Place;
}
export interface FileSpec {
  readonly path: string;
  readonly content?: string | undefined;
  /** Absolute path on this computer (resolved beside the file that says it). */
  readonly from?: string | undefined;
  /** Octal text, as written: `0644`. */
  readonly mode?: string | undefined;
  /** `user:group`. */
  readonly owner?: string | undefined;
}

/** A file or directory of this computer, beside the file that names it. */
export function hostPath(what: string, kind: 'file' | 'directory' = 'file'): z.ZodType<string> {
  return leaf(what, '', (value, cell) => {
    const path = besideFile(cell.source.directory, value);
    cell.source.files.push({ path, kind, offset: cell.offset });
    return path;
  });
}

/** What `files:` of a machine or an image and the verb `write` have in common. */
export const fileFields = {
  content: rawText('content').optional(),
  from: hostPath('from').optional(),
  mode: word('mode', /^[0-7]{3,4}$/, 'a mode is three or four octal digits, such as 0644').optional(),
  owner: text('owner').optional(),
};
export const filePath = absolutePath('the path');

const fileObject = object({ what: 'a file' }, { path: filePath, ...fileFields });
export const file: z.ZodType<FileSpec> = z.preprocess((cell: Cell) => {
  checkContent(cell);
  return cell;
}, fileObject);

/** A file has either `content` or `from`. */
export function checkContent(cell: Cell): void {
  if (cell.kind !== 'map') return;
  const from = cell.entries.get('from');
  if (from === undefined && !cell.entries.has('content'))
    problem(cell, 'the file has neither "content" nor "from"', 'write content: "" for an empty file');
  else if (from !== undefined && cell.entries.has('content'))
    report(cell.source, from.offset, '"from" cannot stand beside "content"', 'keep one of them');
}

/** POSIX paths only, so that this stays without node:path. */
function besideFile(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export const imageName = leaf('image', '', (value, cell) => {
  checkReferences(value, cell);
  if (/^[a-z0-9$][\w${}.+-]*$/.test(value)) return value;
  problem(cell, `an image cannot be called "${value}"`, 'such as debian-12, or ${image}');
  return '';
});

export const packages = list(
  'packages',
  word('a package', /^[a-z0-9][a-z0-9.+:=~-]*$/, 'names of packages, such as busybox'),
).default([]);

const treeList = list('trees', object({ what: 'a tree' }, { path: filePath, image: imageName }));
const trees = z.preprocess((cell: Cell) => {
  checkTrees(cell);
  return cell;
}, treeList);

/** Each tree has a folder of its own; the second of two would hide the first. */
function checkTrees(cell: Cell): void {
  const seen = new Map<string, Place>();
  for (const item of cell.kind === 'list' ? cell.items : [cell]) {
    const path = item.kind === 'map' ? item.entries.get('path')?.value : undefined;
    if (path?.kind !== 'text' || !/^[/$]/.test(path.text)) continue;
    const folder = besideFile('/', path.text);
    const other = seen.get(folder);
    if (folder === '/')
      problem(path, `a tree cannot be laid on "${path.text}"`, 'that is the root of the machine itself');
    else if (other !== undefined)
      problem(path, `two trees are laid on "${folder}"`, `the other stands in line ${other.line}`);
    seen.set(folder, placeOf(path));
  }
}

/** The kernel takes no quota below a millisecond in its period of 100 ms. */
const leastCpus = 0.01;
const cpus = leaf('cpus', 0, (value, cell) => {
  const hint = 'how many CPUs its processes may keep busy, such as 1.5';
  const number = /^\d{1,4}(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
  if (number === undefined) problem(cell, `cpus cannot be "${value}"`, hint);
  else if (number < leastCpus) problem(cell, `cpus must be at least ${leastCpus}, not "${value}"`, hint);
  return number ?? 0;
});

/** What a machine says, be it the only one or one of several. */
export const rootFields = {
  image: imageName,
  init: flag('init').default(true),
  'boot-timeout': duration('boot-timeout').default(60_000),
  trees: trees.default([]),
  packages,
  files: list('files', file).default([]),
  disk: size('disk', 1024 ** 2).default(4 * 1024 ** 3),
  memory: size('memory', 16 * 1024 ** 2).optional(),
  cpus: cpus.optional(),
  user: userName.default('root'),
  network: network.default('none'),
  ports: ports.default([]),
  backend: backend.optional(),
};

const root = object({ what: 'machine', short: 'image', also: ['ssh'] }, rootFields);

export const machine: z.ZodType<MachineSpec> = z.transform((cell: Cell): MachineSpec => {
  if (cell.kind === 'text' && cell.text === 'host') return { kind: 'host', name: 'host', at: placeOf(cell) };
  const other = reachedCell(cell, Object.keys(rootFields));
  if (other !== undefined) return reachedAt(cell, reached.parse(other).ssh, 'ssh');
  checkNetwork(cell);
  return rootOf(root.parse(cell), { name: 'machine', linked: false });
});
jsonNotes.set(machine, { as: z.union([root, reached]) });

export function rootOf(said: z.output<typeof root>, more: Pick<RootSpec, 'name' | 'linked'>): RootSpec {
  const { 'boot-timeout': bootTimeoutMs, disk, memory, ...rest } = said;
  return { kind: 'root', ...rest, ...more, bootTimeoutMs, diskBytes: disk, memoryBytes: memory };
}
