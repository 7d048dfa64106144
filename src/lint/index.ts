/** `lint`: what a scenario that reads well still does wrong, by a table of rules. */
import { report } from '../problem.ts';
import type { Scenario, Step } from '../scenario.ts';
import { readYaml, type MapCell } from '../yaml.ts';
import { stateLeftOut } from './check.ts';
import { lostComment } from './comment.ts';
import { neverRuns } from './when.ts';
import {
  endsShell,
  hiddenByPipe,
  loudChild,
  negation,
  sleeping,
  swallowed,
  unseenFailure,
} from './command.ts';
import { cannotFail } from './expectation.ts';
import { unusedAxis, unusedCapture } from './name.ts';
import type { Finding, LintInput, Rule, Site } from './rule.ts';
import { longTimeout, neverReached, noNewline } from './value.ts';

export type { Finding, Rule } from './rule.ts';

/** In the order of their ids. */
export const rules: readonly Rule[] = [
  cannotFail,
  unseenFailure,
  swallowed,
  negation,
  sleeping,
  loudChild,
  unusedCapture,
  unusedAxis,
  longTimeout,
  endsShell,
  noNewline,
  neverReached,
  stateLeftOut,
  hiddenByPipe,
  neverRuns,
  lostComment,
];

/** Findings in the order of the file, then of the parts it uses; the scenario is one without problems, and `text` what it was read from. */
export function lintScenario(scenario: Scenario, text: string): readonly Finding[] {
  const root = readYaml(scenario.file, '', text);
  if (root.kind !== 'map') return [];
  const roots = [root, ...scenario.used];
  return roots.flatMap((one) =>
    findingsIn({ scenario, source: one.source, root: one, roots, sites: sitesOf(scenario, one) }),
  );
}

function findingsIn(input: LintInput): readonly Finding[] {
  const { source } = input;
  return rules
    .flatMap((rule) =>
      rule.find(input).map(({ offset, message }) => {
        report(source, offset, message, rule.hint);
        return source.problems.splice(-1).map((problem) => ({ offset, finding: { ...problem, rule } }));
      }),
    )
    .flat()
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ finding }) => finding);
}

function sitesOf(scenario: Scenario, root: MapCell): readonly Site[] {
  const site = (phase: Site['phase'], steps: readonly Step[]): readonly Site[] => {
    const value = root.entries.get(phase)?.value;
    const cells = value?.kind === 'list' ? value.items : [value];
    return steps
      .filter(({ at }) => at.file === root.source.file)
      .flatMap((step, index) => {
        const cell = cells[index];
        return cell?.kind === 'map' ? [{ step, phase, cell }] : [];
      });
  };
  return [
    ...site('prepare', scenario.prepare),
    ...site('steps', scenario.steps),
    ...site('on-failure', scenario.onFailure),
    ...site('cleanup', scenario.cleanup),
  ];
}
