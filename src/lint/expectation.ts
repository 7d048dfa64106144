/** Rules about what is expected: that it can fail at all. */
import type { Place } from '../error.ts';
import type { Expectation, Matcher, MatcherName } from '../scenario.ts';
import { isVerdict, type LintInput, type Rule, type Site, type Spot } from './rule.ts';

export const cannotFail: Rule = {
  id: 'L001',
  name: 'cannot-fail',
  title: 'an expectation that cannot fail',
  why: 'It looks like a test and passes whatever the system does.',
  hint: 'say what must be seen; of several exit statuses, which ones: exit: [0, 1]',
  severity: 'warning',
  bad: 'steps:\n- run: systemctl --failed\n  expect: «...\n',
  good: 'steps:\n- run: systemctl --failed\n  expect: |\n    ...\n    0 loaded units listed.\n    ...\n',
  find: (input) => input.sites.filter(isVerdict).flatMap((site) => spotsOf(input, site)),
};

function spotsOf({ source }: LintInput, { step }: Site): readonly Spot[] {
  const inChecks = [...step.check, ...(step.verb === 'wait' ? step.wait : [])].flatMap(({ expect }) =>
    expect === undefined ? [] : [expect],
  );
  const judged = step.check.length > 0 || Object.keys(step.measure).length > 0 || step.background;
  const at = ({ line, column }: Place): number => (source.lines[line - 1] ?? 0) + column - 1;
  return [step.expect, ...inChecks].flatMap((expect): readonly Spot[] => {
    const matchers = [expect.stdout, expect.stderr, expect.output].filter((one) => one !== undefined);
    const empty = matchers.filter((matcher) => always(matcher, 'text'));
    if (
      expect.exit.includes('*') &&
      matchers.length === 0 &&
      isFree(expect) &&
      !(expect === step.expect && judged)
    )
      return [{ offset: at(expect.at), message: 'any exit status will do, and nothing else is expected' }];
    return empty.map((matcher) => ({
      offset: at(matcher.at),
      message:
        matcher.kind === 'pattern'
          ? `"${matcher.value.trim()}" matches any text`
          : `this "${matcher.kind}" holds for any text`,
    }));
  });
}

function isFree(expect: Expectation): boolean {
  return expect.took === undefined && Object.keys(expect.where).length === 0;
}

/** Whether a matcher holds for every text, or `within` a line for every line. */
function always(matcher: Matcher, where: 'text' | 'within'): boolean {
  return table[matcher.kind](matcher, where);
}
const table: Readonly<Record<MatcherName, (matcher: Matcher, where: 'text' | 'within') => boolean>> = {
  pattern: ({ value }, where) =>
    typeof value === 'string' &&
    (where === 'within'
      ? /^\s*(?:<\*>\s*)*$/.test(value)
      : value.trim() !== '' &&
        value
          .trim()
          .split('\n')
          .every((line) => line.trim() === '...')),
  equals: () => false,
  contains: every,
  lacks: () => false,
  'in-order': every,
  matches: ({ value }) => typeof value === 'string' && /^\^?(?:\(\?s\))?(?:\.\*)?\$?$/.test(value),
  lines: ({ value }) => typeof value === 'string' && /^>=\s*0$/.test(value.trim()),
  json: () => false,
  any: (matcher, where) => matcher.kind === 'any' && matcher.value.some((one) => always(one, where)),
  all: (matcher, where) => matcher.kind === 'all' && matcher.value.every((one) => always(one, where)),
  not: () => false,
};
function every(matcher: Matcher): boolean {
  return (
    (matcher.kind === 'contains' || matcher.kind === 'in-order') &&
    matcher.value.every((one) => always(one, 'within'))
  );
}
