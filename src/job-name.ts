/** What the name of a job says beside its scenario. */

/** `a@host,repeat=2` is another go at `a@host`. */
export function repeatedJob(name: string): string {
  return name.replace(/,repeat=\d+$/, '');
}
