/** Whether the `when` of a step holds of its machine. */
import { holds, parseComparison } from './quantity.ts';
import type { Condition } from './scenario.ts';
import { substitute } from './substitute.ts';

/** Facts that are versions, whatever their text looks like. */
const versions: ReadonlySet<string> = new Set(['systemd', 'kernel']);

/** The first condition that does not hold, in words; nothing where all do. */
export function conditionsHold(
  conditions: readonly Condition[],
  facts: Readonly<Record<string, string | undefined>>,
): string | undefined {
  for (const { name, compare: written } of conditions) {
    const actual = facts[name];
    if (actual === undefined) return `${name} is not known here`;
    const compare = substitute(written, facts).text;
    const comparison = parseComparison(compare);
    const met =
      comparison === undefined
        ? actual === compare
        : holds(comparison, actual, versions.has(name) ? 'version' : undefined).ok;
    if (!met) return `${name} is ${actual}, wanted ${compare}`;
  }
  return undefined;
}
