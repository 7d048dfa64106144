/** What a text is parsed to, or its problems as they are printed. */
import type { Test } from 'tap';
import { formatProblems, parseScenario } from '../../src/parse.ts';
import type { Scenario } from '../../src/scenario.ts';

const options = { file: 'a.yaml', name: 'a', directory: '/dir' };

export function problemsOf(text: string): string {
  const parsed = parseScenario(text, options);
  return 'problems' in parsed ? formatProblems(parsed.problems) : '';
}

export function scenarioOf(text: string): Scenario {
  const parsed = parseScenario(text, options);
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
export function messagesOf(text: string): readonly string[] {
  return problemsOf(text)
    .split('\n')
    .filter((line) => line.startsWith('a.yaml:'))
    .map((line) => line.replace('a.yaml:', ''));
}
