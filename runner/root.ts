/** A root: a throwaway copy of an image, made by overlay mounts inside a capsule. */
import { shellWord } from '../src/describe-text.ts';
import { join } from 'node:path';

/** Where a capsule keeps all that its machine writes, and where the root is mounted in it. */
export const workPath = '/run/rootlab';
export const rootPath = `${workPath}/root`;

export interface RootPlan {
  readonly name: string;
  /** The image's layers, uppermost first; never written to. */
  readonly layers: readonly string[];
  readonly trees: readonly { readonly path: string; readonly layers: readonly string[] }[];
  /** Whether machines may be started in it. */
  readonly nests: boolean;
  /** Whether its systemd has BPF, and allows few devices: then systemd-nspawn@ cannot change the owner of a tree's. */
  readonly bpf?: boolean | undefined;
  /** A file of what an earlier machine wrote here, to go on from. */
  readonly restored?: string | undefined;
  /** What the image says in /etc/hosts, if anything. */
  readonly hosts: string | undefined;
  /** More lines of it. */
  readonly neighbours?: string | undefined;
  /** Of its own network, in the place of the image's /etc/resolv.conf. */
  readonly resolver?: string | undefined;
}

/**
 * tmpfs counts against memory limits and RAM, so a limited job, or jobs that together may write
 * more than half of the RAM, get a loop image.
 */
export function storageFor(
  job: { readonly diskBytes: number; readonly memoryBytes?: number | undefined },
  run: { readonly jobs: number; readonly ramBytes: number },
): 'tmpfs' | 'loop' {
  return job.memoryBytes !== undefined || job.diskBytes * run.jobs > run.ramBytes / 2 ? 'loop' : 'tmpfs';
}

/**
 * Shell lines that lay a root out below {@link workPath}, which is mounted already. Few processes: one mkdir,
 * one mount for each tree. `metacopy` keeps a nested `-U` from copying 220 MB; `index=off` lets one image
 * serve many roots at once.
 */
export function rootScript(plan: RootPlan): readonly string[] {
  const trees = plan.trees.map((tree, index) => ({ ...tree, work: `${workPath}/tree-${index}` }));
  const directories = [
    `${workPath}/up/etc`,
    `${workPath}/up/var/lib/machines`,
    `${workPath}/wk`,
    rootPath,
    `${workPath}/machines`,
    ...trees.flatMap(({ work }) => [`${work}/up`, `${work}/wk`]),
  ];
  const mounts = [
    overlay(plan.layers, workPath, rootPath),
    // systemd-nspawn -U maps ids on a plain file system, and would chown every file on an overlay.
    ...(plan.nests ? [`mount --bind ${workPath}/machines ${rootPath}/var/lib/machines`] : []),
    ...trees.flatMap(({ path, layers, work }) => {
      const place = shellWord(join(rootPath, path));
      const bare =
        plan.bpf === true ? [`! [ -d ${place}/dev ] || find ${place}/dev ! -type d ! -type l -delete`] : [];
      return [`mkdir -p ${place}`, overlay(layers, work, place), ...bare];
    }),
  ];
  return [`mkdir -p ${directories.join(' ')}`, ...identity(plan), ...restore(plan), ...mounts];
}

/** What {@link rootScript} lays out that a machine writes to, below {@link workPath}. */
export function writtenParts(trees: number): readonly string[] {
  return ['up', 'machines', ...Array.from({ length: trees }, (_, index) => `tree-${index}/up`)];
}

/** All that the kernel knows of a file, also what it keeps in an overlay's upper side. */
export const archiveOptions = ['--xattrs', '--xattrs-include=*', '--acls', '--numeric-owner'];

function restore({ restored }: RootPlan): readonly string[] {
  if (restored === undefined) return [];
  const argv = ['tar', '--extract', '--preserve-permissions', ...archiveOptions, `--file=${restored}`];
  return [[...argv, `--directory=${workPath}`].map(shellWord).join(' ')];
}

/** Written straight into the upper directory: a name, an id of its own, and a localhost. */
function identity(plan: RootPlan): readonly string[] {
  const etc = `${workPath}/up/etc`;
  const lines = [`: >${etc}/machine-id`, `echo ${shellWord(plan.name)} >${etc}/hostname`];
  const { hosts = '', neighbours } = plan;
  const knows = /^127\.0\.0\.1\s.*\blocalhost\b/m.test(hosts);
  if (!knows || neighbours !== undefined) {
    const own = knows ? `${hosts.trimEnd()}\n` : '127.0.0.1 localhost\n::1 localhost\n';
    const text = `${own}${neighbours ?? (knows ? '' : `127.0.1.1 ${plan.name}\n`)}`;
    lines.push(`printf %s ${shellWord(text)} >${etc}/hosts`);
  }
  if (plan.resolver !== undefined) lines.push(`printf %s ${shellWord(plan.resolver)} >${etc}/resolv.conf`);
  return lines;
}

function overlay(layers: readonly string[], work: string, place: string): string {
  const lower = layers.join(':');
  const options = `lowerdir=${lower},upperdir=${work}/up,workdir=${work}/wk,index=off,metacopy=on`;
  return `mount -t overlay -o ${shellWord(options)} overlay ${place}`;
}
