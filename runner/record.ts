/** The event log: every event gets its number and times, goes to the log at once and to the reporters in order. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Emit, Event, EventBody } from '../src/event.ts';
import { UserError } from '../src/error.ts';
import { errorCode, fileCause, statIfThere } from './file-error.ts';
import { makeFolders } from './folders.ts';
import type { Masking } from './secrets.ts';

export interface Recorder {
  /** Where the log and the reports of this run lie. */
  readonly directory: string;
  readonly emit: Emit;
  /** Writes what is left; later events are nobody's. */
  close(): void;
}

/** Buffered beyond this many characters is written although no step has ended. */
const bufferCharacters = 1 << 17;

/** What these say must be on the disk when the runner is killed right after. */
const ends: ReadonlySet<string> = new Set(['plan', 'step-end', 'job-begin', 'job-end', 'run-end']);

export function openRecorder(
  outDirectory: string,
  listen: (event: Event) => void,
  masking?: Pick<Masking, 'event'>,
): Recorder {
  const directory = newRunDirectory(outDirectory);
  const log = openSync(join(directory, 'events.jsonl'), 'ax');
  const began = performance.now();
  let seq = 0;
  let buffer = '';
  const flush = (): void => {
    if (buffer === '') return;
    writeAll(log, buffer);
    buffer = '';
  };
  let closed = false;
  const record = (body: EventBody): void => {
    // A kept machine outlives its run, and goes on talking.
    if (closed) return;
    seq += 1;
    const m = Math.round((performance.now() - began) * 1000) / 1000;
    const event: Event = { v: 1, seq, t: Date.now(), m, ...body };
    buffer += `${JSON.stringify(event)}\n`;
    if (ends.has(body.type) || buffer.length > bufferCharacters) flush();
    listen(event);
  };
  const emit: Emit =
    masking === undefined
      ? record
      : (body) => {
          for (const masked of masking.event(body)) record(masked);
        };
  return {
    directory,
    emit,
    close: () => {
      flush();
      closed = true;
      closeSync(log);
    },
  };
}

function writeAll(file: number, text: string): void {
  const done = writeSync(file, text);
  // As a rule that was all; a full disk, say, takes a part.
  if (done < Buffer.byteLength(text)) writeRest(file, Buffer.from(text).subarray(done));
}

function writeRest(file: number, rest: Uint8Array): void {
  for (let left = rest; left.length > 0;) left = left.subarray(writeSync(file, left));
}

/** A folder named by the time, with a number where two runs began in one second. */
function newRunDirectory(outDirectory: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  try {
    makeFolders(resolve(outDirectory));
    for (let count = 1; ; count += 1) {
      const directory = join(outDirectory, count === 1 ? stamp : `${stamp}.${count}`);
      try {
        mkdirSync(directory);
        return directory;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw new UserError(`cannot write reports to "${outDirectory}": ${folderCause(outDirectory, error)}`, {
      hint: 'name another folder with --output=DIR',
      status: 3,
    });
  }
}

function folderCause(path: string, error: unknown): string {
  // Where a file stands for a folder of the path, making that folder fails because it is there already.
  if (errorCode(error) !== 'EEXIST') return fileCause(error);
  return statIfThere(path) === undefined ? 'a part of its path is no directory' : 'it is a file';
}

/** Points `latest` at this run; never missing in between. Where that cannot be (no links there), why. */
export function markLatest(directory: string): string | undefined {
  const link = join(directory, '..', 'latest');
  const fresh = `${link}.${process.pid}`;
  try {
    symlinkSync(basename(directory), fresh);
    renameSync(fresh, link);
    return undefined;
  } catch (error) {
    rmSync(fresh, { force: true });
    return `cannot point "${link}" at this run: ${fileCause(error)}`;
  }
}
