/** Probes for cgroups: which hierarchies there are, and which limits would bite in a machine. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { findHierarchies } from '../capsule/hierarchy.ts';
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

function controllerFact(name: string): Fact {
  const { unified, controllers: bound } = findHierarchies();
  const here = unified === undefined ? '' : readFileSync(join(unified, 'cgroup.controllers'), 'utf8');
  if (here.trim().split(' ').includes(name)) return { ok: true, found: `in cgroup v2 at ${unified}` };
  const v1 = bound.get(name === 'io' ? 'blkio' : name);
  return {
    ok: false,
    found:
      v1 === undefined
        ? `the kernel offers no controller "${name}"`
        : `"${name}" is bound to cgroup v1 at ${v1}; machines have cgroup v2, where it is missing`,
    fix: 'boot with cgroup_no_v1=all systemd.unified_cgroup_hierarchy=1',
  };
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
