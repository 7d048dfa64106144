/** The known name a person most likely meant by an unknown one. */

/** The nearest of `names`, or nothing when none is near: at most a third of the letters may differ. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.ceil(name.length / 3)) + 1;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Inserted, removed, replaced or swapped neighbouring letters (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let distance = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        distance = Math.min(distance, (older[column - 2] ?? 0) + 1);
      current.push(distance);
    }
    [older, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}

/** What others call it, whose tools a person may come from. */
const ELSEWHERE: readonly (readonly [ours: string, theirs: readonly string[]])[] = [
  ['run', ['bash', 'cmd', 'command', 'exec', 'script', 'shell']],
  ['expect', ['assert', 'contains', 'exit', 'output', 'rc', 'status', 'stderr', 'stdout']],
  ['exit', ['code', 'rc', 'status']],
  ['title', ['name']],
  ['summary', ['description']],
  ['machine', ['image']],
  ['steps', ['tasks', 'tests']],
  ['prepare', ['before', 'setup']],
  ['cleanup', ['after', 'teardown']],
  ['env', ['environment', 'variables', 'vars']],
  ['cwd', ['dir', 'directory', 'workdir']],
  ['when', ['if']],
  ['retry', ['retries']],
  ['unit', ['service']],
  ['active', ['state']],
  ['x86_64', ['amd64', 'x64']],
  ['aarch64', ['arm64']],
  ['check', ['file', 'http', 'package', 'port', 'service', 'unit', 'verify']],
];

/** The known name that is meant by another tool's word for it, or else the nearest one. */
export function meant(name: string, names: readonly string[]): string | undefined {
  const word = ELSEWHERE.find(([ours, theirs]) => theirs.includes(name) && names.includes(ours));
  return word?.[0] ?? nearest(name, names);
}

/** `did you mean "expect"?` where a name is near, else `known here: a, b, c`. */
export function suggest(name: string, names: readonly string[], known = 'allowed here'): string {
  const near = meant(name, names);
  if (near !== undefined) return `did you mean "${near}"?`;
  return names.length === 0 ? `nothing is ${known}` : `${known}: ${names.join(', ')}`;
}
