/** The limits of a job's cgroup: the files that set them, under v2 or in the v1 hierarchy of their controller. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Limits {
  readonly memoryBytes?: number | undefined;
  /** How many CPUs' time all processes may use together. */
  readonly cpus?: number | undefined;
}
export interface Limit {
  readonly controller: 'memory' | 'cpu';
  readonly v1: readonly Setting[];
  readonly v2: readonly Setting[];
}
type Setting = readonly [file: string, value: string];

/** What the kernel gives a new group; a quota holds for each. */
const periodUs = 100_000;

export function limitsOf({ memoryBytes, cpus }: Limits): readonly Limit[] {
  const limits: Limit[] = [];
  if (memoryBytes !== undefined) {
    const bytes = String(memoryBytes);
    const v2: readonly Setting[] = [
      ['memory.max', bytes],
      ['memory.swap.max', '0'],
    ];
    limits.push({ controller: 'memory', v1: [['memory.limit_in_bytes', bytes]], v2 });
  }
  if (cpus !== undefined) {
    const quota = Math.round(cpus * periodUs);
    const v2: readonly Setting[] = [['cpu.max', `${quota} ${periodUs}`]];
    limits.push({ controller: 'cpu', v1: [['cpu.cfs_quota_us', String(quota)]], v2 });
  }
  return limits;
}

/** Throws where the controller is not to be had: a limit that does not bite is none. */
export function setLimit(group: string, limit: Limit, version: 'v1' | 'v2'): void {
  if (version === 'v2')
    // Each level must hand the controller down before the next one has it.
    for (const up of ['../../..', '../..', '..'])
      writeFileSync(join(group, up, 'cgroup.subtree_control'), `+${limit.controller}`);
  for (const [at, [file, value]] of limit[version].entries())
    // Swap is not counted by every kernel.
    if (at === 0 || existsSync(join(group, file))) writeFileSync(join(group, file), value);
}
