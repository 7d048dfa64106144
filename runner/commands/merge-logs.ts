/** Finds the logs that a command line names, and reads several as one. */
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { UserError } from '../../src/error.ts';
import type { Event } from '../../src/event.ts';
import type { Endless } from '../../src/fold.ts';
import { mergeLogs } from '../../src/merge.ts';
import { statIfThere } from '../file-error.ts';
import { openLog } from './reporting.ts';

/** An events.jsonl, or the folder of a run that holds one. */
export function findLog(word: string): string {
  const log = statIfThere(word)?.isDirectory() === true ? join(word, 'events.jsonl') : word;
  if (statIfThere(log) !== undefined) return log;
  const near = [join(word, 'latest'), join(word, 'reports/out/latest')].find(
    (folder) => statIfThere(join(folder, 'events.jsonl')) !== undefined,
  );
  throw new UserError(`cannot read the log "${log}": there is no such file`, {
    hint: `a run writes it to reports/out/RUN/events.jsonl${near === undefined ? '' : `; did you mean ${near}?`}`,
  });
}

/** Those of all logs as one run; the paths of attachments lead from `directory`. */
export async function joinLogs(words: readonly string[], directory: string): Promise<readonly Event[]> {
  const logs: Event[][] = [];
  // All are looked for before the first is read.
  for (const file of words.map(findLog)) logs.push(await readOne(file, directory));
  return mergeLogs(logs);
}

async function readOne(file: string, directory: string): Promise<Event[]> {
  const events: Event[] = [];
  const folder = dirname(resolve(file));
  for await (const event of openWholeLog(file)) {
    events.push(
      event.type === 'attachment' && !isAbsolute(event.path)
        ? { ...event, path: relative(directory, join(folder, event.path)) }
        : event,
    );
  }
  return events;
}

/** The events of a log; one that is empty, or begins in its middle, is none. */
export async function* openWholeLog(file: string, endless?: Endless): AsyncGenerator<Event> {
  let first = true;
  for await (const event of openLog(file, endless)) {
    if (first && event.type !== 'run-begin') throw noLog(file, 'its beginning is missing');
    first = false;
    yield event;
  }
  if (first) throw noLog(file, 'it is empty');
}

function noLog(file: string, cause: string): UserError {
  return new UserError(`cannot read the log "${file}": ${cause}`, {
    hint: 'a log begins with the event "run-begin"; a run writes it to reports/out/RUN/events.jsonl',
  });
}
