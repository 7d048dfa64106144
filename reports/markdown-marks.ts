/** What stands for an outcome where there are no colours: read in a line of a table. */
import type { Outcome } from '../src/event.ts';

export const MARKS: Record<Outcome, string> = {
  passed: '✅',
  flaky: '🔁',
  known: '📌',
  failed: '❌',
  'timed-out': '⌛',
  errored: '💥',
  interrupted: '🛑',
  running: '⏳',
  skipped: '⏭️',
  'not-run': '➖',
};
