/** How large a page may grow: beyond some size outputs are cut short, and before the last of it they lie in files beside it. */
import { outputText, type StepResult } from '../../src/result.ts';
import type { ReportChunk } from '../reporter.ts';
import { FULL, SHORT, type OutputCaps } from './output-lines.ts';

export interface Budget {
  /** Bytes of the page so far. */
  size: number;
  /** Of attachments in it. */
  embedded: number;
  /** Files that lie beside it, until they are written. */
  readonly files: ReportChunk[];
  /** How many there were. */
  fileCount: number;
}

const SOFT_BYTES = 5_000_000;
/** Some room is left for what follows and is no output. */
const HARD_BYTES = 20_000_000;
const LAST: OutputCaps = { head: 5, tail: 15 };
/** What lies in a file of its own is worth it. */
const SMALL_CHARACTERS = 4_000;

export function createBudget(): Budget {
  return { size: 0, embedded: 0, files: [], fileCount: 0 };
}

/** Whether an attachment of so many bytes may stand in the page; then it counts. */
export function embed(budget: Budget, bytes: number): boolean {
  if (Math.max(budget.size, budget.embedded) + bytes > SOFT_BYTES) return false;
  budget.embedded += bytes;
  return true;
}

/** Then what passed is left to the event log. */
export function isFull({ size }: Budget): boolean {
  return size > HARD_BYTES;
}

export function capsOf(budget: Budget, { outcome }: StepResult): OutputCaps {
  if (isFull(budget)) return LAST;
  return outcome === 'passed' || budget.size > SOFT_BYTES ? SHORT : FULL;
}

/** Puts the output of this step into a file of its own where the page has no room for it; returns its path. */
export function putBeside(budget: Budget, { output }: StepResult): string | undefined {
  if (!isFull(budget)) return undefined;
  const text = outputText(output);
  if (text.length <= SMALL_CHARACTERS) return undefined;
  budget.fileCount += 1;
  const path = `output-${budget.fileCount}.txt`;
  budget.files.push({ path, chunk: text });
  return path;
}
