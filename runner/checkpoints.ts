/** Checkpoints of one job: what its machine had written after a step, kept in the cache until the job passes. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Job } from '../src/plan.ts';
import type { Variables } from '../src/judge.ts';
import type { Step } from '../src/scenario.ts';
import type { Cache } from './cache.ts';
import type { JobImages } from './job-images.ts';
import { removeTree } from './images/store.ts';
import { tryLock } from './lock.ts';

export interface Checkpoint {
  /** The id of the step after which it was kept. */
  readonly step: string;
  readonly captures: Variables;
  readonly file: string;
}
export interface JobCheckpoints extends AsyncDisposable {
  /** Where the job goes on from. */
  readonly from: Checkpoint | undefined;
  /** `save` writes the file; its size. */
  keep(step: string, captures: Variables, save: (file: string) => Promise<void>): Promise<number>;
  /** There is nothing to go on from any more. */
  forget(): Promise<void>;
}

/** Raised when a checkpoint of before would be read wrongly. */
const generation = 1;
const partial = '.partial';
const noted = 'checkpoint.json';

/** Undefined where another run of this job holds them. What the scenario's text no longer leads to is removed. */
export async function openCheckpoints(
  job: Job,
  images: JobImages,
  cache: Cache,
): Promise<JobCheckpoints | undefined> {
  const name = digest([resolve(job.scenario.file), job.name]);
  const lock = await tryLock(join(cache.locks, name));
  if (lock === undefined) return undefined;
  const folder = join(cache.checkpoints, name);
  const keys = await keysOf(job, images);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const wanted = new Set(keys.values());
  for (const entry of await readdir(folder)) if (!wanted.has(entry)) await removeTree(join(folder, entry));
  let from: Checkpoint | undefined;
  for (const key of wanted) from = (await readCheckpoint(join(folder, key))) ?? from;
  return {
    from,
    async keep(step, captures, save) {
      const place = join(folder, keys.get(step) ?? digest(step));
      const fresh = `${place}.${randomUUID().slice(0, 8)}${partial}`;
      await mkdir(fresh, { mode: 0o700 });
      try {
        await save(join(fresh, 'files.tar'));
        await writeFile(join(fresh, noted), JSON.stringify({ step, captures }));
        await removeTree(place);
        await rename(fresh, place);
      } catch (error) {
        await removeTree(fresh);
        throw error;
      }
      return (await stat(join(place, 'files.tar'))).size;
    },
    forget: async () => removeTree(folder),
    [Symbol.asyncDispose]: async () => lock[Symbol.asyncDispose](),
  };
}

/** Removes them all, or those older; what a killed run left half written goes in any case. Bytes freed. */
export async function pruneCheckpoints(cache: Cache, beforeMs: number): Promise<number> {
  let freed = 0;
  for (const name of await readdir(cache.checkpoints)) {
    await using lock = await tryLock(join(cache.locks, name));
    if (lock === undefined) continue;
    const folder = join(cache.checkpoints, name);
    for (const entry of await readdir(folder)) {
      const place = join(folder, entry);
      if (!entry.endsWith(partial) && (await stat(place)).mtimeMs >= beforeMs) continue;
      freed += (await stat(join(place, 'files.tar')).catch(() => undefined))?.size ?? 0;
      await removeTree(place);
    }
    if ((await readdir(folder)).length === 0) await removeTree(folder);
  }
  return freed;
}

async function readCheckpoint(place: string): Promise<Checkpoint | undefined> {
  const text = await readFile(join(place, noted), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { step, captures }: Pick<Checkpoint, 'step' | 'captures'> = JSON.parse(text);
  return { step, captures, file: join(place, 'files.tar') };
}

/** Of each step that has one, in order: all that led there, so that another text, or another image, is another key. */
async function keysOf(job: Job, images: JobImages): Promise<ReadonlyMap<string, string>> {
  const { scenario, machine, axes } = job;
  const trees = images.trees.map(({ path, image }) => [path, image.hash]);
  const common = machine.kind === 'root' ? [machine.user, machine.init] : [];
  let key = digest([generation, images.image.hash, trees, common, axes, scenario.env]);
  const keys = new Map<string, string>();
  for (const step of [...scenario.prepare, ...scenario.steps]) {
    key = digest([key, doing(step), await copied(step)]);
    if (step.checkpoint) keys.set(step.id, key);
  }
  return keys;
}

/** Without what is only read, and where it stands in the file. */
function doing({ at: _at, title: _title, say: _say, learn: _learn, ...step }: Step): unknown {
  return step;
}

async function copied(step: Step): Promise<string | undefined> {
  if (step.verb !== 'write' || step.from === undefined) return undefined;
  return digest((await readFile(step.from)).toString('base64'));
}

function digest(what: unknown): string {
  const text = JSON.stringify(what, (key, value: unknown) => (key === 'at' ? undefined : value));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
