/** What each kind of event must hold, so that a report of a strange log fails with a place and not in the middle. */
import type { Event, EventType, Failure } from '../src/event.ts';
import { OUTCOMES } from '../src/outcome.ts';

/** undefined where the value is right, else what is wrong with it. */
type Shape = (value: unknown, path: string) => string | undefined;

export function isEvent(value: unknown): value is Event {
  return eventProblem(value) === undefined;
}

export function eventProblem(value: unknown): string | undefined {
  const common = EVENT(value, '');
  if (common !== undefined) return common;
  const type = isRecord(value) && typeof value['type'] === 'string' ? value['type'] : '';
  const shape = BY_TYPE.get(type);
  return shape === undefined ? `unknown event "${type}"` : shape(value, '');
}

const text: Shape = (value, path) => (typeof value === 'string' ? undefined : `${path} is not a text`);
const number: Shape = (value, path) => (typeof value === 'number' ? undefined : `${path} is not a number`);
const flag: Shape = (value, path) =>
  typeof value === 'boolean' ? undefined : `${path} is not true or false`;
const one =
  (...words: readonly string[]): Shape =>
  (value, path) =>
    typeof value === 'string' && words.includes(value) ? undefined : `${path} is none of ${words.join(', ')}`;
const optional =
  (shape: Shape): Shape =>
  (value, path) =>
    value === undefined ? undefined : shape(value, path);
const list =
  (shape: Shape): Shape =>
  (value, path) =>
    Array.isArray(value)
      ? firstProblem(value, (item, index) => shape(item, `${path}[${index}]`))
      : `${path} is not a list`;
const texts: Shape = (value, path) =>
  isRecord(value)
    ? firstProblem(Object.entries(value), ([key, item]) => text(item, `${path}.${key}`))
    : `${path} is not a map`;
function map(shapes: Readonly<Record<string, Shape>>): Shape {
  const entries = Object.entries(shapes);
  return (value, path) =>
    isRecord(value)
      ? firstProblem(entries, ([key, shape]) => shape(value[key], path === '' ? key : `${path}.${key}`))
      : `${path === '' ? 'the line' : path} is not a map`;
}

const EVENT = map({ v: version, seq: number, t: number, m: number, type: text });
function version(value: unknown): string | undefined {
  return value === 1 ? undefined : 'v is not 1';
}
const outcome = one(...OUTCOMES.filter((one) => one !== 'running'));
const place = map({ file: text, line: number, column: number });
const job = { job: text };
const step = { job: text, step: text };
const range = list(number);
const row = map({
  kind: one('same', 'missing', 'extra', 'differs', 'gap'),
  expected: optional(text),
  actual: optional(text),
  expectedParts: optional(list(range)),
  actualParts: optional(list(range)),
  line: optional(number),
});
const FAILURES: Record<Failure['kind'], Shape> = {
  exit: map({
    expected: text,
    actual: number,
    signal: optional(text),
    machine: optional(one('powered-off', 'rebooted', 'stopping', 'ended')),
  }),
  mismatch: map({ what: text, mismatch: map({ message: text, rows: list(row) }), at: optional(place) }),
  fact: map({ what: text, expected: text, actual: text, at: optional(place) }),
  timeout: map({ limitMs: number, waitedFor: text }),
  boot: map({ message: text, evidence: list(map({ title: text, text })) }),
  error: map({ message: text, hint: optional(text), detail: optional(text) }),
};
const lesson = map({
  hints: list(text),
  explain: list(map({ when: text, say: text })),
  wrong: list(map({ run: text, hint: text })),
  reset: optional(text),
  solution: optional(text),
});
const failure: Shape = (value, path) => {
  const found = isRecord(value)
    ? Object.entries(FAILURES).find(([kind]) => kind === value['kind'])
    : undefined;
  return found === undefined ? `${path} is no failure` : found[1](value, path);
};
const plannedStep = map({ id: text, title: text, verb: text, place, on: optional(text) });
const plannedJob = map({
  job: text,
  title: text,
  summary: optional(text),
  tags: list(text),
  axes: texts,
  options: optional(list(text)),
  steps: list(plannedStep),
});
const unit = map({ name: text, activatingMs: number, activatedMs: number, activeState: text });
const facts = map({
  image: optional(text),
  recipe: optional(text),
  systemd: optional(text),
  kernel: text,
  arch: text,
  cgroup: text,
  backend: text,
});

const SHAPES: Record<EventType, Shape> = {
  'run-begin': map({
    tool: text,
    argv: list(text),
    title: text,
    host: texts,
    seed: optional(text),
    shard: optional(text),
    ci: optional(map({ provider: text, url: optional(text) })),
    git: optional(map({ sha: text, ref: text })),
  }),
  plan: map({ jobs: list(plannedJob) }),
  'job-begin': map({ ...job, attempt: number }),
  machine: map({ ...job, on: optional(text), facts }),
  'step-begin': map({
    ...step,
    title: text,
    verb: text,
    phase: one('boot', 'prepare', 'steps', 'cleanup', 'on-failure', 'leaks'),
    command: text,
    on: optional(text),
    say: optional(text),
    ask: optional(map({ text, choices: list(text), answer: optional(text) })),
    learn: optional(lesson),
    expected: optional(text),
    timeoutMs: number,
    place,
  }),
  output: map({
    ...step,
    fd: one('out', 'err', 'tty', 'console'),
    text: optional(text),
    base64: optional(base64),
  }),
  check: map({ ...step, name: text, ok: flag, expected: text, actual: text }),
  'step-end': map({
    ...step,
    outcome,
    exit: optional(number),
    signal: optional(text),
    durationMs: number,
    cpuMs: optional(number),
    memoryBytes: optional(number),
    tries: number,
    failures: list(failure),
    reason: optional(text),
    captures: optional(texts),
  }),
  measure: map({ ...step, name: text, value: number, unit: text }),
  attachment: map({
    ...job,
    step: optional(text),
    name: text,
    mediaType: text,
    path: text,
    sha256: text,
    sizeBytes: number,
  }),
  boot: map({ ...step, boot: map({ systemdVersion: text, totalMs: number, units: list(unit) }) }),
  note: map({ job: optional(text), step: optional(text), text }),
  'job-end': map({
    ...job,
    attempt: number,
    outcome,
    durationMs: number,
    reason: optional(text),
    kept: optional(text),
  }),
  'run-end': map({ outcome, exit: number, durationMs: number }),
};

const BY_TYPE: ReadonlyMap<string, Shape> = new Map(Object.entries(SHAPES));

function base64(value: unknown, path: string): string | undefined {
  const right = typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
  return right ? undefined : `${path} is not base64`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstProblem<Item>(
  items: readonly Item[],
  check: (item: Item, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const problem = check(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
