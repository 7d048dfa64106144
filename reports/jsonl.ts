/** The event log: one JSON object a line; written as it is, read back with every line checked. */
import { UserError } from '../src/error.ts';
import type { Event } from '../src/event.ts';
import type { Endless } from '../src/fold.ts';
import { eventProblem, isEvent } from './jsonl-shape.ts';
import type { ReporterFactory } from './reporter.ts';

export const LOG_VERSION = 1;

export const jsonlReporter: ReporterFactory = () => ({
  onEvent: (event) =>
    event.type === 'run-end' && event.outcome === 'running' ? '' : `${JSON.stringify(event)}\n`,
});

/**
 * The events of a saved log, given as text in pieces of any size; `file` names it in messages. A torn last line is
 * left out, and a log without `run-end` gets one: it was `interrupted` (the runner was killed), or is `running` still.
 */
export async function* readLog(
  pieces: AsyncIterable<string> | Iterable<string>,
  file: string,
  endless: Endless = 'interrupted',
): AsyncGenerator<Event, void, undefined> {
  let rest: string[] = [];
  let line = 0;
  let last: Event | undefined;
  for await (const piece of pieces) {
    const [head = '', ...others] = piece.split('\n');
    rest.push(head);
    for (const next of others) {
      line += 1;
      const event = readEvent(rest.join(''), { file, line });
      rest = [next];
      if (event === undefined) continue;
      last = event;
      yield event;
    }
  }
  const torn = tornEvent(rest.join(''), { file, line: line + 1 });
  if (torn !== undefined) yield (last = torn);
  if (last === undefined || last.type === 'run-end') return;
  const { seq, t, m } = last;
  yield {
    v: LOG_VERSION,
    seq: seq + 1,
    t,
    m,
    type: 'run-end',
    outcome: endless,
    exit: 130,
    durationMs: m,
  };
}

interface LinePlace {
  readonly file: string;
  readonly line: number;
}

/** undefined for an empty line. */
function readEvent(text: string, place: LinePlace): Event | undefined {
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw logError(place, 'not JSON', 'the file is not an event log, or it was changed');
  }
  const version = versionOf(value);
  if (version !== undefined && version > LOG_VERSION) {
    throw logError(
      place,
      `version ${version} of the log is newer than this rootlab's (${LOG_VERSION})`,
      'use a newer rootlab',
    );
  }
  if (isEvent(value)) return value;
  throw logError(place, eventProblem(value) ?? 'no event', 'the file is not an event log, or it was changed');
}

/** A last line without its newline: whole only when it was written to its end. */
function tornEvent(text: string, place: LinePlace): Event | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return readEvent(text, place);
}

function versionOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('v' in value)) return undefined;
  return typeof value.v === 'number' ? value.v : undefined;
}

function logError({ file, line }: LinePlace, cause: string, hint: string): UserError {
  return new UserError(`cannot read ${file}:${line}: ${cause}`, { hint });
}
