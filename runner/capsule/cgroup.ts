/** The cgroups of a run and of each job in it: made, limited, emptied and removed in every hierarchy at once. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { UserError } from '../../src/error.ts';
import { textOf } from '../glimpse.ts';
import type { Usage } from '../usage.ts';
import { handDown } from './hand-down.ts';
import { findHierarchies, v1Names, type Hierarchies } from './hierarchy.ts';
import { limitsOf, setLimit, type Limits } from './limits.ts';
import { watchFor } from './until.ts';

/** The one parent of all runs, at the top of each hierarchy. */
export const parentName = 'rootlab';

export interface JobGroup {
  /** For the capsule's own processes: one directory in each hierarchy. */
  readonly capsule: readonly string[];
  /** Where a machine starts; systemd-nspawn makes `payload` and `supervisor` in it. */
  readonly machine: readonly string[];
  /** The one of `machine` in which systemd-nspawn keeps its cgroups. */
  readonly main: string;
  /** A cgroup beside the machine's own for what is typed into it, seen by systemd-cgls there. */
  adopt(pid: number, inside: string | undefined): Promise<void>;
  /** Of the machine, since its boot. */
  usage(): Usage | undefined;
  /** Anew, for the next boot. */
  resetMachine(): void;
  /** Kills what is left and removes all. */
  dispose(signal: AbortSignal): Promise<void>;
}

/** Directories of the run `id`, whether they exist or not: v2, name=systemd, and those of controllers bound to v1. */
export function runGroups(id: string, hierarchies: Hierarchies = findHierarchies()): readonly string[] {
  return parents(hierarchies).map((parent) => join(parent, id));
}

/** The parent cgroups in all hierarchies that we may write to. */
export function parents(hierarchies: Hierarchies = findHierarchies()): readonly string[] {
  const { unified, systemd, controllers } = hierarchies;
  const tops = [
    unified,
    systemd,
    ...Object.values(v1Names).flatMap((names) => names.map((name) => controllers.get(name))),
  ];
  // Two controllers may be bound to one hierarchy.
  return [...new Set(tops)].filter((top) => top !== undefined).map((top) => join(top, parentName));
}

/** `v1` are the controllers bound to v1 that its machine limits with. */
export function makeJobGroup(id: string, job: string, limits: Limits, v1: readonly string[] = []): JobGroup {
  const hierarchies = findHierarchies();
  const main = hierarchies.unified ?? hierarchies.systemd;
  if (main === undefined)
    throw new UserError('cannot make a cgroup: no cgroup hierarchy is mounted', {
      hint: 'mount one: mount -t cgroup2 cgroup2 /sys/fs/cgroup',
      status: 3,
    });
  const wanted = limitsOf(limits);
  const needed = [...wanted.map(({ controller }) => controller), ...v1];
  const bound = needed.map((controller) => hierarchies.controllers.get(controller));
  const tops = [hierarchies.unified, hierarchies.systemd, ...bound].filter((top) => top !== undefined);
  const below = (top: string): string => join(top, parentName, id, job);
  const groups = [...new Set(tops)].map(below);
  const parts = (name: string): readonly string[] => groups.map((group) => join(group, name));
  try {
    for (const path of [...parts('capsule'), ...parts('machine')]) makeDirectory(path);
    if (hierarchies.unified !== undefined) handDown(hierarchies.unified, [parentName, id, job]);
    const cpu = v1.includes('cpu') ? hierarchies.controllers.get('cpu') : undefined;
    if (cpu !== undefined) weigh(cpu, [parentName, id, job]);
    for (const limit of wanted) {
      const old = hierarchies.controllers.get(limit.controller);
      setLimit(below(old ?? main), limit, old === undefined ? 'v2' : 'v1');
    }
  } catch (error) {
    throw new UserError(`cannot make the cgroup "${below(main)}": ${message(error)}`, {
      hint: 'rootlab needs root and a writable cgroup mount: run: sudo rootlab …, or rootlab doctor',
      status: 3,
    });
  }
  let memory: string | undefined;
  return {
    capsule: parts('capsule'),
    machine: parts('machine'),
    main: join(below(main), 'machine'),
    async adopt(pid, inside) {
      // The kernel waits some milliseconds before it moves a process; meanwhile we do not.
      await Promise.all(
        parts('machine').map(async (group) => {
          const place = join(group, whereTyped(group, inside));
          mkdirSync(place, { recursive: true });
          await writeFile(join(place, 'cgroup.procs'), String(pid));
        }),
      );
    },
    usage() {
      const cpu = /^usage_usec (\d+)$/m.exec(textOf(join(below(main), 'machine/cpu.stat')))?.[1];
      if (cpu === undefined) return undefined;
      memory ??= parts('machine').flatMap(memoryFiles).find(existsSync) ?? '';
      const bytes = memory === '' ? Number.NaN : Number.parseInt(textOf(memory), 10);
      return { cpuMs: Number(cpu) / 1000, memoryBytes: Number.isNaN(bytes) ? undefined : bytes };
    },
    resetMachine() {
      for (const path of parts('machine')) {
        removeTree(path);
        mkdirSync(path, { recursive: true });
      }
    },
    dispose: (signal) => endGroups(groups, signal),
  };
}

/** As v2 and v1 call it. */
function memoryFiles(group: string): readonly string[] {
  return [join(group, 'memory.current'), join(group, 'memory.usage_in_bytes')];
}

/** systemd-nspawn makes no cgroups in hierarchies of controllers: there the machine's own is the job's. */
function whereTyped(group: string, inside: string | undefined): string {
  if (inside === undefined) return 'typed';
  return existsSync(join(group, dirname(inside))) ? inside : basename(inside);
}

/** Else a whole machine gets no more than the share of one process beside it. */
function weigh(top: string, below: readonly string[]): void {
  for (const count of below.keys())
    writeFileSync(join(top, ...below.slice(0, count + 1), 'cpu.shares'), '16384');
}

/** Kills all that lives in `groups` and removes them; resolves once they are gone. */
export async function endGroups(groups: readonly string[], signal: AbortSignal): Promise<void> {
  for (const group of groups) killGroup(group);
  for (const group of groups) {
    if (!existsSync(group)) continue;
    const events = join(group, 'cgroup.events');
    await watchFor(existsSync(events) ? events : group, () => (removeTree(group) ? true : undefined), signal);
  }
}

/** Depth-first; true when nothing remains. */
export function removeTree(path: string): boolean {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    return !existsSync(path);
  }
  for (const entry of entries) if (entry.isDirectory()) removeTree(join(path, entry.name));
  try {
    rmdirSync(path);
    return true;
  } catch {
    return !existsSync(path);
  }
}

/** All processes in the cgroup and below it. */
export function groupPids(path: string): readonly number[] {
  const pids: number[] = [];
  try {
    for (const line of readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n'))
      if (line !== '' && line !== '0') pids.push(Number(line));
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) pids.push(...groupPids(join(path, entry.name)));
  } catch {
    // It went away, and its processes with it.
  }
  return pids;
}

function killGroup(path: string): void {
  try {
    // Linux 5.14; v2 only.
    writeFileSync(join(path, 'cgroup.kill'), '1');
  } catch {
    for (const pid of groupPids(path)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Already dead.
      }
    }
  }
}

/** Another run that ends may remove the common parent under our hands. */
function makeDirectory(path: string, tries = 3): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    if (tries === 0) throw error;
    makeDirectory(path, tries - 1);
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
