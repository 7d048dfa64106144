/** Where earlier runs lie below an output folder. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../src/error.ts';
import { statIfThere } from '../file-error.ts';

export function latestLog(output: string): string {
  const log = join(output, 'latest', 'events.jsonl');
  if (statIfThere(log) !== undefined) return log;
  throw new UserError(`cannot run again what failed: there is no earlier run in "${output}"`, {
    hint: 'run without --rerun first, or name the folder of that run with --output=DIR',
  });
}

/** The newest first: the folders are named by the time. */
export function allLogs(output: string): readonly string[] {
  if (statIfThere(output)?.isDirectory() !== true) return [];
  return readdirSync(output, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(output, name, 'events.jsonl'))
    .filter((log) => statIfThere(log) !== undefined)
    .toSorted()
    .toReversed();
}
