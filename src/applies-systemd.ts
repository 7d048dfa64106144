/** Exceptions and known issues held against the systemd of the images: known once these are made, before a machine runs. */
import type { Place } from './error.ts';
import { machineFor } from './machines.ts';
import { jobsOf } from './plan.ts';
import type { Combination, Condition, RootSpec, Scenario, Step } from './scenario.ts';
import { applyingAtOnce, mayHold, possibleFacts, type JobFacts } from './scenario/applies.ts';

/** Nothing where the image is not made yet; one that is may have no systemd. */
export type SystemdOf = (spec: RootSpec) => { readonly systemd: string | undefined } | undefined;

export interface Held {
  /** What no job can meet, or two exceptions would meet at once. */
  readonly never: readonly Never[];
  /** Of each of the others that only an unknown image may meet, those images. */
  readonly open: readonly (readonly RootSpec[])[];
}
export interface Never {
  readonly at: Place;
  readonly message: string;
  readonly hint: string;
}

export function holdAgainstImages(scenario: Scenario, systemdOf: SystemdOf): Held {
  const never: Never[] = [];
  const open: (readonly RootSpec[])[] = [];
  for (const { at, conditions, sites } of askingFor(scenario)) {
    const unknown = sites.filter(({ spec }) => systemdOf(spec) === undefined);
    const applies = sites.some(({ spec, axes }) => {
      const found = systemdOf(spec);
      return found !== undefined && mayHold(conditions, { systemd: [found.systemd] }, axes);
    });
    if (applies) continue;
    if (unknown.length > 0) open.push(unknown.map(({ spec }) => spec));
    else never.push({ at, ...wordNever(sites, systemdOf) });
  }
  for (const [step, sites] of exceptedIn(scenario)) {
    const known = sites.flatMap(({ axes, spec, facts }) => {
      const found = systemdOf(spec);
      return found === undefined ? [] : [{ axes, facts: { systemd: [found.systemd], ...facts } }];
    });
    const atOnce = applyingAtOnce(step, known);
    never.push(...atOnce);
    if (atOnce.length === 0)
      open.push(...sites.flatMap(({ spec }) => (systemdOf(spec) === undefined ? [[spec]] : [])));
  }
  return { never, open };
}

/** An exception or a known issue of some version, and where all else that it asks for is met. */
interface Asking {
  readonly at: Place;
  /** Of systemd alone. */
  readonly conditions: readonly Condition[];
  readonly sites: readonly Site[];
}
interface Site {
  readonly axes: Combination;
  readonly spec: RootSpec;
}

function askingFor(scenario: Scenario): readonly Asking[] {
  const { prepare, steps, onFailure, cleanup, axes } = scenario;
  // An axis of that name stands in the place of the fact.
  if (axes.some(({ name }) => name === 'systemd')) return [];
  return [prepare, steps, onFailure, cleanup]
    .flat()
    .filter(
      ({ at, except, knownIssues }) => at.file === scenario.file && except.length + knownIssues.length > 0,
    )
    .flatMap((step) =>
      [...step.except, ...step.knownIssues].flatMap(({ when }) =>
        askingBy(scenario, step, [...when, ...step.when]),
      ),
    );
}

/** Steps with several exceptions, each with its jobs on images. */
function exceptedIn(scenario: Scenario): readonly (readonly [Step, readonly (JobFacts & Site)[]])[] {
  const { prepare, steps, onFailure, cleanup, needs } = scenario;
  const several = [prepare, steps, onFailure, cleanup].flat().filter(({ except }) => except.length > 1);
  if (several.length === 0) return [];
  const jobs = jobsOf(scenario).filter(({ excluded }) => excluded === undefined);
  return several.map((step) => [
    step,
    jobs.flatMap((job) => {
      const { axes } = job;
      const spec = machineFor(job, step.on);
      return spec.kind === 'root' ? [{ axes, spec, facts: possibleFacts(axes, spec, needs) }] : [];
    }),
  ]);
}

function askingBy(scenario: Scenario, step: Step, all: readonly Condition[]): readonly Asking[] {
  const conditions = all.filter(({ name }) => name === 'systemd');
  const [first] = conditions;
  if (first === undefined) return [];
  const jobs = jobsOf(scenario).filter(({ excluded }) => excluded === undefined);
  const sites = jobs.flatMap((job) => {
    const spec = machineFor(job, step.on);
    return mayHold(all, possibleFacts(job.axes, spec, scenario.needs), job.axes)
      ? [{ axes: job.axes, spec }]
      : [];
  });
  const made = sites.flatMap(({ axes, spec }) => (spec.kind === 'root' ? [{ axes, spec }] : []));
  // What runs on other computers they alone know; that nothing fits was told when the file was read.
  return made.length < sites.length || made.length === 0 ? [] : [{ at: first.at, conditions, sites: made }];
}

function wordNever(sites: readonly Site[], systemdOf: SystemdOf): Omit<Never, 'at'> {
  const versions = new Map(sites.map(({ spec }) => [spec.image, systemdOf(spec)?.systemd]));
  const told = [...versions].map(([image, version]) => `${image} has ${version ?? 'none'}`);
  return {
    message: `this can never apply: no job has such a systemd: ${told.join(', ')}`,
    hint: 'compare "when" with the images of the jobs, or remove it; "rootlab images list" shows what they have',
  };
}
