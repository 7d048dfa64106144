/** YAML text → scenario, or all its problems with their places. */
import type { Problem, ReadPath, Source } from './problem.ts';
import { readScenario } from './scenario/file.ts';
import { isPart } from './scenario/use.ts';
import type { Scenario } from './scenario.ts';
import { readYaml } from './yaml.ts';

export { formatProblem, formatProblems, type Problem } from './problem.ts';

export interface ParseOptions {
  /** As given on the command line, for messages. */
  readonly file: string;
  readonly name: string;
  /** Absolute, of the file: what it names by `from` lies beside it. */
  readonly directory: string;
  /** Of the files it uses. */
  readonly read?: ReadPath;
}
export type Parsed = { readonly scenario: Scenario } | { readonly problems: readonly Problem[] };

export function parseScenario(text: string, options: ParseOptions): Parsed {
  const { scenario, source } = readScenarioText(text, options);
  return source.problems.length > 0 ? { problems: source.problems } : { scenario };
}

/** For whoever adds problems that only a disk, or other files, can show; without any the scenario is good. */
export function readScenarioText(
  text: string,
  { file, name, directory, read }: ParseOptions,
): { readonly scenario: Scenario; readonly source: Source; readonly isPart: boolean } {
  const cell = readYaml(file, directory, text, read === undefined ? {} : { read });
  return { scenario: readScenario(cell, file, name), source: cell.source, isPart: isPart(cell) };
}
