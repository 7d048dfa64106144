/** Whether an exception or a known issue can apply in any job, and captures the same names; told when the file is read. */
import { conditionsHold } from '../conditions.ts';
import { capturesOf } from '../match.ts';
import { reportAt, type Source } from '../problem.ts';
import { backendNames } from './backend.ts';
import type { Condition } from './condition.ts';
import type { Expectation } from './expectation.ts';
import type { MachineSpec } from './machine.ts';
import type { Combination } from './matrix.ts';
import type { RawStep } from './step.ts';

export function checkApplies(
  source: Source,
  steps: readonly RawStep[],
  jobs: readonly Combination[],
  machineFor: (step: RawStep) => MachineSpec,
): void {
  for (const step of steps) {
    if (step.except.length + step.knownIssues.length === 0) continue;
    for (const { when, at } of [...step.except, ...step.knownIssues]) {
      if (canApply([...step.when, ...when], jobs, machineFor(step))) continue;
      reportAt(
        source,
        when[0]?.at ?? at,
        'this can never apply: no job has these values',
        'compare "when" with the matrix, the image and the "when" of the step; or remove it',
      );
    }
    for (const { expect, at } of step.except) {
      const [plain, other] = [namesOf(step.expect), namesOf(expect)];
      if (plain !== other)
        reportAt(
          source,
          at,
          `an exception must capture the same names: ${other || 'none'}, not ${plain || 'none'}`,
          'later steps use them whichever of the two was seen',
        );
    }
  }
}

/** Whether the conditions may hold in one of the jobs, by what is known before any machine runs. */
export function canApply(
  conditions: readonly Condition[],
  jobs: readonly Combination[],
  spec: MachineSpec,
): boolean {
  return jobs.length === 0 || jobs.some((axes) => canHold(conditions, factsOf(axes, spec)));
}

type Known = Readonly<Record<string, string | undefined>>;

/** Undefined where the machine has no such fact. */
function factsOf(axes: Combination, spec: MachineSpec): Known {
  if (spec.kind !== 'root') return { image: undefined, backend: spec.kind, ...axes };
  const backend = spec.backend ?? backendNames[0];
  const image = spec.image.replaceAll(/\$\{(\w+)\}/g, (whole, axis: string) => axes[axis] ?? whole);
  return image === '' || image.includes('${') ? { backend, ...axes } : { image, backend, ...axes };
}

function canHold(conditions: readonly Condition[], facts: Known): boolean {
  const known = conditions.filter(
    ({ name, compare }) => Object.hasOwn(facts, name) && !compare.includes('${'),
  );
  return conditionsHold(known, facts) === undefined;
}

function namesOf({ stdout, stderr, output }: Expectation): string {
  const names = [stdout, stderr, output].flatMap((matcher) =>
    matcher === undefined ? [] : [...capturesOf(matcher).keys()],
  );
  return [...new Set(names)].toSorted().join(', ');
}
