/** Which units of a boot took longer or shorter than they did, or were there on one side only. */
import { bootsOf, deltaOf, SEVERAL, type Delta } from './compare-measures.ts';
import type { BootData } from './event.ts';
import { repeatedJob } from './job-name.ts';
import type { RunResult } from './result.ts';

/** What a busy computer does to any unit. */
export const LEAST_MS = 50;
const MOST_OF_A_BOOT = 5;

/** Of each boot that both runs have; a side without the unit has no values. */
export function unitDeltas(baseline: RunResult, now: RunResult): readonly Delta[] {
  const before = bootsByName(baseline);
  return [...bootsByName(now)].flatMap(([key, { job, suffix, boots }]) => {
    const earlier = before.get(key)?.boots;
    if (earlier === undefined) return [];
    const [known, units] = [unitTimes(earlier), unitTimes(boots)];
    const names = new Set([...units.keys(), ...known.keys()]);
    const deltas = [...names].map((name) =>
      deltaOf({ job, name: name + suffix, unit: 'ms' }, known.get(name) ?? [], units.get(name) ?? []),
    );
    return deltas
      .filter(isTold)
      .toSorted((a, b) => differenceMs(b) - differenceMs(a))
      .slice(0, MOST_OF_A_BOOT);
  });
}

/** What several runs of each leave in doubt is not. */
function isTold(delta: Delta): boolean {
  const counts = [delta.before.count, delta.now.count];
  const inDoubt = counts.every((count) => count >= SEVERAL) && delta.moved === undefined;
  return !inDoubt && differenceMs(delta) >= LEAST_MS;
}

function differenceMs({ before, now }: Delta): number {
  return Math.abs(now.median - before.median);
}

interface NamedBoots {
  readonly job: string;
  /** Behind a unit's name, where it is not the job's own boot. */
  readonly suffix: string;
  readonly boots: BootData[];
}

/** Of all repeats and attempts. */
function bootsByName({ jobs }: RunResult): ReadonlyMap<string, NamedBoots> {
  const found = new Map<string, NamedBoots>();
  for (const one of jobs) {
    const job = repeatedJob(one.job);
    for (const { name, boot } of [...one.earlier, one].flatMap(bootsOf)) {
      const key = JSON.stringify([job, name]);
      const own = found.get(key) ?? { job, suffix: name === 'boot' ? '' : `, ${name}`, boots: [] };
      found.set(key, own);
      own.boots.push(boot);
    }
  }
  return found;
}

/** How long each took. */
export function unitTimes(boots: readonly BootData[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { name, activatingMs, activatedMs } of boots.flatMap(({ units }) => units)) {
    const values = found.get(name) ?? [];
    found.set(name, values);
    values.push(Math.max(activatedMs - activatingMs, 0));
  }
  return found;
}
