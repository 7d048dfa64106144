/** Problems of files that are found only when a run begins, worded as those found while reading. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Place } from '../src/error.ts';
import { formatProblems, makeSource, reportAt, type Source } from '../src/problem.ts';

export interface FileProblem {
  readonly at: Place;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The files were read before, and are still there. */
export function wordProblems(problems: readonly FileProblem[]): string {
  const sources = new Map<string, Source>();
  for (const { at, message, hint } of problems) {
    const source =
      sources.get(at.file) ?? makeSource(at.file, dirname(at.file), readFileSync(at.file, 'utf8'));
    sources.set(at.file, source);
    reportAt(source, at, message, hint);
  }
  return formatProblems([...sources.values()].flatMap((source) => source.problems)).trimEnd();
}
