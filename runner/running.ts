/** The jobs that run on this computer: each run notes its own where others find them, with the way into their machines. */
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../src/describe-text.ts';
import { matchesName } from '../src/select.ts';
import { isRunAlive } from './capsule/identity.ts';
import type { RunScope } from './capsule/run-scope.ts';
import { memoryPrefix, memoryRoot, workPrefix } from './capsule/work.ts';
import { namesIn, textOf } from './glimpse.ts';
import type { Machine } from './machine.ts';

export interface RunningJob {
  readonly job: string;
  /** Of the program that runs it. */
  readonly pid: number;
  readonly beganMs: number;
  /** Gives a shell in its machine. */
  readonly argv: readonly string[];
}

export interface JobNote extends Disposable {
  /** The way in changes when the machine reboots. */
  enter(argv: readonly string[]): void;
}

const suffix = '.jobs';

/** Where a run notes its jobs; the janitor removes it with all that bears the run's name. */
export function openNotes(scope: Pick<RunScope, 'id' | 'defer'>): (job: string) => JobNote {
  const folder = memoryPrefix(scope.id).replace(/\.$/, suffix);
  let count = 0;
  return (job) => {
    if (count === 0) {
      mkdirSync(folder, { mode: 0o700 });
      scope.defer(async () => rmSync(folder, { recursive: true, force: true }));
    }
    count += 1;
    const file = join(folder, String(count));
    const beganMs = Date.now();
    let noted = '';
    return {
      enter(argv) {
        const text = [job, beganMs, ...argv].join('\0');
        if (text === noted) return;
        writeFileSync(`${file}.new`, text);
        renameSync(`${file}.new`, file);
        noted = text;
      },
      [Symbol.dispose]: () => rmSync(file, { force: true }),
    };
  };
}

/** What to type for a shell in a kept machine; `rootlab attach` finds of several only that of the latest step. */
export function enterCommand(
  job: string,
  { shellArgv }: Pick<Machine, 'shellArgv'>,
  machines: number,
): string {
  return (machines === 1 ? ['rootlab', 'attach', job] : shellArgv()).map(shellWord).join(' ');
}

/** The newest first. Only of programs that live, and of this user: the way in is a command that will be run. */
export function runningJobs(): readonly RunningJob[] {
  return namesIn(memoryRoot())
    .filter((name) => name.startsWith(workPrefix) && name.endsWith(suffix))
    .filter((name) => isRunAlive(idOf(name)) === true)
    .filter((name) => isOurs(join(memoryRoot(), name)))
    .flatMap((name) => notesIn(join(memoryRoot(), name), Number(idOf(name).split('-')[0])))
    .toSorted((a, b) => b.beganMs - a.beganMs);
}

/** By its name, or by a beginning of it that only one has; with the suffix of its file, as a run is told to be repeated. */
export function findRunning(word: string, running: readonly RunningJob[]): RunningJob | undefined {
  const name = word.replace(/\.ya?ml(?=@|$)/, '');
  const exact = running.find(({ job }) => job === name);
  if (exact !== undefined || name === '') return exact;
  const [first, ...more] = running.filter(({ job }) => matchesName(name, job));
  return more.every(({ job }) => job === first?.job) ? first : undefined;
}

function notesIn(folder: string, pid: number): readonly RunningJob[] {
  return namesIn(folder)
    .filter((name) => !name.endsWith('.new'))
    .flatMap((name) => {
      const [job = '', began, ...argv] = textOf(join(folder, name)).split('\0');
      return argv.length === 0 ? [] : [{ job, pid, beganMs: Number(began), argv }];
    });
}

function idOf(name: string): string {
  return name.slice(workPrefix.length, -suffix.length);
}

/** Anyone may make such a name in a shared directory. */
function isOurs(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.getuid?.();
}
