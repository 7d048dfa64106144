/** Some of the steps of one job: from a step, until a step. */
import { UserError } from './error.ts';
import { capturesOf } from './match.ts';
import { suggest } from './nearest.ts';
import type { Job } from './plan.ts';
import type { ResourceCheck, Step } from './scenario.ts';
import { mentions } from './substitute.ts';

export interface Range {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** `prepare` and `cleanup` stay as they are; both ends belong to the range. */
export function stepRange(jobs: readonly Job[], { from, until }: Range): readonly Job[] {
  if (from === undefined && until === undefined) return jobs;
  const [job, ...others] = jobs;
  if (job === undefined || others.length > 0) {
    throw new UserError(`cannot choose steps: ${jobs.length} jobs are selected`, {
      hint: `name one job: rootlab run ${job?.name ?? 'JOB'} --${from === undefined ? 'until' : 'from'}=STEP`,
    });
  }
  const { steps } = job.scenario;
  const first = from === undefined ? 0 : indexOf(job, from);
  const last = until === undefined ? steps.length - 1 : indexOf(job, until);
  if (first > last) {
    throw new UserError(`cannot choose steps: "${from}" comes after "${until}"`, {
      hint: `the steps are: ${steps.map(({ id }) => id).join(', ')}`,
    });
  }
  requireCaptures(job, first, last);
  return [{ ...job, scenario: { ...job.scenario, steps: steps.slice(first, last + 1) } }];
}

/** What a step left out would have captured has no value later; in a command it would be nothing, without a word. */
function requireCaptures(job: Job, first: number, last: number): void {
  const lost = lostCapture(job, first, last);
  if (lost === undefined) return;
  let enough = first - 1;
  while (enough > 0 && lostCapture(job, enough, last) !== undefined) enough -= 1;
  const { steps } = job.scenario;
  const wanted = steps[enough]?.id ?? '';
  throw new UserError(
    `cannot begin at "${steps[first]?.id ?? ''}": step "${lost.user}" uses \${${lost.name}}, which step "${lost.captor}" captures, and --from leaves that out`,
    { hint: `begin earlier: --from=${wanted}` },
  );
}

interface Lost {
  readonly name: string;
  readonly user: string;
  readonly captor: string;
}

function lostCapture({ scenario }: Job, first: number, last: number): Lost | undefined {
  const { prepare, steps } = scenario;
  const known = new Set([...prepare.flatMap(caughtBy), ...Object.keys(scenario.env)]);
  const captors = new Map<string, string>();
  for (const step of steps.slice(0, first))
    for (const name of caughtBy(step)) if (!known.has(name)) captors.set(name, step.id);
  // Cleanup has to do without after any failure.
  for (const step of steps.slice(first, last + 1)) {
    const texts = textsIn(step);
    for (const name of caughtBy(step)) captors.delete(name);
    for (const [name, captor] of captors) {
      // A shell that sets it itself does not miss it.
      if (Object.hasOwn(step.env, name)) continue;
      if (texts.some((text) => setsName(text, name))) captors.delete(name);
      else if (texts.some((text) => mentions(text, name))) return { name, user: step.id, captor };
    }
  }
  return undefined;
}

function caughtBy(step: Step): readonly string[] {
  const checks: readonly ResourceCheck[] = step.verb === 'wait' ? [...step.wait, ...step.check] : step.check;
  return [step.expect, ...checks.flatMap(({ expect }) => expect ?? [])].flatMap(
    ({ stdout, stderr, output }) =>
      [stdout, stderr, output].flatMap((one) => (one === undefined ? [] : [...capturesOf(one).keys()])),
  );
}

/** Of what is carried out: what is only said, or typed by a learner, needs no value. */
function textsIn(value: unknown, key = ''): readonly string[] {
  if (['say', 'learn', 'because', 'at', 'title'].includes(key)) return [];
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => textsIn(one, Array.isArray(value) ? key : name));
}

function setsName(text: string, name: string): boolean {
  return new RegExp(String.raw`(?:^|[\s;&|(])(?:${name}=|(?:read|for)\s[^\n;]*\b${name}\b)`).test(text);
}

function indexOf({ name, scenario: { steps } }: Job, id: string): number {
  const found = steps.findIndex((step) => step.id === id);
  if (found >= 0) return found;
  const ids = steps.map((step) => step.id);
  throw new UserError(`cannot choose steps: no step of ${name} is called "${id}"`, {
    hint: suggest(id, ids, 'the steps are'),
  });
}
