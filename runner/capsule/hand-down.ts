/** Controllers of cgroup v2 on their way down: a group has those that each group above it hands down. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { v1Names } from './hierarchy.ts';

/**
 * What controllers the computer has under v2 a machine gets too, else its limits would be shown and not enforced. A
 * systemd that runs the computer hands down from the top what its own units use, often not `cpu` and `io`; what it did
 * not ask for it takes back once nobody below uses it.
 */
export function handDown(top: string, below: readonly string[]): void {
  for (const count of [...below.keys(), below.length]) {
    const group = join(top, ...below.slice(0, count));
    // Without those that are not handed down to here, or bound to v1.
    const there = words(group, 'cgroup.controllers');
    for (const controller of Object.keys(v1Names).filter((one) => there.includes(one))) {
      try {
        writeFileSync(join(group, 'cgroup.subtree_control'), `+${controller}`);
      } catch {
        // A group with processes of its own hands down nothing.
      }
    }
  }
}

/** Whether a group below `top` can have the controller: the first of all hands down whatever is in it, others do not. */
export function canHandDown(top: string, controller: string): boolean {
  return (
    words(top, 'cgroup.subtree_control').includes(controller) ||
    !existsSync(join(top, 'cgroup.type')) ||
    words(top, 'cgroup.procs').length === 0
  );
}

function words(group: string, file: string): readonly string[] {
  return readFileSync(join(group, file), 'latin1')
    .split(/\s/)
    .filter((word) => word !== '');
}
