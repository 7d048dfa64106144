/** The words and options that select jobs and order them, alike in `run` and `list`. */
import { dirname, join } from 'node:path';
import { UserError } from '../../src/error.ts';
import type { Event } from '../../src/event.ts';
import type { Job, Selection } from '../../src/plan.ts';
import { readWords, type Command, type Input, type OptionSpec } from '../command.ts';
import { notPassed, onlyNamed, readEarlier, type Earlier } from '../harness/earlier.ts';
import { allLogs, latestLog } from '../harness/outputs.ts';
import { stepRange } from '../../src/step-range.ts';
import { repeatJobs } from '../harness/repeat.ts';
import { readShard, shard } from '../../src/shard.ts';
import { newSeed, readSeed, shuffle } from '../harness/shuffle.ts';
import { findAbove, resolveWords } from '../find.ts';
import { loadJobs, type Loaded } from '../load.ts';
import { openLog } from './reporting.ts';

export const jobOptions: Readonly<Record<string, OptionSpec>> = {
  tag: { value: 'EXPR', multiple: true, help: 'only jobs with these tags: words with not, and, or' },
  image: { value: 'NAME', multiple: true, help: 'only jobs on this image; repeatable' },
  rerun: {
    value: 'WHAT',
    choices: ['failed'],
    help: 'failed: only jobs that did not pass in the latest run',
  },
  shard: { value: 'I/N', help: 'only the I-th of N parts, balanced by the times of the latest whole run' },
  shuffle: { value: 'SEED', optional: true, help: 'in an order by chance; the same SEED gives it again' },
};

export interface Selected extends Loaded {
  /** What the log says of the order. */
  readonly seed?: string | undefined;
  readonly shard?: string | undefined;
  /** What a person must know to get the same jobs again. */
  readonly notes: readonly string[];
}

/** The jobs that words and options name, in the order they run. */
export async function selectJobs(input: Input, command: Command): Promise<Selected> {
  const selection: Selection = { tags: input.values('tag'), images: input.values('image') };
  const again = input.value('rerun') === undefined ? undefined : await readLatest(input, command);
  const words = input.words.length === 0 ? (again?.words ?? []) : input.words;
  const loaded = await loadJobs(words, selection);
  const notes: string[] = [];
  let { jobs } = loaded;
  if (again !== undefined) jobs = onlyNamed(jobs, again.names, again.log);
  jobs = stepRange(jobs, { from: input.value('from'), until: input.value('until') });
  const part = input.value('shard');
  if (part !== undefined) {
    const all = jobs;
    const { log, tookMs } = await readTimes(input, command);
    jobs = shard(all, readShard(part), tookMs);
    if (jobs.length === 0)
      throw new UserError(`cannot run shard ${part}: it has none of the ${all.length} selected jobs`, {
        hint: 'use no more parts than there are jobs',
      });
    notes.push(
      `shard ${part} has ${jobs.length} of ${all.length} jobs, balanced by ${log === undefined ? 'their number' : `the times in ${log}`}`,
    );
  }
  jobs = repeatJobs(jobs, readRepeat(input.value('repeat')));
  const seed = seedOf(input);
  if (seed !== undefined) {
    jobs = shuffle<Job>(jobs, seed);
    notes.push(`the order is that of --shuffle=${seed}`);
  }
  return { ...loaded, jobs, seed, shard: part, notes };
}

interface Latest {
  readonly log: string;
  readonly names: readonly string[];
  /** That led to its jobs. */
  readonly words: readonly string[];
}

async function readLatest(input: Input, command: Command): Promise<Latest> {
  const output = outputFolder(input);
  const log = latestLog(output);
  const names = notPassed(await readEarlier(openLog(log)), log);
  // A run that ran the failed ones of another again need not have named them.
  for (const earlier of [log, ...allLogs(output)]) {
    const { argv } = await readEarlier(beginning(earlier));
    if (argv[0] !== 'run') continue;
    const given = readWords('run', command, argv.slice(1), input.signal);
    if (given.words.length > 0 || given.value('rerun') === undefined)
      return { log, names, words: given.words };
  }
  return { log, names, words: [] };
}

/** Runs of a part are passed over: the parts must all be reckoned from the same times. */
async function readTimes(
  input: Input,
  command: Command,
): Promise<Pick<Earlier, 'tookMs'> & { log?: string }> {
  for (const log of allLogs(outputFolder(input))) {
    const { argv } = await readEarlier(beginning(log));
    if (argv[0] !== 'run') continue;
    const given = readWords('run', command, argv.slice(1), input.signal);
    if (['shard', 'rerun', 'from', 'until'].some((name) => given.value(name) !== undefined)) continue;
    return { ...(await readEarlier(openLog(log))), log };
  }
  return { tookMs: new Map() };
}

function readRepeat(text = '1'): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UserError(`"${text}" is no value of --repeat`, {
    hint: 'write a whole number above 0: --repeat=20',
  });
}

async function* beginning(log: string): AsyncGenerator<Event> {
  for await (const event of openLog(log)) {
    yield event;
    return;
  }
}

export function outputFolder(input: Input): string {
  return input.value('output') ?? join(homeOf(input.words), 'reports', 'out');
}

function homeOf(words: readonly string[]): string {
  if (words.length > 0) return resolveWords(words).home;
  const configuration = findAbove(process.cwd(), 'rootlab.yaml');
  return configuration === undefined ? process.cwd() : dirname(configuration);
}

function seedOf(input: Input): string | undefined {
  const text = input.value('shuffle');
  if (text !== undefined) return readSeed(text);
  return input.flag('shuffle') ? newSeed() : undefined;
}
