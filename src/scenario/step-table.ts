/** The keys of a step beside its verb: how each is read, and beside which verbs it means something. */
import * as z from 'zod';
import { expectation, where } from './expectation.ts';
import { measure } from './caught.ts';
import { learn } from './learn.ts';
import { conditions } from './condition.ts';
import { comparison, duration, size } from './quantity.ts';
import { resources } from './resource.ts';
import { stepEnvironment } from './environment.ts';
import { keysOf, list, record } from './shape.ts';
import { exceptions, knownIssues, retry } from './tolerance.ts';
import { on } from './machines.ts';
import { absolutePath, flag, line, rawText, reason, terminal, userName, word } from './text.ts';
import type { VerbName } from './verb.ts';

const stepId = word(
  'id',
  /^[a-z][a-z0-9-]{0,11}$/,
  'at most 12 lower-case letters, digits and -, a letter first',
);

/** A key, and what stands for it in the steps that do not say it: most steps say three or four. */
export interface Key<T> {
  readonly schema: z.ZodType<T>;
  readonly absent: T;
}
function key<T>(schema: z.ZodType<T>): Key<T> {
  return { schema, absent: schema.parse(undefined) };
}

export const keys = {
  title: key(line('title').optional()),
  id: key(stepId.optional()),
  say: key(rawText('say').optional()),
  when: key(conditions.default([])),
  because: key(reason.optional()),
  on: key(on.optional()),
  session: key(
    word('session', /^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and -, a letter first').default('main'),
  ),
  env: key(stepEnvironment.default({})),
  cwd: key(absolutePath('cwd').optional()),
  user: key(userName.optional()),
  substitute: key(flag('substitute').default(false)),
  stdin: key(rawText('stdin').optional()),
  tty: key(terminal.optional()),
  background: key(flag('background').default(false)),
  'output-limit': key(size('output-limit', 1).default(16 * 1024 ** 2)),
  timeout: key(duration('timeout').default(60_000)),
  within: key(duration('within', 'leave it out to try once').optional()),
  expect: key(expectation.optional()),
  where: key(where.optional()),
  check: key(resources.default([])),
  measure: key(record('measure', measure).default({})),
  budget: key(record('budget', comparison('the budget')).default({})),
  except: key(exceptions.default([])),
  'known-issue': key(knownIssues.default([])),
  retry: key(retry.optional()),
  checkpoint: key(flag('checkpoint').default(false)),
  artifacts: key(list('artifacts', absolutePath('the artifact')).default([])),
  learn: key(learn.optional()),
};
type CommonKey = keyof typeof keys;
export const commonKeys = keysOf(keys);
export const commonFields: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  commonKeys.map((name) => [name, keys[name].schema]),
);

/** The keys that mean something beside each verb; any other there would silently do nothing. */
const say: readonly CommonKey[] = ['title', 'id', 'say', 'when', 'because', 'learn'];
const acting: readonly CommonKey[] = [
  ...say,
  'on',
  'check',
  'timeout',
  'within',
  'retry',
  'known-issue',
  'artifacts',
];
const typed: readonly CommonKey[] = [
  ...acting,
  'session',
  'env',
  'cwd',
  'user',
  'substitute',
  'stdin',
  'tty',
  'background',
  'output-limit',
  'expect',
  'where',
  'measure',
  'budget',
  'except',
];
export const keysBeside: { readonly [K in VerbName]: readonly CommonKey[] } = {
  run: [...typed, 'checkpoint'],
  wait: [...acting, 'checkpoint'],
  boot: acting,
  reboot: [...acting, 'checkpoint'],
  write: [...acting, 'substitute', 'checkpoint'],
  ask: acting,
  check: [...acting, 'checkpoint'],
  say,
};
