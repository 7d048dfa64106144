/** When `--shell` opens one: at the end of a job, or at one of its steps. */
import { UserError } from '../../src/error.ts';
import type { Job } from '../../src/plan.ts';
import { suggest } from '../../src/nearest.ts';
import type { Step } from '../../src/scenario.ts';

export const shellChoices = ['on-failure', 'always', 'never', 'before=STEP', 'after=STEP'] as const;

export interface ShellAt {
  readonly side: 'before' | 'after';
  /** The id of the step. */
  readonly step: string;
}

/** Undefined where it is no step that opens the shell. */
export function shellAt(choice: string | undefined): ShellAt | undefined {
  const [, side, step] = /^(before|after)=(.+)$/.exec(choice ?? '') ?? [];
  return step === undefined ? undefined : { side: side === 'before' ? 'before' : 'after', step };
}

/** A shell that could never open would be waited for in vain. */
export function requireStep(at: ShellAt | undefined, jobs: readonly Job[]): void {
  if (at === undefined) return;
  const ids = [...new Set(jobs.flatMap(stepsOf).map(({ id }) => id))];
  if (ids.includes(at.step)) return;
  throw new UserError(
    `cannot open a shell ${at.side} the step "${at.step}": no selected job has such a step`,
    { hint: suggest(at.step, ids, 'the steps are') },
  );
}

function stepsOf({ scenario: { prepare, steps, onFailure, cleanup } }: Job): readonly Step[] {
  return [...prepare, ...steps, ...onFailure, ...cleanup];
}
