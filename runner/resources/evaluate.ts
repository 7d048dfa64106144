/** Resources of one step → results, one for each fact: all collected in one batch, then read and compared. */
import type { Failure } from '../../src/event.ts';
import type { Fact, FactMatcher, ResourceCheck } from '../../src/scenario.ts';
import { isTyped } from '../../src/scenario/resource.ts';
import { parseComparison } from '../../src/quantity.ts';
import { substitute } from '../../src/substitute.ts';
import type { Run, Session } from '../machine.ts';
import { collectAll } from './batch.ts';
import { factHolds, listed, textContains } from './compare.ts';
import type { Variables } from './compare.ts';
import { resources } from './index.ts';
import type { Asked, CollectContext, Resource, Seen } from './resource.ts';
import { wordExists, wordExpected, wordSeen, wordText } from './word.ts';

export interface CheckRequest {
  readonly checks: readonly ResourceCheck[];
  /** A session of its own: nothing a step does to its shell reaches it. */
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly variables: Variables;
  /** When the step's verb began, by the clock of the machine. */
  readonly stepStartedAtMs: number;
  /** Of one tool (10s); all of a batch may take three times as long. */
  readonly toolTimeoutMs?: number | undefined;
  /** Judges what `output-of` showed. */
  readonly expectation: CheckExpectation;
  /** One for all tries of a wait: what was seen last, so that it is noticed when a machine has gone. */
  readonly history?: Map<string, Seen> | undefined;
}
export type CheckExpectation = (
  check: ResourceCheck,
  run: Run,
  variables: Variables,
) => readonly Judged[] | Promise<readonly Judged[]>;
export interface Judged {
  readonly fact: string;
  readonly ok: boolean;
  readonly expected: string;
  readonly actual: string;
  readonly failure?: Failure | undefined;
  /** By what `output-of` expects. */
  readonly captures?: Variables | undefined;
}
export interface CheckResult extends Judged {
  readonly check: ResourceCheck;
  /** `unit hello.service active` */
  readonly name: string;
  /** Why waiting any longer is of no use. */
  readonly over?: string | undefined;
}

interface Question {
  readonly check: ResourceCheck;
  readonly resource: Resource;
  readonly asked: Asked;
  readonly facts: readonly Fact[];
  readonly variables: Variables;
}

export async function evaluate(request: CheckRequest): Promise<readonly CheckResult[]> {
  const toolTimeoutMs = request.toolTimeoutMs ?? 10_000;
  const questions = request.checks.flatMap((check) => {
    return isTyped(check) ? [] : [ask(check, resources[check.kind], request.variables)];
  });
  const contexts = questions.map(({ check }): CollectContext => {
    const all = questions.filter((other) => other.check.kind === check.kind).map((other) => other.asked);
    return { stepStartedAtMs: request.stepStartedAtMs, toolTimeoutMs, all };
  });
  const context = (at: number): CollectContext => {
    return contexts[at] ?? { stepStartedAtMs: request.stepStartedAtMs, toolTimeoutMs, all: [] };
  };
  const frames = await collectAll(
    request.session,
    questions.map(({ resource, asked }, at) => resource.collect(asked, context(at))),
    { signal: request.signal, timeoutMs: 3 * toolTimeoutMs },
  );
  const results = new Map<ResourceCheck, readonly CheckResult[]>();
  for (const [at, question] of questions.entries()) {
    const frame = frames[at] ?? 'no answer';
    const seen: Seen =
      typeof frame === 'string'
        ? { exists: false, values: {}, problem: frame }
        : question.resource.read(frame, question.asked, context(at));
    results.set(question.check, judgeFacts(question, seen, request.history));
  }
  for (const check of request.checks) {
    if (isTyped(check)) results.set(check, await judgeOutput(check, request, toolTimeoutMs));
  }
  return request.checks.flatMap((check) => results.get(check) ?? []);
}

