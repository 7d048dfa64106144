/** Probes for cgroups: which hierarchies there are, and which limits would bite in a machine. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { canHandDown } from '../capsule/hand-down.ts';
import { findHierarchies, firstWithoutV1, v1Names, type Hierarchies } from '../capsule/hierarchy.ts';
import type { Fact, Probe } from './probe.ts';

export const cgroupV1: Probe = () => {
  const { controllers, kind } = findHierarchies();
  return Promise.resolve({
    ok: controllers.size > 0,
    found:
      controllers.size > 0
        ? `${kind}: ${[...controllers.keys()].join(' ')}`
        : 'no controller is bound to cgroup v1',
  });
};

export const cgroupV2: Probe = () => {
  const { unified } = findHierarchies();
  if (unified === undefined)
    return Promise.resolve({
      ok: false,
      found: 'no cgroup2 file system is mounted',
      fix: 'boot with systemd.unified_cgroup_hierarchy=1',
    });
  const writable = canWrite(unified);
  return Promise.resolve({
    ok: writable,
    found: `${unified} ${writable ? 'can' : 'cannot'} be written to`,
    ...(writable ? {} : { fix: 'sudo rootlab … (in a container: --privileged --cgroupns=host)' }),
  });
};

/** Under a cgroup2 view without controllers a limit is shown, and nothing enforces it. */
export function controllers(name: string): Probe {
  return () => Promise.resolve(controllerFact(name));
}

export function controllerFact(name: string, hierarchies: Hierarchies = findHierarchies()): Fact {
  const { unified } = hierarchies;
  if (unified !== undefined && offeredByV2(name, hierarchies)) {
    const found = `in cgroup v2 at ${unified}`;
    return canHandDown(unified, name)
      ? { ok: true, found }
      : {
          ok: false,
          found: `${found}, which has processes of its own and so hands nothing down`,
          fix: toTop,
        };
  }
  const v1 = boundToV1(name, hierarchies);
  if (v1 === undefined) return { ok: false, found: `the kernel offers no controller "${name}"`, fix: toV2 };
  const found = `in cgroup v1 at ${v1}, for machines with systemd before ${firstWithoutV1}`;
  return unified === undefined
    ? { ok: false, found: `${found}; but cgroup v2 is not mounted beside it`, fix: toV2 }
    : { ok: true, found };
}

/** The command that makes every limit bite in every machine. */
export const toV2 = 'boot with cgroup_no_v1=all systemd.unified_cgroup_hierarchy=1';

/** In a container the top that is seen may be a group like any other. */
const toTop = '--cgroupns=host for the container, or its processes into a group below that one';

/** Where a controller is to be had only under v1. */
export function boundToV1(name: string, hierarchies: Hierarchies): string | undefined {
  return offeredByV2(name, hierarchies)
    ? undefined
    : v1Names[name]?.map((old) => hierarchies.controllers.get(old)).find((top) => top !== undefined);
}

function offeredByV2(name: string, { unified }: Hierarchies): boolean {
  const offered = unified === undefined ? '' : readFileSync(join(unified, 'cgroup.controllers'), 'utf8');
  return offered.trim().split(' ').includes(name);
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
