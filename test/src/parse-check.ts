/** What a text is parsed to, or its problems as they are printed. */
import t, { type Test } from 'tap';

import { formatProblems, parseScenario, type ParseOptions } from '../../src/parse.ts';
import type { Scenario } from '../../src/scenario.ts';

/** Files beside the scenario, by their paths. */
export type Files = Readonly<Record<string, string>>;

const optionsWith = (files: Files): ParseOptions => ({
  file: 'a.yaml',
  name: 'a',
  directory: '/dir',
  read: (path) => {
    const text = files[path];
    return text === undefined
      ? { problem: `cannot read "${path}"` }
      : { file: path, directory: '/dir', text };
  },
});

export function problemsOf(text: string, files: Files = {}): string {
  const parsed = parseScenario(text, optionsWith(files));
  return 'problems' in parsed ? formatProblems(parsed.problems) : '';
}

export function scenarioOf(text: string, files: Files = {}): Scenario {
  const parsed = parseScenario(text, optionsWith(files));
  if ('scenario' in parsed) return parsed.scenario;
  throw new Error(formatProblems(parsed.problems));
}

/** The very text that is printed. */
export function checkProblems(t: Test, text: string, expected: string): void {
  t.equal(problemsOf(text).trimEnd(), expected.trim());
}

/** A scenario around steps: the first step stands in line 4. */
export function withSteps(steps: string): string {
  return `title: A\nmachine: debian-12\nsteps:\n${steps}`;
}

/** Each message alone, in the order of the file. */
export function messagesOf(text: string, files: Files = {}): readonly string[] {
  return problemsOf(text, files)
    .split('\n')
    .filter((line) => /^\S+\.yaml:/.test(line))
    .map((line) => line.replace('a.yaml:', ''));
}

export interface Row {
  readonly text: string;
  /** Line, column and message of each problem; none where the text is good. */
  readonly says: readonly string[];
}
export const row = (text: string, ...says: string[]): Row => ({ text, says });

export function checkRows(rows: readonly Row[], around: (text: string) => string): void {
  for (const { text, says } of rows) t.same(messagesOf(around(text)), says, text);
}
