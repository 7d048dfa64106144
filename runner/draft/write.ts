/** Drafted facts → the text of a scenario file. */
import type { Computer, Drafted, DraftKind, Value } from './fact.ts';

export interface Draft {
  readonly text: string;
  readonly checks: number;
  readonly steps: number;
  /** Some of it types: the run has to be allowed. */
  readonly types: boolean;
}

export async function writeDraft(kind: DraftKind, computer: Computer): Promise<Draft> {
  const topics: { title: string; drafted: readonly Drafted[] }[] = [];
  // One after the other: a computer that is looked at by many programs at once shows itself slow.
  for (const { title, facts } of kind.topics) {
    const drafted: Drafted[] = [];
    for (const fact of facts) drafted.push(...(await fact(computer)));
    topics.push({ title, drafted });
  }
  const steps = topics.filter(({ drafted }) => drafted.some(isCheck));
  const remarks = topics.filter((topic) => !steps.includes(topic)).flatMap(({ drafted }) => drafted);
  const checks = steps.flatMap(({ drafted }) => drafted.filter(isCheck));
  const types = checks.some(({ check }) => Object.hasOwn(check ?? {}, 'output-of'));
  const text = [
    `# A first draft, by "rootlab draft": what holds today and should hold tomorrow.`,
    '# Take out what does not matter here, add what does.',
    `# To run it: rootlab run FILE${types ? ' --allow-host (it types what stands after "output-of")' : ''}`,
    ...remarks.map(({ why }) => `# ${why}`),
    `title: ${scalar(kind.title)}`,
    `summary: ${scalar(kind.summary)}`,
    `tags: ${flow(kind.tags)}`,
    `machine: ${kind.machine}`,
    '# All that differs is shown in one run.',
    'keep-going: true',
    '',
    'steps:',
    steps.map(stepText).join('\n'),
  ].join('\n');
  return { text, checks: checks.length, steps: steps.length, types };
}

function isCheck({ check }: Drafted): boolean {
  return check !== undefined;
}

function stepText({ title, drafted }: { title: string; drafted: readonly Drafted[] }): string {
  const lines = drafted.flatMap(({ why, check }, at) => [
    ...(drafted[at - 1]?.why === why ? [] : [`      # ${why}`]),
    ...(check === undefined ? [] : [`      - ${flow(check)}`]),
  ]);
  return [`  - title: ${scalar(title)}`, '    check:', ...lines, ''].join('\n');
}

function flow(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return scalar(value);
  if (isList(value)) return `[${value.map(scalar).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, one]) => `${key}: ${flow(one)}`)
    .join(', ')}}`;
}

function isList(value: Value): value is readonly string[] {
  return Array.isArray(value);
}

/** A text of JSON is one of YAML. */
function scalar(text: string): string {
  return /^[A-Za-z0-9/][\w ./@+-]*$/.test(text) && !text.endsWith(' ') ? text : JSON.stringify(text);
}
