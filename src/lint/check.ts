/** Rules about resources: a fact that says less than a reader takes from it. */
import type { Place } from '../error.ts';
import type { Fact, ResourceCheck } from '../scenario.ts';
import { isVerdict, type Rule, type Site, type Spot } from './rule.ts';

export const stateLeftOut: Rule = {
  id: 'L013',
  name: 'state-left-out',
  title: 'a check of a unit whose state nobody looks at',
  why: 'With a fact of its own a check no longer asks for active: no restarts and no failure has also what never ran.',
  hint: 'add active: active, or the state it is meant to have',
  severity: 'warning',
  bad: 'steps:\n- check: {unit: hello.service, «restarts: 0}\n',
  good: 'steps:\n- check: {unit: hello.service, active: active, restarts: 0}\n',
  find: ({ sites, source }) => {
    const offsetOf = ({ line, column }: Place): number => (source.lines[line - 1] ?? 0) + column - 1;
    return sites.filter(isVerdict).flatMap((site): readonly Spot[] => {
      const checks = checksOf(site).filter(({ kind }) => kind === 'unit');
      const known = new Set(checks.filter(saysState).map(({ name }) => name));
      return checks
        .filter(({ name }) => !known.has(name))
        .flatMap(({ name, facts }) => {
          const fact = facts.find(holdsOfIdle);
          if (fact === undefined) return [];
          const message = `"${fact.name}" holds as well of a unit that never ran: the state of "${name}" is not asked for`;
          return [{ offset: offsetOf(fact.at), message }];
        });
    });
  },
};

function checksOf({ step }: Site): readonly ResourceCheck[] {
  return step.verb === 'wait' ? [...step.wait, ...step.check] : step.check;
}

/** Without a fact the check is that the unit is active. */
function saysState({ facts }: ResourceCheck): boolean {
  return facts.length === 0 || facts.some(({ name }) => states.has(name));
}
const states: ReadonlySet<string> = new Set([
  'active',
  'sub',
  'exists',
  ...['ActiveState', 'SubState', 'MainPID'].map((name) => `property.${name}`),
]);

/** What systemd says of a unit it never started: `NRestarts=0`, `Result=success`. */
function holdsOfIdle({ name, expected }: Fact): boolean {
  const value = idle[name];
  return typeof expected.value === 'string' && value?.test(expected.value.trim()) === true;
}
const zero = /^(?:=*\s*0|<=?\s*\d+|0\.\..*)$/;
const idle: Readonly<Record<string, RegExp>> = {
  restarts: zero,
  result: /^success$/,
  'property.NRestarts': zero,
  'property.Result': /^success$/,
};
