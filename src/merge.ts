/**
 * Joins the logs of shards, matrix cells and re-runs into one: whatever order they come in, the same events.
 *
 * Each go at a job stands whole, one after the other by its beginning, and goes at one job are its attempts. The time
 * between runs is left out of `m`, so that a re-run on the next day does not make a run of a day; `t` stays as it was.
 */
import type { Event, EventBody, Outcome, PlannedJob } from './event.ts';
import { compareNames } from './job-name.ts';
import { splitLog, type JobPart, type LogParts } from './merge-parts.ts';
import { exitStatus, stepVerdicts, worstOutcome } from './outcome.ts';

/** `path` of an attachment is left as it is: whoever read a log knows where it lies. */
export function mergeLogs(logs: readonly (readonly Event[])[]): readonly Event[] {
  const parts = joinTimes(sortLogs(logs.map(splitLog)));
  const [first] = parts;
  if (first === undefined) return [];
  const last = Math.max(...parts.map(({ endMs }) => endMs));
  const attempts = numberAttempts(uniqueParts(parts.flatMap(({ jobs }) => jobs)));
  const jobs = mergePlans(parts);
  const newest = jobs.map(({ job }) => attempts.findLast((part) => part.job === job));
  const outcomes = newest.map(outcomeOf);
  const verdicts = stepVerdicts();
  for (const event of newest.flatMap((part) => part?.events ?? [])) verdicts.add(event);
  const cut = parts.some((part) => part.cut) && outcomes.some((outcome) => LEFT.has(outcome));
  const all: Stamped[] = [
    { t: first.begin.t, m: 0, ...mergeBegins(parts) },
    { t: first.begin.t, m: 0, type: 'plan', jobs },
    ...uniqueNotes(parts),
    ...attempts.flatMap(({ events }) => events),
    {
      t: Math.max(...parts.map(({ endT }) => endT)),
      m: last,
      type: 'run-end',
      outcome: cut ? 'interrupted' : worstOutcome(outcomes),
      exit: cut ? 130 : exitStatus([...outcomes, ...verdicts.all]),
      durationMs: last,
    },
  ];
  return all.map((event, index): Event => ({ ...event, v: 1, seq: index + 1 }));
}

type Stamped = EventBody & Pick<Event, 't' | 'm'>;

/** What a killed run leaves of a job; another run may have brought it to its end. */
const LEFT: ReadonlySet<Outcome> = new Set(['not-run', 'interrupted']);

function outcomeOf(part: JobPart | undefined): Outcome {
  if (part === undefined) return 'not-run';
  const end = part.events.findLast((event) => event.type === 'job-end');
  return end?.type === 'job-end' ? end.outcome : 'interrupted';
}

/** By their beginning; where two began in the same millisecond their text decides. */
function sortLogs(logs: readonly LogParts[]): readonly LogParts[] {
  const texts = new Map<LogParts, string>();
  const textOf = (log: LogParts): string => {
    const text = texts.get(log) ?? JSON.stringify(log);
    texts.set(log, text);
    return text;
  };
  return logs.toSorted((a, b) => a.begin.t - b.begin.t || (textOf(a) < textOf(b) ? -1 : 1));
}

/** Puts all on one clock, which stands still where nothing ran. */
function joinTimes(logs: readonly LogParts[]): readonly LogParts[] {
  const zero = logs[0]?.begin.t ?? 0;
  let idleMs = 0;
  let busyMs = 0;
  return logs.map((log) => {
    idleMs += Math.max(0, log.begin.t - zero - idleMs - busyMs);
    const byMs = log.begin.t - zero - idleMs;
    busyMs = Math.max(busyMs, byMs + log.endMs);
    const later = <E extends Event>(event: E): E => ({ ...event, m: thousandths(event.m + byMs) });
    return {
      ...log,
      endMs: thousandths(log.endMs + byMs),
      notes: log.notes.map(later),
      jobs: log.jobs.map((part) => ({ ...part, events: part.events.map(later) })),
    };
  });
}

/** As the recorder rounds. */
function thousandths(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** A log given twice, or beside one that it is a part of, adds nothing; of two copies the longer one is kept. */
function uniqueParts(parts: readonly JobPart[]): readonly JobPart[] {
  const found = new Map<string, JobPart>();
  for (const part of parts) {
    const key = JSON.stringify([part.job, part.beganT]);
    const known = found.get(key);
    if (known === undefined || known.events.length < part.events.length) found.set(key, part);
  }
  return [...found.values()].toSorted(
    (a, b) => a.beganT - b.beganT || (a.job < b.job ? -1 : Number(a.job > b.job)),
  );
}

function numberAttempts(parts: readonly JobPart[]): readonly JobPart[] {
  const counts = new Map<string, number>();
  return parts.map((part) => {
    const attempt = (counts.get(part.job) ?? 0) + 1;
    counts.set(part.job, attempt);
    const events = part.events.map((event) =>
      event.type === 'job-begin' || event.type === 'job-end' ? { ...event, attempt } : event,
    );
    return { ...part, events };
  });
}

/** All that were planned, by name: the order of files. Where a scenario was changed in between its newest plan holds. */
function mergePlans(logs: readonly LogParts[]): readonly PlannedJob[] {
  const found = new Map<string, PlannedJob>();
  for (const { planned, jobs } of logs) {
    const began = new Set(jobs.map(({ job }) => job));
    for (const plan of planned) if (began.has(plan.job) || !found.has(plan.job)) found.set(plan.job, plan);
  }
  return [...found.values()].toSorted(({ job: a }, { job: b }) => compareNames(a, b));
}

function mergeBegins(logs: readonly LogParts[]): EventBody {
  const begins = logs.map(({ begin }) => begin);
  const [first] = begins;
  const hosts = begins.map(({ host }) => Object.entries(host)).flat();
  const names = [...new Set(hosts.map(([name]) => name))];
  const shards = new Set(begins.map(({ shard }) => shard));
  return {
    type: 'run-begin',
    tool: joined(begins.map(({ tool }) => tool)),
    argv: first?.argv ?? [],
    title: joined(begins.map(({ title }) => title)),
    host: Object.fromEntries(
      names.map((name) => [name, joined(hosts.filter(([key]) => key === name).map(([, value]) => value))]),
    ),
    shard: shards.size === 1 ? first?.shard : undefined,
    ci: begins.find(({ ci }) => ci !== undefined)?.ci,
    git: begins.findLast(({ git }) => git !== undefined)?.git,
  };
}

function joined(values: readonly string[]): string {
  return [...new Set(values)].join(', ');
}

function uniqueNotes(logs: readonly LogParts[]): readonly Event[] {
  const found = new Map<string, Event>();
  for (const event of logs.flatMap(({ notes }) => notes)) {
    const key = event.type === 'note' ? JSON.stringify([event.t, event.text]) : '';
    if (!found.has(key)) found.set(key, event);
  }
  return [...found.values()];
}
