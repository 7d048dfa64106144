/** `rootlab run --watch`: what a saved file touches runs again, until Ctrl-C. */
import { join, relative, resolve } from 'node:path';
import { count } from '../../src/describe-text.ts';
import { UserError } from '../../src/error.ts';
import type { Outcome } from '../../src/event.ts';
import type { Job } from '../../src/plan.ts';
import type { Command, Input } from '../command.ts';
import { resolveWords, wholeFolders } from '../find.ts';
import { foldersBelow, openSaves, type Saves, type Watched } from '../harness/saves.ts';
import { formatUserError } from '../help.ts';
import { carryOut, type Prepared } from './carry-out.ts';
import { outputFolder, selectJobs, type Selected } from './selection.ts';

/** Ends only by a signal. A job is due until it has run to its end with its files as they are. */
export async function watchJobs(
  input: Input,
  command: Command,
  prepare: (selected: Selected) => Prepared,
): Promise<never> {
  using saves = openSaves();
  const done = new Map<string, string>();
  let watched = whatToWatch(input, []);
  let read: readonly string[] = [];
  // While a file is replaced its name may lead nowhere.
  const look = (): Watched => {
    try {
      watched = whatToWatch(input, read);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
    return watched;
  };
  for (;;) {
    const selected = await orTold(async () => selectJobs(input, command));
    if (selected !== undefined) read = [...selected.files.values()].flat();
    const stamps = new Map(selected?.jobs.map((job) => [job.name, stampOf(job, selected, saves)]));
    const due = selected?.jobs.filter(({ name }) => done.get(name) !== stamps.get(name)) ?? [];
    const stop = new AbortController();
    const saved = saves.next(look, input.signal).then((files) => {
      stop.abort('SIGINT');
      return files ?? [];
    });
    if (selected !== undefined && due.length > 0) {
      for (const note of selected.notes) say(`note: ${note}`);
      const signal = AbortSignal.any([input.signal, stop.signal]);
      const run = await orTold(async () => {
        const { input: whole, ...rest } = prepare(selected);
        return carryOut({ ...selected, jobs: due }, { ...rest, input: { ...whole, signal } });
      });
      due.forEach(({ name }, at) => {
        if (!cutShort.has(run?.outcomes[at] ?? 'errored')) done.set(name, stamps.get(name) ?? '');
      });
    } else if (selected !== undefined) say('no selected job comes from that');
    if (!stop.signal.aborted) say(wordWatched(watched));
    const files = await saved;
    input.signal.throwIfAborted();
    say(`saved: ${files.map(shown).join(', ')}`);
  }
}

/** Due again with the next save. */
const cutShort: ReadonlySet<Outcome> = new Set(['interrupted', 'not-run']);

/** What is wrong in the files is shown; the next save may mend it. */
async function orTold<T>(action: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(formatUserError(error).trimEnd());
    return undefined;
  }
}

function whatToWatch(input: Input, read: readonly string[]): Watched {
  const { files, home } = resolveWords(input.words);
  const output = resolve(outputFolder(input));
  return {
    files: [...new Set([...files.map(({ path }) => path), join(home, 'rootlab.yaml'), ...read])],
    folders: wholeFolders(input.words).flatMap((folder) => foldersBelow(resolve(folder), output)),
  };
}

function stampOf(job: Job, { files }: Selected, saves: Saves): string {
  return (files.get(job.scenario.name) ?? []).map((file) => `${file} ${saves.stamp(file)}`).join('\n');
}

const mostNamed = 4;

function wordWatched({ files, folders }: Watched): string {
  const own = files.map(shown).filter((file) => !file.startsWith('/'));
  const named = own.length > mostNamed ? [...own.slice(0, mostNamed), `${own.length - mostNamed} more`] : own;
  const below = folders.length === 0 ? '' : `, and ${count(folders.length, 'folder')} for new ones`;
  return `watching ${named.join(', ')}${below}: a save runs again what comes from it, Ctrl-C ends`;
}

/** As a person would type it, where it lies below. */
function shown(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
