/** Builders as processes of their own, for tests that kill them, run two, or wall them in. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import type { ResolvedImage } from '../../runner/images/resolve.ts';
import { makeTinyTree, packTree } from './tiny-tree.ts';

const program = join(import.meta.dirname, 'build-image.ts');

export interface Builder {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: readonly string[];
  /** Resolves `delayMs` after it says so, to the millisecond. */
  phase(wanted: string, delayMs?: number): Promise<void>;
  /** The last line it printed. */
  end(): Promise<string>;
}

/** `walls` are words before the program: `unshare …`. */
export function startBuilder(
  t: Test,
  cache: string,
  image: ResolvedImage,
  walls: readonly string[] = [],
): Builder {
  const argv = [...walls, process.execPath, '--import=tsx', program, cache, JSON.stringify(image)];
  const child = spawn(argv[0] ?? '', argv.slice(1));
  t.teardown(() => child.kill('SIGKILL'));
  const closed = once(child, 'close');
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => lines.push(line));
  return {
    child,
    lines,
    async phase(wanted, delayMs = 0) {
      while (!lines.includes(`phase ${wanted}`)) {
        if (child.exitCode !== null) throw new Error(`it ended before "${wanted}":\n${lines.join('\n')}`);
        await sleep(1);
      }
      if (delayMs > 0) await sleep(delayMs);
    },
    async end() {
      await closed;
      return lines.at(-1) ?? '';
    },
  };
}

/** A cache, and the image of a tiny tree. */
export function bench(t: Test, run?: string): { cache: string; image: ResolvedImage } {
  const directory = t.testdir({ tree: {} });
  makeTinyTree(join(directory, 'tree'));
  const file = packTree(join(directory, 'tree'), join(directory, 'tiny.tar'));
  return {
    cache: join(directory, 'cache'),
    image: { name: 'tiny', recipe: { kind: 'tar', file }, packages: [], files: [], run },
  };
}
