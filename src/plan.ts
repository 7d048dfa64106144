/** Scenarios × matrix, filtered → jobs: each with its name, its values, and the machine they give. */
import { UserError } from './error.ts';
import type { EventBody, PlannedJob, PlannedStep } from './event.ts';
import { bootId, computersOf, imageOf, machinesOf, nameAmong, rootsOf, watchedOf } from './machines.ts';
import { nearest } from './nearest.ts';
import { plannedTitle, watchStep } from './step-text.ts';
import type { Combination, MachineSpec, MemberSpec, Need, RootSpec, Scenario, Step } from './scenario.ts';
import { combinations, whyExcluded } from './scenario/matrix.ts';
import { isTyped } from './scenario/resource.ts';
import { matchesName } from './select.ts';
import { substitute } from './substitute.ts';
import { parseTags } from './tags.ts';

export interface Job {
  /** `nspawn/echo@debian-12`. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly axes: Combination;
  /** With every `${axis}` replaced. */
  readonly machine: MachineSpec;
  /** Those after the first, of several. */
  readonly others: readonly MemberSpec[];
  /** Why it is skipped, wherever it runs: its combination is one that cannot work. */
  readonly excluded?: string | undefined;
}

export interface Selection {
  /** Names of jobs, beginnings of them at a boundary, or globs; none selects all. */
  readonly names?: readonly string[];
  /** `workshop and not slow`; several must all hold. */
  readonly tags?: readonly string[];
  /** Names of images or globs. */
  readonly images?: readonly string[];
}

/** In the order of the scenarios, then of the values as written. Throws where nothing, or a name of nothing, is selected. */
export function planJobs(scenarios: readonly Scenario[], selection: Selection = {}): readonly Job[] {
  const all = scenarios.flatMap(jobsOf);
  const names = selection.names ?? [];
  const images = selection.images ?? [];
  checkNames(names, all);
  const tags = (selection.tags ?? []).map(parseTags);
  const jobs = all.filter(
    (job) =>
      (names.length === 0 || names.some((name) => matchesName(name, job.name))) &&
      (images.length === 0 ||
        images.some((name) => imagesOf(job).some((image) => matchesName(name, image)))) &&
      tags.every((holds) => holds(job.scenario.tags)),
  );
  if (jobs.length === 0) throw nothingSelected(all, selection);
  return jobs;
}

export function jobsOf(scenario: Scenario): readonly Job[] {
  return combinations(scenario).map((axes) => {
    const { machine: first } = scenario;
    const machine = first.kind === 'host' ? first : resolveMember(first, axes);
    const others = scenario.others.map((spec) => resolveMember(spec, axes));
    return {
      name: jobName(scenario, machinesOf({ machine, others }), axes),
      scenario: withValues(scenario, axes),
      axes,
      machine,
      others,
      excluded: whyExcluded(scenario, axes),
    };
  });
}

/** With the axes and the variables of its `env` in its titles, and the axes in its needs; what a step captures, or the host holds, is not known yet. */
function withValues(scenario: Scenario, axes: Combination): Scenario {
  const known: Record<string, string> = { ...axes };
  for (const [name, value] of Object.entries(scenario.env))
    if (typeof value === 'string') known[name] = substitute(value, known).text;
  const fill = (steps: readonly Step[]): readonly Step[] =>
    steps.map((step) =>
      step.title?.includes('${') ? { ...step, title: substitute(step.title, known).text } : step,
    );
  return {
    ...scenario,
    title: substitute(scenario.title, axes).text,
    needs: scenario.needs.map((need) => resolveNeed(need, axes)),
    prepare: fill(scenario.prepare),
    steps: fill(scenario.steps),
    onFailure: fill(scenario.onFailure),
    cleanup: fill(scenario.cleanup),
  };
}

function resolveNeed(need: Need, axes: Combination): Need {
  if ('any' in need) return { ...need, any: need.any.map((one) => resolveNeed(one, axes)) };
  return need.compare?.includes('${') ? { ...need, compare: substitute(need.compare, axes).text } : need;
}

function resolveMember(machine: MemberSpec, axes: Combination): MemberSpec {
  return machine.kind === 'ssh'
    ? { ...machine, ssh: substitute(machine.ssh, axes).text }
    : resolveRoot(machine, axes);
}

function resolveRoot(machine: RootSpec, axes: Combination): RootSpec {
  const fill = (text: string): string => (text.includes('${') ? substitute(text, axes).text : text);
  return {
    ...machine,
    image: fill(machine.image),
    user: fill(machine.user),
    packages: machine.packages.map(fill),
    trees: machine.trees.map((tree) => ({ ...tree, path: fill(tree.path), image: fill(tree.image) })),
    files: machine.files.map((file) => ({
      ...file,
      path: fill(file.path),
      owner: file.owner === undefined ? undefined : fill(file.owner),
    })),
  };
}

/**
 * `path@image,axis=value`, of several machines `image+image`; an axis that makes the name of an image is not repeated, where
 * that name shows where it ends.
 */