function ask(check: ResourceCheck, resource: Resource, variables: Variables): Question {
  const options: Record<string, string> = {};
  const facts: Fact[] = [];
  for (const fact of check.facts) {
    const { expected } = fact;
    if (resource.options?.includes(fact.name) !== true) facts.push(fact);
    else if (expected.kind === 'pattern' || expected.kind === 'comparison') {
      options[fact.name] = substitute(expected.value, variables).text;
    }
  }
  const isGone = facts.some((fact) => fact.name === 'exists');
  if (resource.nameIs !== undefined && !isGone) {
    facts.unshift({ name: resource.nameIs, expected: readExpected(check.name, check), at: check.at });
  } else if (facts.length === 0) {
    const expected = readExpected(resource.first.expected, check);
    facts.push({ name: resource.first.name, expected, at: check.at });
  }
  const name = resource.nameIs === undefined ? substitute(check.name, variables).text : check.name;
  return {
    check,
    resource,
    facts,
    asked: { name, options, facts: facts.map((fact) => fact.name) },
    variables,
  };
}

function readExpected(text: string, check: ResourceCheck): FactMatcher {
  return { kind: parseComparison(text) === undefined ? 'pattern' : 'comparison', value: text, at: check.at };
}

function judgeFacts(
  question: Question,
  seen: Seen,
  history: Map<string, Seen> | undefined,
): readonly CheckResult[] {
  const { check, resource, asked } = question;
  const judged = question.facts.flatMap((fact) => judgeFact(fact, seen, question));
  const failed = judged.filter((one) => !one.ok).map((one) => one.fact);
  const key = `${check.kind} ${asked.name}`;
  const over = resource.over?.(seen, failed, history?.get(key));
  if (seen.problem === undefined) history?.set(key, seen);
  return judged.map((one) => {
    const words = resource.nameIs === one.fact ? [check.kind] : [check.kind, asked.name, one.fact];
    return { ...one, check, name: words.join(' '), over: one.ok ? undefined : over };
  });
}

function judgeFact(fact: Fact, seen: Seen, { check, variables }: Question): readonly Judged[] {
  if (fact.name === 'exists') {
    const isKnown = seen.problem === undefined || seen.exists;
    const ok = isKnown && factHolds(String(seen.exists), fact.expected, variables);
    const expected = factHolds('false', fact.expected, variables) ? 'not there' : 'there';
    return [{ fact: fact.name, ok, expected, actual: wordExists(seen) }];
  }
  const value = seen.values[fact.name];
  if ((fact.name === 'contains' || fact.name === 'lacks') && typeof value === 'string') {
    const end = check.kind === 'journal' ? 'tail' : 'head';
    return listed(fact.expected).map((one) => judgeText(fact.name, value, one, variables, end));
  }
  const ok = factHolds(value, fact.expected, variables);
  return [
    {
      fact: fact.name,
      ok,
      expected: wordExpected(fact.expected, variables),
      actual: wordSeen(seen, fact.name),
    },
  ];
}

function judgeText(
  fact: string,
  text: string,
  expected: FactMatcher,
  variables: Variables,
  end: 'head' | 'tail',
): Judged {
  const isIn = (some: string): boolean => textContains(some, expected, variables);
  const ok = isIn(text) === (fact === 'contains');
  return {
    fact,
    ok,
    expected: `${fact} ${wordExpected(expected, variables)}`,
    actual: wordText(text, isIn, end),
  };
}

async function judgeOutput(
  check: ResourceCheck,
  request: CheckRequest,
  timeoutMs: number,
): Promise<readonly CheckResult[]> {
  // Shell text is never rewritten: variables reach it as variables.
  const command = check.name;
  const run = await request.session.run(command, {
    signal: request.signal,
    timeoutMs,
    env: request.variables,
    outputLimitBytes: 16 * 1024 * 1024,
    merge: check.expect?.output !== undefined,
  });
  request.signal.throwIfAborted();
  const name = `output-of ${command}`;
  if (run.ended === 'timed-out') {
    const actual = `no end within ${timeoutMs / 1000}s`;
    return [{ check, name, fact: 'exit', ok: false, expected: 'an end', actual }];
  }
  const judged = await request.expectation(check, run, request.variables);
  return judged.map((one) => {
    return { ...one, check, name: `${name} ${one.fact}` };
  });
}
