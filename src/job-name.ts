/** What the name of a job says: its scenario, its combination, which repeat it is. */

/** `a@host,repeat=2` is another go at `a@host`. */
export function repeatedJob(name: string): string {
  return name.replace(/,repeat=\d+$/, '');
}

export function repeatOf(name: string): string | undefined {
  return /,repeat=(\d+)$/.exec(name)?.[1];
}

/** What stands behind the `@`, of all repeats the same. */
export function combinationOf(job: string): string {
  return splitJob(repeatedJob(job))[1];
}

/** No value of an axis holds an `@`. */
export function splitJob(job: string): readonly [scenario: string, cell: string] {
  const at = job.lastIndexOf('@');
  return at < 0 ? [job, ''] : [job.slice(0, at), job.slice(at + 1)];
}
