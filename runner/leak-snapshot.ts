/** What a job could leave on this computer, as it is now: read from files alone, in about a millisecond. */
import { basename, join } from 'node:path';
import type { Thing } from '../src/leaks.ts';
import { findHierarchies } from './capsule/hierarchy.ts';
import { workPrefix } from './capsule/work.ts';
import { namesIn, textOf } from './glimpse.ts';

/** Where others put files for a while. */
export const temporaryFolders = ['/tmp', '/var/tmp', '/dev/shm', '/run'] as const;

/** As the files say it, on whatever computer. */
export interface Traces {
  readonly mountinfo: string;
  /** systemd-run and its like leave a file for each unit. */
  readonly transient: readonly string[];
  /** Any that runs has a cgroup. */
  readonly services: readonly string[];
  readonly machines: readonly string[];
  readonly netDev: string;
  /** Each with the file behind it, if any. */
  readonly loops: readonly (readonly [name: string, file: string])[];
  /** Paths. */
  readonly files: readonly string[];
}

/** All but processes, which their cgroup tells apart. */
export function snapshotHost(): readonly Thing[] {
  return readTraces({
    mountinfo: textOf('/proc/self/mountinfo'),
    transient: namesIn('/run/systemd/transient'),
    services: services(),
    machines: namesIn('/run/systemd/machines'),
    netDev: textOf('/proc/self/net/dev'),
    loops: namesIn('/sys/block')
      .filter((name) => name.startsWith('loop'))
      .map((name) => [name, textOf(`/sys/block/${name}/loop/backing_file`).trim()]),
    files: temporaryFolders.flatMap((folder) => namesIn(folder).map((name) => join(folder, name))),
  });
}

export function readTraces(traces: Traces): readonly Thing[] {
  const transient = traces.transient.filter((name) => !name.endsWith('.d'));
  return [
    ...readMounts(traces.mountinfo),
    ...transient.map((name): Thing => ({ kind: 'unit', name })),
    ...traces.services
      .filter((name) => name.endsWith('.service') && !transient.includes(name))
      .map((name): Thing => ({ kind: 'unit', name, common: true })),
    ...traces.machines
      .filter((name) => !name.startsWith('unit:'))
      .map((name): Thing => ({ kind: 'machine', name })),
    ...readLinks(traces.netDev),
    ...traces.loops.flatMap(loopDevice),
    ...traces.files
      .filter((path) => !basename(path).startsWith(workPrefix))
      .map((name): Thing => ({ kind: 'file', name, common: true })),
  ];
}

export function readLeftProcess(pid: number): Thing {
  return leftProcess(pid, textOf(`/proc/${pid}/comm`), textOf(`/proc/${pid}/cmdline`));
}

/** Its command line, or its bare name. */
export function leftProcess(pid: number, comm: string, cmdline: string): Thing {
  const name = comm.trim();
  const command = cmdline.split('\0').join(' ').trim();
  return { kind: 'process', name, detail: `pid ${pid}${command === '' ? '' : `: ${command}`}` };
}

export function readMounts(mountinfo: string): readonly Thing[] {
  return mountinfo.split('\n').flatMap((line): Thing[] => {
    const [left = '', right] = line.split(' - ');
    const point = left.split(' ')[4];
    const [type, source] = right?.split(' ') ?? [];
    if (point === undefined || type === undefined || source === undefined) return [];
    const name = unescapePath(point);
    // `none` and `tmpfs` are sources that name nothing.
    return [
      {
        kind: 'mount',
        name,
        detail: type,
        also: [name, ...(source.startsWith('/') ? [unescapePath(source)] : [])],
      },
    ];
  });
}

/** Of the network namespace we are in; /sys may show another one. Two lines head the table. */
export function readLinks(table: string): readonly Thing[] {
  return table
    .split('\n')
    .slice(2)
    .flatMap((line): Thing[] => {
      const name = line.split(':')[0]?.trim() ?? '';
      return name === '' ? [] : [{ kind: 'link', name }];
    });
}

/** The kernel writes blanks and backslashes in paths as `\040`. */
function unescapePath(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function services(): readonly string[] {
  const { systemd, unified } = findHierarchies();
  const top = systemd ?? unified;
  return top === undefined ? [] : namesIn(join(top, 'system.slice'));
}

/** One without a file behind it is free; those of machines in this run and in others go with them. */
function loopDevice([name, file]: Traces['loops'][number]): readonly Thing[] {
  return file === '' || file.includes(`/${workPrefix}`)
    ? []
    : [{ kind: 'loop-device', name: `/dev/${name}`, detail: file, also: [file] }];
}
