/**
 * All that a machine wrote, as one file: the upper sides of its root and its trees.
 * tar, since it keeps whiteouts (devices 0/0) and trusted.* attributes on any file system, also where the cache lies on
 * an overlay, and takes a third of the time of `cp -a`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool, toolError } from '../process.ts';
import { archiveOptions, workPath, writtenParts } from '../root.ts';
import { watchFor } from './until.ts';

export interface Snapshot {
  /** PID 1 of the capsule, as seen from here. */
  readonly pid: number;
  readonly trees: number;
  /** The cgroup of the machine's processes, which stand still meanwhile. */
  readonly payload: string;
  readonly file: string;
  readonly signal: AbortSignal;
}

export async function saveWork({ pid, trees, payload, file, signal }: Snapshot): Promise<void> {
  const place = `/proc/${pid}/root${workPath}`;
  // A killed runner takes it along; a file of which only the metadata is in the upper side has its size, and no blocks.
  const tar = 'setpriv --pdeathsig KILL -- tar --create --sparse --one-file-system'.split(' ');
  const argv = [...tar, ...archiveOptions, `--file=${file}`, `--directory=${place}`, ...writtenParts(trees)];
  const result = await standStill(payload, async () => runTool(argv, { signal }));
  signal.throwIfAborted();
  // 1: a file changed while it was read, where nothing can make the machine stand still.
  if (result.exit > 1) throw toolError('cannot keep a checkpoint', argv, result);
}

/** As good as a power cut, which every file system and database is made for; a copy of what goes on changing is not. */
async function standStill<T>(group: string, action: () => Promise<T>): Promise<T> {
  const freeze = join(group, 'cgroup.freeze');
  // Linux 5.2; v2 only.
  if (!existsSync(freeze)) return action();
  const events = join(group, 'cgroup.events');
  const frozen = (): true | undefined =>
    readFileSync(events, 'utf8').includes('frozen 1') ? true : undefined;
  try {
    writeFileSync(freeze, '1');
    // What sleeps in the kernel may take its time, and writes nothing then.
    await watchFor(events, frozen, AbortSignal.timeout(1000)).catch(() => undefined);
    return await action();
  } finally {
    writeFileSync(freeze, '0');
  }
}
