/** What a job could leave on this computer, as it is now: read from files alone, in about a millisecond. */
import { join } from 'node:path';
import type { Thing } from '../src/leaks.ts';
import { findHierarchies } from './capsule/hierarchy.ts';
import { workPrefix } from './capsule/work.ts';
import { namesIn, textOf } from './glimpse.ts';

/** All but processes, which their cgroup tells apart. */
export function snapshotHost(): readonly Thing[] {
  // systemd-run and its like leave a file for each unit; any service that runs has a cgroup.
  const transient = namesIn('/run/systemd/transient').filter((name) => !name.endsWith('.d'));
  return [
    ...readMounts(textOf('/proc/self/mountinfo')),
    ...transient.map((name): Thing => ({ kind: 'unit', name })),
    ...services()
      .filter((name) => !transient.includes(name))
      .map((name): Thing => ({ kind: 'unit', name, common: true })),
    ...namesIn('/run/systemd/machines')
      .filter((name) => !name.startsWith('unit:'))
      .map((name): Thing => ({ kind: 'machine', name })),
    ...readLinks(textOf('/proc/self/net/dev')),
    ...namesIn('/sys/block').flatMap(loopDevice),
    ...['/tmp', '/var/tmp', '/dev/shm', '/run'].flatMap((folder) =>
      namesIn(folder)
        .filter((name) => !name.startsWith(workPrefix))
        .map((name): Thing => ({ kind: 'file', name: join(folder, name), common: true })),
    ),
  ];
}

/** The command line of a process, or its bare name. */
export function readLeftProcess(pid: number): Thing {
  const name = textOf(`/proc/${pid}/comm`).trim();
  const command = textOf(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
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
  return top === undefined
    ? []
    : namesIn(join(top, 'system.slice')).filter((name) => name.endsWith('.service'));
}

/** One without a file behind it is free; those of machines in this run and in others go with them. */
function loopDevice(name: string): readonly Thing[] {
  const file = name.startsWith('loop') ? textOf(`/sys/block/${name}/loop/backing_file`).trim() : '';
  return file === '' || file.includes(`/${workPrefix}`)
    ? []
    : [{ kind: 'loop-device', name: `/dev/${name}`, detail: file, also: [file] }];
}
