/** What a step does and expects, as a person reads it: from the scenario alone. */
import { firstLine } from './describe-text.ts';
import { formatDuration } from './quantity.ts';
import { leaksId, watchId } from './machines.ts';
import type { Place } from './error.ts';
import type { Lesson, PlannedStep, Question } from './event.ts';
import type {
  Expectation,
  FactMatcher,
  JsonPattern,
  Matcher,
  ResourceCheck,
  Step,
  Watch,
} from './scenario.ts';

/** Its title; of prose or a question without one, its first sentence. */
export function stepTitle(step: Step): string {
  if (step.title !== undefined) return step.title;
  const prose = step.verb === 'ask' ? step.ask : step.verb === 'say' ? step.say : undefined;
  const [sentence] = plainText(prose ?? '').split(/(?<=[.!?:])\s|\n\n/);
  return sentence?.replaceAll(/\s+/g, ' ').trim() || step.id;
}

/** Prose without its marks of Markdown: a title is shown as it is. */
function plainText(markdown: string): string {
  return markdown
    .split(/(`+[^`]+`+)/)
    .map((part, index) => {
      if (index % 2 === 1) return part.replaceAll('`', '');
      const words = part.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1');
      return words
        .replaceAll(/^\s*(?:#+|>|[-*]) +/gm, '')
        .replaceAll(/(?<!\w)([*_]{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)/g, '$2');
    })
    .join('');
}

/** What a reader knows of a step that has not run: its title, else the first line of what is typed. */
export function plannedTitle(step: Step): string {
  const title = stepTitle(step);
  return firstLine((title === step.id && stepCommand(step)) || title, 120);
}

/** The verdict on what happened beside the steps, told as a step after them. */
export function watchStep({ at }: Watch, on?: string): PlannedStep {
  return { id: watchId(on), title: 'Watch the machine', verb: 'watch', place: at, on };
}

/** The verdict on what is left of a job that typed on this computer. */
export function leaksStep(place: Place, on: string | undefined): PlannedStep {
  return { id: leaksId(on), title: 'Look for what is left behind', verb: 'leaks', place, on };
}

/** `watch failed units, coredumps, journal`. */
export function watchCommand({ failedUnits, coredumps, journal }: Watch): string {
  const asked = [failedUnits && 'failed units', coredumps && 'coredumps', journal && 'journal'];
  return `watch ${asked.filter(Boolean).join(', ')}`;
}

/** The text typed, or one line that says what is done. */
export function stepCommand(step: Step): string {
  switch (step.verb) {
    case 'run':
      return step.run;
    case 'wait':
      return `wait for ${step.wait.map(checkText).join(', ')}`;
    case 'boot':
      return `boot ${step.boot}${step.as === undefined ? '' : ` as ${step.as}`}`;
    case 'reboot':
      return 'reboot';
    case 'write':
      return `write ${step.path}${step.from === undefined ? `\n${step.content ?? ''}` : ` from ${step.from}`}`;
    case 'ask':
      return typeof step.answer === 'string' ? '' : step.answer.run;
    case 'check':
      return `check ${checksText(step.check)}`;
    case 'say':
      return '';
  }
}

export function stepQuestion(step: Step): Question | undefined {
  if (step.verb !== 'ask') return undefined;
  const { ask: text, choices, answer } = step;
  return { text, choices, answer: typeof answer === 'string' ? answer : undefined };
}

export function stepLesson({ learn }: Step): Lesson | undefined {
  if (learn === undefined) return undefined;
  const { hints, explain, wrong, reset, solution } = learn;
  return {
    hints,
    explain: explain.map(({ when, say }) => ({ when: when.map(checkText).join(', '), say })),
    wrong: wrong.map(({ run, hint }) => ({ run, hint })),
    reset,
    solution,
  };
}

/** Nothing where the step expects no more than that it ends well. */
export function stepExpectation(step: Step): string | undefined {
  const texts = [
    ...(step.expect.given ? expectationTexts(step.expect) : []),
    ...(step.verb === 'check' ? [] : step.check.map((check) => `check ${checkText(check)}`)),
    ...(step.withinMs === undefined ? [] : [`within ${formatDuration(step.withinMs)}`]),
  ];
  return texts.length === 0 ? undefined : texts.join('\n');
}

/** One resource with its facts; of several only their names, for their facts stand among the checks. */
function checksText(checks: readonly ResourceCheck[]): string {
  const [only, ...more] = checks;
  if (only === undefined) return 'nothing';
  return more.length === 0 ? checkText(only) : checks.map(({ kind, name }) => `${kind} ${name}`).join(', ');
}

/** `unit hello.service active=active restarts=1`. */
export function checkText(check: ResourceCheck): string {
  const facts = check.facts.map(({ name, expected }) => {
    const text = factText(expected);
    // `contains=contains x` says it twice.
    if (text.startsWith(`${name} `)) return text;
    return /^[<>!]/.test(text) ? `${name} ${text}` : `${name}=${text === '' ? '(none)' : text}`;
  });
  return [check.kind, check.name, ...facts].join(' ');
}

function expectationTexts(expect: Expectation): readonly string[] {
  const exit = expect.exit.join(' or ');
  return [
    ...(exit === '0' ? [] : [`exit ${exit}`]),
    ...(['stdout', 'stderr', 'output'] as const).flatMap((stream) => {
      const matcher = expect[stream];
      if (matcher === undefined) return [];
      const text = matcherText(matcher);
      return text.includes('\n') ? [`${stream}:`, text] : [`${stream}: ${text === '' ? '(nothing)' : text}`];
    }),
    ...Object.entries(expect.where).map(([name, compare]) => `where ${name} ${compare}`),
    ...(expect.took === undefined ? [] : [`took ${expect.took}`]),
  ];
}

function factText(expected: FactMatcher): string {
  return expected.kind === 'comparison' ? expected.value : matcherText(expected);
}

function matcherText(matcher: Matcher): string {
  switch (matcher.kind) {
    case 'pattern':
      return matcher.value.replace(/\n$/, '');
    case 'equals':
      return matcher.value === '' ? 'none' : matcher.value;
    case 'matches':
    case 'lines':
      return `${matcher.kind} ${matcher.value}`;
    case 'json':
      return `json ${jsonText(matcher.value)}`;
    case 'not':
      return `not ${matcherText(matcher.value)}`;
    case 'contains':
    case 'lacks':
    case 'in-order':
    case 'any':
    case 'all':
      return `${matcher.kind} ${matcher.value.map(matcherText).join(matcher.kind === 'in-order' ? ', then ' : ', ')}`;
  }
}

function jsonText(pattern: JsonPattern): string {
  return JSON.stringify(pattern);
}
