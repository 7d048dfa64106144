/** The file of what earlier runs came to, beside their folders: added to under a lock, and cut when it is too long. */
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capHistory, parseHistory, type HistoryLimits, type HistoryLine } from '../src/history.ts';
import { fileCause } from './file-error.ts';
import { textOf } from './glimpse.ts';
import { withLock } from './lock.ts';

const LIMITS: HistoryLimits = { lines: 20_000, bytes: 4 << 20 };

/** Says in words why it could not. */
export async function addHistory(
  output: string,
  lines: readonly HistoryLine[],
  limits = LIMITS,
): Promise<string | undefined> {
  const file = join(output, 'history.jsonl');
  try {
    // Runs that end at once must not write into each other, nor one into what another just cuts.
    await withLock(join(output, '.history.lock'), {}, async () => {
      appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      const text = readFileSync(file, 'utf8');
      const capped = capHistory(text, limits);
      if (capped.length === text.length) return;
      writeFileSync(`${file}.new`, capped);
      renameSync(`${file}.new`, file);
    });
    return undefined;
  } catch (error) {
    return `cannot add to "${file}": ${fileCause(error)}`;
  }
}

/** Empty where there is none that can be read. */
export function readHistory(output: string): readonly HistoryLine[] {
  return parseHistory(textOf(join(output, 'history.jsonl')));
}
