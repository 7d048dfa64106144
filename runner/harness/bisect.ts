/** What `git bisect run` is told: 0 good, 1 bad, 125 cannot tell; from 128 on it stops. */
import { UserError } from '../../src/error.ts';
import type { Outcome } from '../../src/event.ts';
import { formatUserError } from '../help.ts';

/** git passes over this commit. */
export const cannotTell = 125;
/** git stops: a wrong command line, or a computer that can run nothing, is so at every commit. */
const giveUp = 128;
const good: ReadonlySet<Outcome> = new Set(['passed', 'flaky', 'known']);

/** From the usual status of a run, and the outcomes of its jobs: where nothing passed there is nothing to tell. */
export function bisectStatus(status: number, outcomes: readonly Outcome[]): number {
  if (status === 3) return cannotTell;
  return status === 0 && !outcomes.some((outcome) => good.has(outcome)) ? cannotTell : status;
}

/** Of a run that never began; the words as typed, for they may be what is wrong. To git, 2 and 3 would mean "bad". */
export function bisectErrorStatus(argv: readonly string[], status: number): number {
  return argv.includes('--bisect') && status < giveUp ? giveUp : status;
}

const verdicts: Readonly<Record<number, string>> = { 0: 'good', 1: 'bad', [cannotTell]: 'cannot tell' };

/** Nothing where the run was interrupted. */
export function wordBisect(status: number): string {
  const verdict = verdicts[status];
  return verdict === undefined ? '' : `bisect: ${verdict}\n`;
}

/** Where a bisection reads it, a file that is wrong, or not there, at one commit says nothing of that commit: nothing then. */
export async function orCannotTell<T>(bisect: boolean, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!bisect || !(error instanceof UserError)) throw error;
    process.stderr.write(`${formatUserError(error)}${wordBisect(cannotTell)}`);
    return undefined;
  }
}
