/** The file of what earlier runs came to, beside their folders: added to under a lock, and cut when it is too long. */
import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { capHistory, parseHistory, type HistoryLimits, type HistoryLine } from '../src/history.ts';
import { fileCause } from './file-error.ts';
import { textOf } from './glimpse.ts';
import { withLock } from './lock.ts';

/** Bytes; no line has fewer. */
const SHORTEST = 60;
const LIMITS: HistoryLimits = { lines: 20_000, bytes: 4 << 20 };

/** Says in words why it could not. */
export async function addHistory(
  output: string,
  lines: readonly HistoryLine[],
  limits = LIMITS,
): Promise<string | undefined> {
  const file = join(output, 'history.jsonl');
  try {
    // One write at the end of a file is whole, also where runs end at once.
    appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    if (statSync(file).size > Math.min(limits.bytes, limits.lines * SHORTEST))
      await withLock(join(output, '.history.lock'), {}, async () => cut(file, limits));
    return undefined;
  } catch (error) {
    return `cannot add to "${file}": ${fileCause(error)}`;
  }
}

/** What others add to the file until it has a new one in its place is carried over. */
function cut(file: string, limits: HistoryLimits): void {
  const old = openSync(file, 'r');
  try {
    const text = readFileSync(old, 'utf8');
    const capped = capHistory(text, limits);
    if (capped.length === text.length) return;
    writeFileSync(`${file}.new`, capped);
    renameSync(`${file}.new`, file);
    appendFileSync(file, readFileSync(old));
  } finally {
    closeSync(old);
  }
}

/** Empty where there is none that can be read. */
export function readHistory(output: string): readonly HistoryLine[] {
  return parseHistory(textOf(join(output, 'history.jsonl')));
}
