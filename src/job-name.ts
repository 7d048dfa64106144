/** What the name of a job says: its scenario, its combination, which repeat it is. */
import type { PlannedJob } from './event.ts';

/** `a@host,repeat=2` is another go at `a@host`. */
export function repeatedJob(name: string): string {
  return name.replace(/,repeat=\d+$/, '');
}

export function repeatOf(name: string): string | undefined {
  return /,repeat=(\d+)$/.exec(name)?.[1];
}

/**
 * What tells a job from the others of its scenario: the values of its axes, that of `image` by itself. Without axes its
 * machines, as they stand behind the `@`.
 */
export function combinationOf({ job, axes }: Pick<PlannedJob, 'job' | 'axes'>): string {
  const values = Object.entries(axes).map(([axis, value]) => (axis === 'image' ? value : `${axis}=${value}`));
  return values.length === 0 ? splitJob(repeatedJob(job))[1] : values.join(', ');
}

/** No value of an axis holds an `@`. */
export function splitJob(job: string): readonly [scenario: string, cell: string] {
  const at = job.lastIndexOf('@');
  return at < 0 ? [job, ''] : [job.slice(0, at), job.slice(at + 1)];
}

/** The combinations of the jobs: as planned, or as one would list them where the plan's order came by chance. */
export function combinationsOf(
  jobs: readonly Pick<PlannedJob, 'job' | 'axes'>[],
  seed: string | undefined,
): readonly string[] {
  const names = [...new Set(jobs.map(combinationOf))];
  return seed === undefined ? names : names.toSorted(compareNames);
}

/** `debian-9` stands before `debian-12`, and a scenario before those whose names go on. */
export function compareNames(left: string, right: string): number {
  const [a, b] = [left, right].map((name) => name.match(/\d+|\D/g) ?? []);
  for (const [index, piece] of (a ?? []).entries()) {
    const other = b?.[index];
    if (other === undefined) return 1;
    if (piece === other) continue;
    const byNumber = Number(piece) - Number(other);
    return Number.isNaN(byNumber) || byNumber === 0 ? rank(piece) - rank(other) : byNumber;
  }
  return (a?.length ?? 0) - (b?.length ?? 0);
}

function rank(piece: string): number {
  return piece.startsWith('@') ? -1 : (piece.codePointAt(0) ?? 0);
}
