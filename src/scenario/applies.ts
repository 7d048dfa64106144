/** Whether an exception or a known issue can apply in any job, and captures the same names; told when the file is read. */
import { conditionsHold } from '../conditions.ts';
import { capturesOf } from '../match.ts';
import { describePlace } from '../describe-text.ts';
import type { Place } from '../error.ts';
import { reportAt, type Source } from '../problem.ts';
import { substitute } from '../substitute.ts';
import { backendNames } from './backend.ts';
import type { Condition } from './condition.ts';
import type { Expectation } from './expectation.ts';
import type { MachineSpec } from './machine.ts';
import type { Combination } from './matrix.ts';
import type { Need } from './need.ts';
import type { RawStep } from './step.ts';

/** What a file says of all its jobs. */
export interface Asked {
  readonly jobs: readonly Combination[];
  readonly needs: readonly Need[];
}

export function checkApplies(
  source: Source,
  steps: readonly RawStep[],
  asked: Asked,
  machineFor: (step: RawStep) => MachineSpec,
): void {
  for (const step of steps) {
    if (step.except.length + step.knownIssues.length === 0) continue;
    for (const { when, at } of [...step.except, ...step.knownIssues]) {
      const never = isOf(source, step)
        ? neverHolds([...step.when, ...when], asked, machineFor(step))
        : undefined;
      if (never === undefined) continue;
      const place = when.find((one) => one === never.condition)?.at ?? when[0]?.at ?? at;
      // What is no such fact at all was told when it was read.
      if (source.problems.some((one) => describePlace(one.place) === describePlace(place))) continue;
      reportAt(
        source,
        place,
        `this can never apply: ${never.cause}`,
        'compare "when" with the matrix, the image and the "when" of the step; or remove it',
      );
    }
    const spec = machineFor(step);
    const jobs = asked.jobs.map((axes) => ({ axes, facts: possibleFacts(axes, spec, asked.needs) }));
    for (const { at, message, hint } of applyingAtOnce(step, jobs)) reportAt(source, at, message, hint);
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

/** What a part asks for, other scenarios may have. */
function isOf({ file }: Pick<Source, 'file'>, { at }: Pick<RawStep, 'at'>): boolean {
  return at.file === file;
}

/** Why the conditions hold in none of the jobs, by what is known before any machine runs; nothing where they may. */
export function neverHolds(
  conditions: readonly Condition[],
  asked: Asked,
  spec: MachineSpec,
): { readonly cause: string; readonly condition?: Condition | undefined } | undefined {
  const jobs = asked.jobs.map((axes) => ({ axes, facts: possibleFacts(axes, spec, asked.needs) }));
  const mayApply = (some: readonly Condition[]): boolean =>
    jobs.some(({ axes, facts }) => mayHold(some, facts, axes));
  if (jobs.length === 0 || mayApply(conditions)) return undefined;
  const condition = conditions.find((one) => !mayApply([one]));
  if (condition === undefined) return { cause: 'no job has these values' };
  const seen = new Set(jobs.flatMap(({ facts }) => facts[condition.name] ?? []));
  seen.delete(undefined);
  const cause =
    seen.size === 0
      ? `the step's machine has no ${condition.name}`
      : `${condition.name} is ${[...seen].join(' or ')} in all jobs`;
  return { cause, condition };
}

/**
 * What each fact of a machine may be in one job: a fact that is absent here anything, one that the machine does not have
 * undefined.
 */
export type Possible = Readonly<Record<string, readonly (string | undefined)[]>>;

export function possibleFacts(axes: Combination, spec: MachineSpec, needs: readonly Need[]): Possible {
  const values = Object.entries(axes).map(([name, value]) => [name, [value]] as const);
  const own = Object.fromEntries(values);
  if (spec.kind !== 'root') return { image: [undefined], backend: [spec.kind], ...own };
  const backend = [spec.backend ?? backendNames[0]];
  // Only what v1 has bound is seen as v1 has it, and only where the job asks for it.
  const cgroup = needs.some(asksForController) ? ['v2', 'hybrid'] : ['v2'];
  const image = substitute(spec.image, axes).text;
  const known = image === '' || image.includes('${') ? {} : { image: [image] };
  return { ...known, backend, cgroup, ...own };
}

function asksForController(need: Need): boolean {
  return 'any' in need ? need.any.some(asksForController) : need.name.startsWith('controller-');
}

/** Those of one fact must hold of one value. */
export function mayHold(conditions: readonly Condition[], possible: Possible, axes: Combination): boolean {
  const resolved = conditions.map((one) => ({ ...one, compare: substitute(one.compare, axes).text }));
  return resolved.every(({ name }) => {
    const values = Object.hasOwn(possible, name) ? possible[name] : undefined;
    const same = resolved.filter((other) => other.name === name && !other.compare.includes('${'));
    return values?.some((value) => conditionsHold(same, { [name]: value }) === undefined) ?? true;
  });
}

export interface JobFacts {
  readonly axes: Combination;
  readonly facts: Possible;
}

/** Each two exceptions of which, in some job, one applies wherever the other does: no run could judge the step there. */
export function applyingAtOnce(
  { when, except }: Pick<RawStep, 'when' | 'except'>,
  jobs: readonly JobFacts[],
): readonly { readonly at: Place; readonly message: string; readonly hint: string }[] {
  return except.flatMap((second, index) =>
    except.slice(0, index).flatMap((first) => {
      const job = jobs.find(
        (one) =>
          follows(second.when, [...when, ...first.when], one) ||
          follows(first.when, [...when, ...second.when], one),
      );
      if (job === undefined) return [];
      const values = Object.entries(job.axes).map(([name, value]) => `${name} is ${value}`);
      const where = values.length === 0 ? '' : ` where ${values.join(' and ')}`;
      const message = `two exceptions apply at once${where}: this one, and that of line ${first.at.line}`;
      return [{ at: second.at, message, hint: 'make their "when" exclude each other' }];
    }),
  );
}

/** Whether these conditions hold wherever those may, in this job. */
function follows(
  these: readonly Condition[],
  those: readonly Condition[],
  { axes, facts }: JobFacts,
): boolean {
  if (!mayHold(those, facts, axes)) return false;
  return these.every((condition) => {
    const { name, compare } = condition;
    if (those.some((one) => one.name === name && one.compare === compare)) return true;
    const resolved = { ...condition, compare: substitute(compare, axes).text };
    const values = Object.hasOwn(facts, name) ? facts[name] : undefined;
    if (values === undefined || resolved.compare.includes('${')) return false;
    return values.every((value) => conditionsHold([resolved], { [name]: value }) === undefined);
  });
}

function namesOf({ stdout, stderr, output }: Expectation): string {
  const names = [stdout, stderr, output].flatMap((matcher) =>
    matcher === undefined ? [] : [...capturesOf(matcher).keys()],
  );
  return [...new Set(names)].toSorted().join(', ');
}
