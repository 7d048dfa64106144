/** What jobs ask of this computer's environment, looked up before any of them begins. */
import { UserError } from '../src/error.ts';
import { readHostValues, type HostValues } from '../src/host-values.ts';
import type { Job } from '../src/plan.ts';
import type { SecretName } from '../src/scenario.ts';
import { wordProblems } from './file-problem.ts';

export function lookUpHostValues(jobs: readonly Job[], names: readonly SecretName[]): HostValues {
  const found = readHostValues(jobs, names, process.env);
  if (found.problems.length > 0) throw new UserError(wordProblems(found.problems));
  return found;
}
