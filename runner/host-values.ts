/** What jobs ask of this computer's environment, looked up before any of them begins. */
import { UserError } from '../src/error.ts';
import { readHostValues, type HostValues } from '../src/host-values.ts';
import { nearest } from '../src/nearest.ts';
import type { Job } from '../src/plan.ts';
import type { SecretName } from '../src/scenario.ts';
import { wordProblems } from './file-problem.ts';

export function lookUpHostValues(jobs: readonly Job[], names: readonly SecretName[]): HostValues {
  const found = readHostValues(jobs, names, process.env);
  if (found.problems.length > 0) throw new UserError(wordProblems(found.problems));
  if (found.absent.length > 0) process.stderr.write(`note: ${wordAbsent(found.absent)}\n`);
  return found;
}

/** A CI's own variables are absent elsewhere; a misspelt one is absent everywhere. */
function wordAbsent(names: readonly string[]): string {
  const there = Object.keys(process.env);
  const told = names.map((name) => {
    const near = nearest(name, there);
    return near === undefined ? name : `${name} (did you mean ${near}?)`;
  });
  return `not masked, since this computer's environment has none: ${told.join(', ')}`;
}
