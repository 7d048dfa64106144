/** One round of looking at resources: typed in the hidden session, each fact expected and seen. */
import type { Failure } from '../src/event.ts';
import type { Variables } from '../src/judge.ts';
import type { ResourceCheck } from '../src/scenario.ts';
import type { Session } from './machine.ts';
import { judgeSeen } from './observe.ts';
import { evaluate, type CheckResult, type Judged } from './resources/evaluate.ts';
import type { Seen } from './resources/resource.ts';

/** The session in which nobody but the checks types. */
export const checkSession = '#checks';

/** For one tool of one check. */
const toolTimeoutS = 10;

export interface CheckRound {
  readonly results: readonly CheckResult[];
  readonly failures: readonly Failure[];
  readonly captures: Variables;
  /** Why a wait can end now without having seen what it waits for. */
  readonly over: string | undefined;
}

export interface CheckScope {
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly variables: Variables;
  readonly stepStartedAtMs: number;
  readonly timeoutScale: number;
  /** One for all rounds of a step. */
  readonly history: Map<string, Seen>;
}

export async function checkRound(checks: readonly ResourceCheck[], scope: CheckScope): Promise<CheckRound> {
  if (checks.length === 0) return { results: [], failures: [], captures: {}, over: undefined };
  const results = await evaluate({
    ...scope,
    checks,
    expectation: judgeOutput,
    toolTimeoutMs: Math.ceil(toolTimeoutS * scope.timeoutScale) * 1000,
  });
  const failures = results.flatMap((result): readonly Failure[] => {
    if (result.ok) return [];
    if (result.failure !== undefined) return [result.failure];
    return [
      {
        kind: 'fact',
        what: result.name,
        expected: result.expected,
        actual: result.actual,
        at: result.check.at,
      },
    ];
  });
  const captures: Record<string, string> = {};
  for (const result of results) Object.assign(captures, result.captures);
  return { results, failures, captures, over: results.find(({ over }) => over !== undefined)?.over };
}

async function judgeOutput(
  check: ResourceCheck,
  run: Parameters<typeof judgeSeen>[1],
  variables: Variables,
): Promise<readonly Judged[]> {
  if (check.expect === undefined)
    return [{ fact: 'exit', ok: run.exit === 0, expected: '0', actual: String(run.exit) }];
  const { failures, captures } = await judgeSeen(check.expect, run, variables);
  if (failures.length === 0)
    return [{ fact: 'expect', ok: true, expected: 'as expected', actual: 'as expected', captures }];
  return failures.map((failure) => ({
    fact: failure.kind,
    ok: false,
    expected: 'as expected',
    actual: 'otherwise',
    failure,
  }));
}
