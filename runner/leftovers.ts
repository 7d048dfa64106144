/** What dead runs left behind: found by the name of their runner, and removed. */
import { existsSync, lstatSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

import { endGroups, parents } from './capsule/cgroup.ts';
import { isRunAlive } from './capsule/identity.ts';
import { memoryRoot, workPrefix, workRoot } from './capsule/work.ts';
import { namesIn } from './glimpse.ts';

export interface Leftover {
  readonly kind: 'cgroup' | 'directory';
  readonly path: string;
}

/** Never touches what belongs to a run that lives, nor anything without a run's name. */
export function findLeftovers(): readonly Leftover[] {
  const groups = parents().flatMap((parent) => namesIn(parent).map((name) => ({ parent, name })));
  const cgroups = groups
    .filter(({ name }) => isRunAlive(name) === false)
    .map(({ parent, name }) => ({ kind: 'cgroup' as const, path: join(parent, name) }));
  const directories = [...new Set([workRoot(), memoryRoot()])]
    .flatMap((root) => namesIn(root).map((name) => ({ root, name })))
    .filter(({ name }) => name.startsWith(workPrefix) && isRunAlive(runOf(name)) === false)
    .map(({ root, name }) => join(root, name))
    // Anyone may make such a name in a shared directory; only root's are ours.
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.())
    .map((path) => ({ kind: 'directory' as const, path }));
  return [...cgroups, ...directories];
}

/** Removes them and says what it removed. Cgroups first: their processes may write into the directories. */
export async function sweepLeftovers(signal: AbortSignal): Promise<readonly Leftover[]> {
  const found = findLeftovers();
  const groups = found.filter(({ kind }) => kind === 'cgroup').map(({ path }) => path);
  if (groups.length > 0) await endGroups(groups, signal);
  for (const { kind, path } of found)
    if (kind === 'directory') rmSync(path, { recursive: true, force: true });
  removeEmptyParents();
  return found;
}

/** The parent cgroup goes with the last run; another run that starts makes it again. */
export function removeEmptyParents(): void {
  for (const parent of parents()) {
    try {
      if (existsSync(parent)) rmdirSync(parent);
    } catch {
      // Another run lives in it.
    }
  }
}

/** In memory a run makes several, each with an ending of its own. */
function runOf(name: string): string {
  return name.slice(workPrefix.length).split('.')[0] ?? '';
}
