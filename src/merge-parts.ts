/** Takes one log apart: how it began, what it planned, and each go at a job with all that belongs to it. */
import type { Event, PlannedJob } from './event.ts';
import type { EventOf } from './result.ts';

export interface LogParts {
  readonly begin: EventOf<'run-begin'>;
  readonly planned: readonly PlannedJob[];
  readonly jobs: readonly JobPart[];
  /** Those of the run itself. */
  readonly notes: readonly Event[];
  /** Its end was not seen: it was killed. */
  readonly cut: boolean;
  /** Milliseconds since it began, and since the epoch. */
  readonly endMs: number;
  readonly endT: number;
}

/** One go at a job; the first of its events is its `job-begin`. */
export interface JobPart {
  readonly job: string;
  /** Milliseconds since the epoch. */
  readonly beganT: number;
  readonly events: readonly Event[];
}

export function splitLog(events: readonly Event[]): LogParts {
  const planned: PlannedJob[] = [];
  const notes: Event[] = [];
  const parts: { job: string; events: Event[] }[] = [];
  const open = new Map<string, Event[]>();
  let begin: EventOf<'run-begin'> | undefined;
  let end: EventOf<'run-end'> | undefined;
  for (const event of events) {
    if (event.type === 'run-begin') begin = event;
    else if (event.type === 'run-end') end = event;
    else if (event.type === 'plan') planned.push(...event.jobs);
    else if (event.job === undefined) notes.push(event);
    else {
      const before = open.get(event.job);
      if (before !== undefined && !(event.type === 'job-begin' && hasBegun(before))) before.push(event);
      else {
        const fresh = [event];
        open.set(event.job, fresh);
        parts.push({ job: event.job, events: fresh });
      }
    }
  }
  const last = events.at(-1);
  return {
    begin: begin ?? unnamedBegin(events[0]),
    planned,
    jobs: parts.flatMap(({ job, events: own }) => jobPart(job, own)),
    notes,
    cut: end === undefined || end.outcome === 'interrupted',
    endMs: events.reduce((latest, { m }) => Math.max(latest, m), end?.durationMs ?? 0),
    endT: last?.t ?? 0,
  };
}

function hasBegun(events: readonly Event[]): boolean {
  return events.some(({ type }) => type === 'job-begin');
}

/** What was said before it began stands after its beginning, so that it stays with this go. */
function jobPart(job: string, events: readonly Event[]): readonly JobPart[] {
  const [first] = events;
  const begin = events.find(({ type }) => type === 'job-begin');
  // A note about a job that was never begun is no go at it.
  if (first === undefined || (begin === undefined && !events.some(({ type }) => type === 'job-end')))
    return [];
  const { v, seq, t, m } = first;
  const opening = begin ?? { v, seq, t, m, type: 'job-begin', job, attempt: 1 };
  return [{ job, beganT: opening.t, events: [opening, ...events.filter((event) => event !== begin)] }];
}

function unnamedBegin(first: Event | undefined): EventOf<'run-begin'> {
  const { t, m } = first ?? { t: 0, m: 0 };
  return { v: 1, seq: 0, t, m, type: 'run-begin', tool: '', argv: [], title: '', host: {} };
}
