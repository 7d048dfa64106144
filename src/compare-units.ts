/** Which units of a boot took longer or shorter than they did, or were there on one side only. */
import { bootsOf, deltaOf, SEVERAL, type Delta } from './compare-measures.ts';
import { repeatedJob } from './job-name.ts';
import type { RunResult } from './result.ts';

/** What a busy computer does to any unit. */
const LEAST_MS = 50;
const MOST_OF_A_BOOT = 5;

/** Of each boot that both runs have; a side without the unit has no values. */
export function unitDeltas(baseline: RunResult, now: RunResult): readonly Delta[] {
  const before = unitsOfBoots(baseline);
  return [...unitsOfBoots(now)].flatMap(([key, { job, suffix, units }]) => {
    const known = before.get(key)?.units;
    if (known === undefined) return [];
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

interface UnitsOfBoot {
  readonly job: string;
  /** Behind a unit's name, where it is not the job's own boot. */
  readonly suffix: string;
  /** How long each took, in all repeats and attempts. */
  readonly units: Map<string, number[]>;
}

function unitsOfBoots({ jobs }: RunResult): ReadonlyMap<string, UnitsOfBoot> {
  const found = new Map<string, UnitsOfBoot>();
  for (const one of jobs) {
    const job = repeatedJob(one.job);
    for (const { name, boot } of [...one.earlier, one].flatMap(bootsOf)) {
      const key = JSON.stringify([job, name]);
      const own = found.get(key) ?? { job, suffix: name === 'boot' ? '' : `, ${name}`, units: new Map() };
      found.set(key, own);
      for (const unit of boot.units) {
        const values = own.units.get(unit.name) ?? [];
        own.units.set(unit.name, values);
        values.push(Math.max(unit.activatedMs - unit.activatingMs, 0));
      }
    }
  }
  return found;
}
