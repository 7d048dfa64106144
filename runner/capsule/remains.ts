/** What a run that cleans up after itself still has on this computer: nothing, unless it has a bug. All of it bears the run's name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { namesIn, textOf } from '../glimpse.ts';
import { groupPids, runGroups } from './cgroup.ts';
import { memoryRoot, workPrefix, workRoot } from './work.ts';

/** Each by its kind and its name. `jobs`: only what bears the name that one of them has in the run. */
export function remainsOf(id: string, jobs?: readonly string[]): readonly string[] {
  const mine = workPrefix + id;
  const own = jobs?.map((job) => new RegExp(`${mine}/${job}(?!\\d)`));
  const isMine = (text: string): boolean =>
    text.includes(mine) && (own === undefined || own.some((one) => one.test(text)));
  const all = runGroups(id).filter((group) => existsSync(group));
  const groups = jobs === undefined ? all : all.flatMap((group) => jobs.map((job) => join(group, job)));
  const there = groups.filter((group) => existsSync(group));
  const pids = new Set(there.flatMap((group) => groupPids(group)));
  const folders = [...new Set([workRoot(), memoryRoot()])];
  const files = jobs === undefined ? folders : folders.map((folder) => join(folder, mine));
  return [
    ...[...pids].map((pid) => `process ${textOf(`/proc/${pid}/comm`).trim()} (pid ${pid})`),
    ...(jobs === undefined ? there.flatMap(cgroups) : there.map((group) => `cgroup ${group}`)),
    ...textOf('/proc/self/mountinfo')
      .split('\n')
      .filter(isMine)
      .map((line) => `mount ${line.split(' ')[4] ?? ''}`),
    ...namesIn('/sys/block')
      .map((name) => [name, textOf(`/sys/block/${name}/loop/backing_file`).trim()] as const)
      .filter(([, file]) => isMine(file))
      .map(([name, file]) => `loop-device /dev/${name} (${file})`),
    ...files
      .flatMap((folder) => namesIn(folder).map((name) => join(folder, name)))
      .filter(isMine)
      .map((path) => `file ${path}`),
  ];
}

/** The kernel lets go of the mounts of a namespace, and of the loop devices below them, a moment after its last process. */
const graceMs = [0, 20, 80, 300];

export async function lastingRemains(id: string, jobs?: readonly string[]): Promise<readonly string[]> {
  let left: readonly string[] = [];
  for (const pause of graceMs) {
    if (pause > 0) await delay(pause);
    left = remainsOf(id, jobs);
    if (left.length === 0) break;
  }
  return left;
}

/** Of jobs, where some are left; else the run's own. */
function cgroups(group: string): readonly string[] {
  const jobs = namesIn(group).filter((name) => name.startsWith('job-'));
  return (jobs.length > 0 ? jobs : ['.']).map((job) => `cgroup ${join(group, job)}`);
}
