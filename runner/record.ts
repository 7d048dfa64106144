/** The event log: every event gets its number and times, goes to the log at once and to the reporters in order. */
import { closeSync, mkdirSync, openSync, renameSync, symlinkSync, unlinkSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Emit, Event, EventBody } from '../src/event.ts';
import { UserError } from '../src/error.ts';

export interface Recorder {
  /** Where the log and the reports of this run lie. */
  readonly directory: string;
  readonly emit: Emit;
  /** Writes what is left; later events are a bug. */
  close(): void;
}

/** Buffered beyond this many characters is written although no step has ended. */
const bufferCharacters = 1 << 20;

/** What these say must be on the disk when the runner is killed right after. */
const ends: ReadonlySet<string> = new Set(['plan', 'step-end', 'job-begin', 'job-end', 'run-end']);

export function openRecorder(outDirectory: string, listen: (event: Event) => void): Recorder {
  const directory = newRunDirectory(outDirectory);
  const log = openSync(join(directory, 'events.jsonl'), 'ax');
  const began = performance.now();
  let seq = 0;
  let buffer = '';
  const flush = (): void => {
    if (buffer === '') return;
    writeAll(log, Buffer.from(buffer));
    buffer = '';
  };
  const emit = (body: EventBody): void => {
    seq += 1;
    const m = Math.round((performance.now() - began) * 1000) / 1000;
    const event: Event = { v: 1, seq, t: Date.now(), m, ...body };
    buffer += `${JSON.stringify(event)}\n`;
    if (ends.has(body.type) || buffer.length > bufferCharacters) flush();
    listen(event);
  };
  return {
    directory,
    emit,
    close: () => {
      flush();
      closeSync(log);
    },
  };
}

function writeAll(file: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done);
}

/** A folder named by the time, with a number where two runs began in one second. */
function newRunDirectory(outDirectory: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  try {
    mkdirSync(outDirectory, { recursive: true });
    for (let count = 1; ; count += 1) {
      const directory = join(outDirectory, count === 1 ? stamp : `${stamp}.${count}`);
      try {
        mkdirSync(directory);
        return directory;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    }
  } catch (error) {
    throw new UserError(
      `cannot write reports to "${outDirectory}": ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: 'name another folder with --output=DIR',
        status: 3,
      },
    );
  }
}

/** Points `latest` at this run; never missing in between. */
export function markLatest(directory: string): void {
  const link = join(directory, '..', 'latest');
  const fresh = `${link}.${process.pid}`;
  symlinkSync(basename(directory), fresh);
  try {
    renameSync(fresh, link);
  } catch (error) {
    unlinkSync(fresh);
    throw error;
  }
}
