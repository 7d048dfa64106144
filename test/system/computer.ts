/** What a run could leave on this computer: looked at before and after. */
import { readFileSync } from 'node:fs';

import { runGroups } from '../../runner/capsule/cgroup.ts';
import { runIdentity } from '../../runner/capsule/identity.ts';
import { memoryRoot, workRoot } from '../../runner/capsule/work.ts';
import { namesIn, textOf } from '../../runner/glimpse.ts';

export type Snapshot = Readonly<Record<string, readonly string[]>>;

/** Everything but processes, which {@link descendants} tells apart from those of others. */
export function snapshotComputer(): Snapshot {
  const parents = runGroups('.');
  return {
    mounts: lines(readFileSync('/proc/self/mountinfo', 'utf8')).map((line) =>
      line.split(' ').slice(3).join(' '),
    ),
    cgroups: parents.flatMap((parent) => namesIn(parent).map((name) => `${parent}/${name}`)),
    loops: namesIn('/sys/block')
      .map(loopFile)
      .filter((file) => file !== ''),
    links: namesIn('/sys/class/net'),
    run: [...namesIn('/run'), ...namesIn('/run/systemd').map((name) => `systemd/${name}`)],
    temporary: [...new Set([workRoot(), memoryRoot(), '/tmp'])].flatMap((path) =>
      namesIn(path).filter((name) => name.includes('rootlab')),
    ),
  };
}

/**
 * What `after` has and `before` had not. Other runs may come and go meanwhile: with `run`, its identity, only
 * what bears that name counts among the kinds that bear names.
 */
export function newSince(before: Snapshot, after: Snapshot, run?: string): Snapshot {
  const found: Record<string, readonly string[]> = {};
  for (const [kind, list] of Object.entries(after)) {
    const known = new Set(before[kind]);
    const named = kind === 'cgroups' || kind === 'loops' || kind === 'temporary';
    const fresh = list.filter((one) => !known.has(one) && (run === undefined || !named || one.includes(run)));
    if (fresh.length > 0) found[kind] = fresh;
  }
  return found;
}

/** All processes below `pid` and itself, each by its identity, so that a reused pid is not mistaken. */
export function descendants(pid: number): readonly string[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean);
  return [runIdentity(pid), ...children.flatMap((child) => descendants(Number(child)))];
}

export function stillAlive(identities: readonly string[]): readonly string[] {
  return identities
    .filter(
      (identity) => !identity.includes('gone') && runIdentity(Number(identity.split('-')[0])) === identity,
    )
    .map(
      (identity) => `${identity} ${textOf(`/proc/${identity.split('-')[0]}/cmdline`).replaceAll('\0', ' ')}`,
    );
}

/** Of a loop device without a file only the name is there. */
function loopFile(name: string): string {
  return name.startsWith('loop') ? textOf(`/sys/block/${name}/loop/backing_file`).trim() : '';
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
