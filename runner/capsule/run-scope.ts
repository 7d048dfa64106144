/** The scope of one run: its janitor, its cgroups, its work directory. Leaving it leaves nothing. */
import { totalmem } from 'node:os';

import { UserError } from '../../src/error.ts';
import { removeEmptyParents, sweepLeftovers } from '../leftovers.ts';
import { endGroups, runGroups } from './cgroup.ts';
import { runIdentity } from './identity.ts';
import { startJanitor } from './janitor.ts';
import { lastingRemains } from './remains.ts';
import { memoryPrefix, workDirectory } from './work.ts';

export interface RunScope extends AsyncDisposable {
  readonly id: string;
  /** Whether we are root: without it there are no cgroups and no machines, only this very computer. */
  readonly owns: boolean;
  /** How many jobs may run at once; decides whether their roots fit into memory. */
  readonly jobs: number;
  readonly ramBytes: number;
  /** A directory on a disk, of this run alone. */
  directory(): string;
  /** A name for the next job's cgroup. */
  nextJob(): string;
  /** Undone in reverse when the scope is left, each tried on its own. */
  defer(undo: () => Promise<void>): void;
}

/** A disposal must end even where the kernel keeps a process; what stays is swept by the next start. */
const disposeLimitMs = 10_000;

/** Said before anything else: without root every later cause would be a riddle. */
export function requireRoot(what: string): void {
  if (process.getuid?.() === 0) return;
  throw new UserError(`cannot ${what}: this needs root`, {
    hint: 'run: sudo rootlab … (not a rootlab that calls sudo: its machines would outlive it)',
    status: 3,
  });
}

export async function openRun(options: { jobs: number }): Promise<RunScope> {
  const owns = process.getuid?.() === 0;
  // What cannot be swept now (a process that the kernel holds) must not stop every later run.
  await sweepLeftovers(AbortSignal.timeout(disposeLimitMs)).catch(() => undefined);
  const id = runIdentity();
  const groups = owns ? runGroups(id) : [];
  const work = workDirectory(id);
  const janitor = startJanitor(work.path, memoryPrefix(id), groups);
  const undo: (() => Promise<void>)[] = [];
  let jobs = 0;
  return {
    id,
    owns,
    jobs: options.jobs,
    ramBytes: totalmem(),
    directory: () => work.make(),
    nextJob: () => `job-${++jobs}`,
    defer: (one) => void undo.push(one),
    async [Symbol.asyncDispose]() {
      const errors: unknown[] = [];
      for (const one of undo.splice(0).toReversed())
        await one().catch((error: unknown) => errors.push(error));
      await endGroups(groups, AbortSignal.timeout(disposeLimitMs)).catch((error: unknown) =>
        errors.push(error),
      );
      work.remove();
      removeEmptyParents();
      const left = errors.length === 0 ? await lastingRemains(id) : [];
      if (left.length > 0) errors.push(new UserError(`it left behind ${left.join(', ')}`));
      // After an error the janitor gets the end of file instead, and tries again.
      if (errors.length === 0) await janitor.dismiss();
      else throw cleaningFailed(errors);
    },
  };
}

function cleaningFailed(errors: readonly unknown[]): Error {
  const words = errors.map((error) => (error instanceof Error ? error.message : String(error))).join('; ');
  const message = `cannot clean up after the run: ${words}`;
  if (!errors.every((error) => error instanceof UserError)) return new AggregateError(errors, message);
  const known = errors.map(({ hint }) => hint).find((hint) => hint !== undefined);
  const hint = known ?? 'this should never be: "rootlab clean" tries again; please report it with this text';
  return new UserError(message, { hint, status: 3 });
}
