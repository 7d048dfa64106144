/** What the name of a job says: its scenario, its combination, which repeat it is. */

/** `a@host,repeat=2` is another go at `a@host`. */
export function repeatedJob(name: string): string {
  return name.replace(/,repeat=\d+$/, '');
}

/** No value of an axis holds an `@`. */
export function splitJob(job: string): readonly [scenario: string, cell: string] {
  const at = job.lastIndexOf('@');
  return at < 0 ? [job, ''] : [job.slice(0, at), job.slice(at + 1)];
}
