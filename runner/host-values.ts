/** What jobs ask of this computer's environment, looked up before any of them begins. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../src/error.ts';
import { readHostValues, type HostProblem, type HostValues } from '../src/host-values.ts';
import type { Job } from '../src/plan.ts';
import { formatProblems, makeSource, reportAt, type Source } from '../src/problem.ts';
import type { SecretName } from '../src/scenario.ts';

export function lookUpHostValues(jobs: readonly Job[], names: readonly SecretName[]): HostValues {
  const found = readHostValues(jobs, names, process.env);
  if (found.problems.length > 0) throw new UserError(wordProblems(found.problems).trimEnd());
  return found;
}

/** Their files were read before, and are still there. */
function wordProblems(problems: readonly HostProblem[]): string {
  const sources = new Map<string, Source>();
  for (const { at, message, hint } of problems) {
    const source =
      sources.get(at.file) ?? makeSource(at.file, dirname(at.file), readFileSync(at.file, 'utf8'));
    sources.set(at.file, source);
    reportAt(source, at, message, hint);
  }
  return formatProblems([...sources.values()].flatMap((source) => source.problems));
}
