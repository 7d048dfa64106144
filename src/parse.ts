/** YAML text → scenario, or all its problems with their places. */
import type { Problem, Source } from './problem.ts';
import { readScenario } from './scenario/file.ts';
import type { Scenario } from './scenario.ts';
import { readYaml } from './yaml.ts';

export { formatProblem, formatProblems, type Problem } from './problem.ts';

export interface ParseOptions {
  /** As given on the command line, for messages. */
  readonly file: string;
  readonly name: string;
  /** Absolute, of the file: what it names by `from` lies beside it. */
  readonly directory: string;
}
export type Parsed = { readonly scenario: Scenario } | { readonly problems: readonly Problem[] };

export function parseScenario(text: string, options: ParseOptions): Parsed {
  const { scenario, source } = readScenarioText(text, options);
  return source.problems.length > 0 ? { problems: source.problems } : { scenario };
}

/** For whoever adds problems that only a disk, or other files, can show; without any the scenario is good. */
export function readScenarioText(
  text: string,
  options: ParseOptions,
): { readonly scenario: Scenario; readonly source: Source } {
  const cell = readYaml(options.file, options.directory, text);
  return { scenario: readScenario(cell, options.file, options.name), source: cell.source };
}
