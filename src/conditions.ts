/** Whether the `when` of a step holds of its machine. */
import { holds, parseComparison } from './quantity.ts';
import type { Condition, Step } from './scenario.ts';
import { substitute } from './substitute.ts';

/** Facts that are versions, whatever their text looks like. */
const versions: ReadonlySet<string> = new Set(['systemd', 'kernel']);

/** The step with the values of variables in all its conditions: a fact is one of its machine, whatever variable has its name. */
export function resolveConditions<T extends Pick<Step, 'when' | 'except' | 'knownIssues'>>(
  step: T,
  variables: Readonly<Record<string, string>>,
): T {
  const { when, except, knownIssues } = step;
  const all = [when, ...except.map((one) => one.when), ...knownIssues.map((one) => one.when)].flat();
  if (!all.some(({ compare }) => compare.includes('${'))) return step;
  const resolve = <C extends { readonly when: readonly Condition[] }>(one: C): C => ({
    ...one,
    when: one.when.map((each) => ({ ...each, compare: substitute(each.compare, variables).text })),
  });
  return resolve({ ...step, except: except.map(resolve), knownIssues: knownIssues.map(resolve) });
}

/** The first condition that does not hold, in words; nothing where all do. */
export function conditionsHold(
  conditions: readonly Condition[],
  facts: Readonly<Record<string, string | undefined>>,
): string | undefined {
  for (const { name, compare } of conditions) {
    const actual = facts[name];
    if (actual === undefined) return `${name} is not known here`;
    const comparison = parseComparison(compare);
    const met =
      comparison === undefined
        ? actual === compare
        : holds(comparison, actual, versions.has(name) ? 'version' : undefined).ok;
    if (!met) return `${name} is ${actual}, wanted ${compare}`;
  }
  return undefined;
}
