/** Where earlier runs lie below an output folder. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../src/error.ts';

export function latestLog(output: string): string {
  const log = join(output, 'latest', 'events.jsonl');
  if (statSync(log, { throwIfNoEntry: false }) !== undefined) return log;
  throw new UserError(`cannot run again what failed: there is no earlier run in "${output}"`, {
    hint: 'run without --rerun first, or name the folder of that run with --output=DIR',
  });
}

/** The newest first: the folders are named by the time. */
export function allLogs(output: string): readonly string[] {
  if (statSync(output, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(output, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(output, name, 'events.jsonl'))
    .filter((log) => statSync(log, { throwIfNoEntry: false }) !== undefined)
    .toSorted()
    .toReversed();
}
