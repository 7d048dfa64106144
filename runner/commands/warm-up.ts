/** Runs, where a startup snapshot is made, what most commands begin and end with: what has run once is not compiled again. */
import { reporters } from '../../reports/index.ts';
import { createFold } from '../../src/fold.ts';
import { planEvent } from '../../src/plan.ts';
import { homeDirectory } from '../home.ts';
import { loadJobs } from '../load.ts';
import { commands } from './index.ts';

export async function warmUp(): Promise<void> {
  for (const load of Object.values(commands)) await load();
  const { jobs } = await loadJobs([`${homeDirectory}scenarios/workshop/docker-without-docker.yaml`], {});
  const fold = createFold();
  fold.add({ v: 1, seq: 1, t: 0, m: 0, ...planEvent(jobs) });
  const result = fold.result();
  for (const reporter of Object.values(reporters))
    for await (const { chunk } of reporter({ colour: false, columns: 100, live: false }).render?.(result) ??
      [])
      void chunk;
}
