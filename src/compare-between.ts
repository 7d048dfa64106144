/** One image beside another: the jobs of two runs that differ in nothing but their image get the same name. */
import { splitJob } from './job-name.ts';
import type { RunResult } from './result.ts';

export type ImagePair = readonly [before: string, after: string];
export interface Between {
  readonly baseline: RunResult;
  readonly now: RunResult;
}

/** All else is left out, and those of the baseline are named as those now. */
export function between({ baseline, now }: Between, [before, after]: ImagePair): Between {
  return { baseline: onImage(baseline, before, after), now: onImage(now, after, after) };
}

/** In order of the jobs. */
export function imagesOf({ jobs }: RunResult): readonly string[] {
  return [...new Set(jobs.map(({ job }) => imageOf(job)))];
}

function onImage(run: RunResult, image: string, name: string): RunResult {
  const jobs = run.jobs.filter(({ job }) => imageOf(job) === image);
  return { ...run, jobs: jobs.map((one) => ({ ...one, job: renamed(one.job, name) })) };
}

/** `signals@debian-12 → debian-13,signal=KILL`, as such a job is told. */
export function pairName(job: string, [before, after]: ImagePair): string {
  return renamed(job, `${before} → ${after}`);
}

/** `signals@debian-13,signal=KILL`: the first word behind the `@`. */
export function imageOf(job: string): string {
  return splitJob(job)[1].split(',')[0] ?? '';
}

function renamed(job: string, image: string): string {
  const [scenario, cell] = splitJob(job);
  return `${scenario}@${[image, ...cell.split(',').slice(1)].join(',')}`;
}