function jobName(scenario: Scenario, machines: readonly MachineSpec[], axes: Combination): string {
  const images = machines.map(imageOf);
  const isOpen = images.length > 1 && images.some((image) => image.includes('+'));
  const told = machinesOf(scenario).flatMap((spec) => {
    const [axis, ...more] = [...imageOf(spec).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    // Of two, as in `${a}${b}`, the name would not tell which is which.
    return axis === undefined || more.length > 0 || isOpen ? [] : [axis];
  });
  const values = Object.entries(axes)
    .filter(([axis]) => !told.includes(axis))
    .map(([axis, value]) => `,${axis}=${value}`);
  return `${scenario.name}@${images.join('+')}${values.join('')}`;
}

function imagesOf(job: Job): readonly string[] {
  return machinesOf(job).map(imageOf);
}

function checkNames(names: readonly string[], jobs: readonly Job[]): void {
  const unknown = names.filter((name) => !jobs.some((job) => matchesName(name, job.name)));
  const [first] = unknown;
  if (first === undefined) return;
  throw new UserError(`cannot select "${unknown.join('", "')}": no job has such a name`, {
    hint: nameHint(first, jobs),
  });
}

/** Of a scenario that there is, its jobs; else the name that is near. */
function nameHint(name: string, jobs: readonly Job[]): string {
  const siblings = jobs.filter(({ scenario }) => name.startsWith(`${scenario.name}@`));
  if (siblings.length > 0) {
    const shown = siblings.slice(0, MOST_NAMES).map((job) => job.name);
    const left = siblings.length - shown.length;
    return `jobs there: ${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  }
  const near = nearest(
    name,
    jobs.flatMap((job) => [job.name, job.scenario.name]),
  );
  return near === undefined ? 'rootlab list shows the names of all jobs' : `did you mean "${near}"?`;
}
const MOST_NAMES = 12;

function nothingSelected(jobs: readonly Job[], { tags = [], images = [] }: Selection): UserError {
  if (jobs.length === 0)
    return new UserError('cannot select jobs: there are no scenarios', {
      hint: 'name a file, or a folder that holds *.yaml',
    });
  const filters = [
    tags.map((tag) => `has --tag "${tag}"`).join(' and '),
    images.length === 0 ? '' : `is on --image ${images.join(' or ')}`,
  ];
  const hints = [
    images.some((image) => image.includes(',')) ? 'one --image for each, not a comma' : '',
    tags.length === 0 ? '' : known('tags', (job) => job.scenario.tags),
    images.length === 0 ? '' : known('images', imagesOf),
  ];
  return new UserError(`cannot select jobs: none of ${jobs.length} ${joined(filters, ' and ')}`, {
    hint: joined(hints, '; '),
  });

  function known(what: string, wordsOf: (job: Job) => readonly string[]): string {
    return `${what} here: ${[...new Set(jobs.flatMap(wordsOf))].toSorted().join(', ') || 'none'}`;
  }
}

function joined(words: readonly string[], joint: string): string {
  return words.filter((word) => word !== '').join(joint);
}

/** What it says it needs, and what its machines do. */
export function neededBy(job: Job): readonly Need[] {
  const out = rootsOf(job).find(({ network }) => network === 'uplink');
  const other = computersOf(job).find(({ kind }) => kind === 'ssh');
  return [
    ...job.scenario.needs,
    ...(out === undefined ? [] : [{ name: 'uplink', at: out.at }]),
    ...(other === undefined ? [] : [{ name: 'ssh', at: other.at }]),
  ];
}

/** What the log says first: every job and its steps, so that a report can show what never ran. */
export function planEvent(jobs: readonly Job[], options: readonly string[] = []): EventBody {
  return { type: 'plan', jobs: jobs.map((job) => plannedJob(job, options)) };
}

function plannedJob(job: Job, given: readonly string[]): PlannedJob {
  const { name, scenario, axes } = job;
  const options = [...(typesOnHost(job) ? ['--allow-host'] : []), ...given];
  const begun = machinesOf(job).filter(({ kind }) => kind !== 'host');
  const boots = begun.map((spec): PlannedStep => {
    const title = spec.kind === 'ssh' ? 'connect' : 'boot';
    const common = { id: bootId(spec, job), title, place: spec.at, on: nameAmong(spec, job) };
    return { ...common, verb: 'boot-machine' };
  });
  return {
    job: name,
    title: scenario.title,
    summary: scenario.summary,
    tags: scenario.tags,
    axes,
    ...(options.length === 0 ? {} : { options }),
    steps: [
      ...boots,
      ...plannedSteps(scenario.prepare, 'prepare'),
      ...plannedSteps(scenario.steps),
      ...watchSteps(job),
      ...plannedSteps(scenario.cleanup, 'cleanup'),
    ],
  };
}

function watchSteps(job: Job): readonly PlannedStep[] {
  const { watch } = job.scenario;
  return watch === undefined ? [] : watchedOf(job).map((spec) => watchStep(watch, nameAmong(spec, job)));
}

function plannedSteps(steps: readonly Step[], phase?: 'prepare' | 'cleanup'): readonly PlannedStep[] {
  return steps.map((step) => ({
    id: step.id,
    title: plannedTitle(step),
    verb: phase ?? step.verb,
    place: step.at,
    on: step.on,
  }));
}

/** Whether a job needs the permission to type on this very computer, or another that outlives it. */
export function typesOnHost(job: Job): boolean {
  return computersOf(job).some((spec) => types(job, nameAmong(spec, job)));
}

/** Whether a job types anything into its machine, or the one called `on`; `check` and `wait` alone only look. */
export function types({ scenario }: Pick<Job, 'scenario'>, on?: string): boolean {
  const { prepare, steps, cleanup, onFailure } = scenario;
  return [prepare, steps, cleanup, onFailure].flat().some((step) => {
    if (on !== undefined && step.on !== on) return false;
    const looks = step.verb === 'check' || step.verb === 'say' || step.verb === 'wait';
    const checks = step.verb === 'wait' ? [...step.check, ...step.wait] : step.check;
    return !looks || checks.some(isTyped);
  });
}
