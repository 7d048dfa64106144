/** Values of the host's environment: which ones jobs ask for, put in where they stand, and which of them are secrets. */
import type { Place } from './error.ts';
import type { Secret } from './mask.ts';
import type { Job } from './plan.ts';
import type { Step } from './scenario.ts';
import type { Environment, EnvValue, HostValue, SecretName } from './scenario/environment.ts';
import { substitute } from './substitute.ts';

type HostVariables = Readonly<Record<string, string | undefined>>;

export interface HostValues {
  /** With every value put in. */
  readonly jobs: readonly Job[];
  readonly secrets: readonly Secret[];
  readonly problems: readonly HostProblem[];
  /** Secrets of the configuration that the host does not have: there is nothing that could be seen. */
  readonly absent: readonly string[];
}
export interface HostProblem {
  readonly at: Place;
  readonly message: string;
  readonly hint: string;
}

/** A shorter value stands in every other word: masking it would leave nothing to read. */
const shortest = 4;

export function readHostValues(
  jobs: readonly Job[],
  names: readonly SecretName[],
  host: HostVariables,
): HostValues {
  const asked = new Map<string, HostValue>();
  for (const { scenario } of jobs)
    for (const env of [scenario.env, ...stepsOf(scenario).map((step) => step.env)])
      for (const value of Object.values(env))
        if (typeof value !== 'string')
          asked.set(`${value.at.file}:${value.at.line}:${value.at.column}`, value);
  if (asked.size === 0 && names.length === 0) return { jobs, secrets: [], problems: [], absent: [] };

  const isThere = ({ name }: SecretName): boolean => (host[name] ?? '') !== '';
  const hidden = [
    ...[...asked.values()].filter(({ secret }) => secret).map(({ fromHost: name, at }) => ({ name, at })),
    ...names.filter(isThere),
  ];
  const problems = [
    ...[...asked.values()]
      .filter(({ fromHost }) => host[fromHost] === undefined)
      .map(({ fromHost, at }) => lacking(fromHost, at)),
    ...hidden
      .filter(({ name }) => (host[name]?.trim().length ?? shortest) < shortest)
      .map(({ name, at }) => tooShort(name, at)),
  ];
  const secrets = new Map(hidden.map(({ name }) => [name, { name, value: host[name] ?? '' }]));
  return {
    jobs: asked.size === 0 ? jobs : jobs.map((job) => filled(job, host)),
    secrets: [...secrets.values()],
    problems,
    absent: names.filter((name) => !isThere(name)).map(({ name }) => name),
  };
}

/** What a variable holds: a value of the host is taken as it is. */
export function envText(value: EnvValue, variables: HostVariables): string {
  return typeof value === 'string' ? substitute(value, variables).text : (value.value ?? '');
}

function lacking(name: string, at: Place): HostProblem {
  const message = `this computer's environment has no "${name}"`;
  return { at, message, hint: `export ${name}=…, or leave it out` };
}

function tooShort(name: string, at: Place): HostProblem {
  const message = `"${name}" cannot be masked: its value has fewer than ${shortest} characters`;
  return { at, message, hint: `give ${name} a longer value, or, if it is no secret, leave it out here` };
}

function filled(job: Job, host: HostVariables): Job {
  const { scenario } = job;
  const fill = (steps: readonly Step[]): readonly Step[] =>
    steps.map((step) => ({ ...step, env: filledEnvironment(step.env, host) }));
  return {
    ...job,
    scenario: {
      ...scenario,
      env: filledEnvironment(scenario.env, host),
      prepare: fill(scenario.prepare),
      steps: fill(scenario.steps),
      onFailure: fill(scenario.onFailure),
      cleanup: fill(scenario.cleanup),
    },
  };
}

function filledEnvironment(env: Environment, host: HostVariables): Environment {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : { ...value, value: host[value.fromHost] },
    ]),
  );
}

function stepsOf({ prepare, steps, onFailure, cleanup }: Job['scenario']): readonly Step[] {
  return [...prepare, ...steps, ...onFailure, ...cleanup];
}
