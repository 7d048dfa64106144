/** A rule about conditions: that some job meets them. */
import { machineFor } from '../machines.ts';
import { neverHolds } from '../scenario/applies.ts';
import { combinationsThatRun } from '../scenario/matrix.ts';
import type { Rule, Spot } from './rule.ts';

export const neverRuns: Rule = {
  id: 'L015',
  name: 'never-runs',
  title: 'a step that no job runs',
  why: 'Its `when` asks for values that neither the image nor an axis ever has, so it is skipped everywhere.',
  hint: 'compare it with the matrix and the image, or remove the step',
  severity: 'warning',
  bad: 'matrix:\n  mode: [a, b]\nsteps:\n- run: echo $mode\n- run: systemctl status\n  when: {mode: «c}\n  because: c is slow\n',
  good: 'matrix:\n  mode: [a, b]\nsteps:\n- run: echo $mode\n- run: systemctl status\n  when: {mode: b}\n  because: a is slow\n',
  // What a part asks for, other scenarios may have.
  find: ({ scenario, sites, source, root, roots }) => {
    if (root !== roots[0]) return [];
    const asked = { jobs: combinationsThatRun(scenario), needs: scenario.needs };
    return sites.flatMap(({ step }): readonly Spot[] => {
      const never = neverHolds(step.when, asked, machineFor(scenario, step.on));
      const { line, column } = (never?.condition ?? step.when[0])?.at ?? step.at;
      if (never === undefined) return [];
      const offset = (source.lines[line - 1] ?? 0) + column - 1;
      return [{ offset, message: `the step is always skipped: ${never.cause}` }];
    });
  },
};
