/** What a run that cleans up after itself still has on this computer: nothing, unless it has a bug. All of it bears the run's name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { namesIn, textOf } from '../glimpse.ts';
import { groupPids, runGroups } from './cgroup.ts';
import { memoryRoot, workPrefix, workRoot } from './work.ts';

/** Each by its kind and its name, in which the run and the job stand whose it is. */
export function remainsOf(id: string): readonly string[] {
  const mine = workPrefix + id;
  const groups = runGroups(id).filter((group) => existsSync(group));
  const pids = new Set(groups.flatMap((group) => groupPids(group)));
  const folders = [...new Set([workRoot(), memoryRoot()])];
  return [
    ...[...pids].map((pid) => `process ${textOf(`/proc/${pid}/comm`).trim()} (pid ${pid})`),
    ...groups.flatMap(cgroups),
    ...textOf('/proc/self/mountinfo')
      .split('\n')
      .filter((line) => line.includes(mine))
      .map((line) => `mount ${line.split(' ')[4] ?? ''}`),
    ...namesIn('/sys/block')
      .map((name) => [name, textOf(`/sys/block/${name}/loop/backing_file`).trim()] as const)
      .filter(([, file]) => file.includes(mine))
      .map(([name, file]) => `loop-device /dev/${name} (${file})`),
    ...folders.flatMap((folder) =>
      namesIn(folder)
        .filter((name) => name.startsWith(mine))
        .map((name) => `file ${join(folder, name)}`),
    ),
  ];
}

/** Of jobs, where some are left; else the run's own. */
function cgroups(group: string): readonly string[] {
  const jobs = namesIn(group).filter((name) => name.startsWith('job-'));
  return (jobs.length > 0 ? jobs : ['.']).map((job) => `cgroup ${join(group, job)}`);
}
