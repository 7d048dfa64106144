/** A capsule: a job's private pid and mount namespaces, which the kernel ends with the runner. */
import { shellWord } from '../../src/describe-text.ts';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { UserError } from '../../src/error.ts';
import { rootScript, type RootPlan, workPath } from '../root.ts';
import { makeJobGroup, type JobGroup } from './cgroup.ts';
import { firstChild, killFirst } from './first-child.ts';
import { whatHolds } from './holders.ts';
import type { Limits } from './limits.ts';
import type { RunScope } from './run-scope.ts';
import { saveWork } from './snapshot.ts';
import { unlessAborted } from './until.ts';

export interface CapsuleJob {
  readonly root: RootPlan;
  readonly storage: 'tmpfs' | 'loop';
  readonly diskBytes: number;
  readonly limits: Limits;
  /** Controllers bound to v1 that it limits with. */
  readonly v1?: readonly string[] | undefined;
  /** Words before it that put it into another network than ours. */
  readonly enter?: readonly string[];
  /** What is started in it, and again whenever {@link Capsule.startAgain} says so. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Both streams of the program and the capsule's own complaints. */
  readonly onOutput: (chunk: Uint8Array) => void;
}
export interface Capsule extends AsyncDisposable {
  readonly group: JobGroup;
  /** PID 1 of the capsule, as seen from here. */
  pid(): number;
  /** The root as seen from here; for looking only, since its links lead out of it. */
  rootPath(): string;
  /** How the program ended this time (133: it wants to be started again); `gone` when the capsule itself died. */
  ended(): Promise<Ending>;
  startAgain(): void;
  /** All that was written in it, as one file from which a root can be made again. */
  save(file: string, signal: AbortSignal): Promise<void>;
}
export type Ending = { readonly mounted: boolean; readonly status: number | 'gone' };

export function startCapsule(run: RunScope, job: CapsuleJob): Capsule {
  const name = run.nextJob();
  const group = makeJobGroup(run.id, name, job.limits, job.v1);
  const image = job.storage === 'loop' ? join(run.directory(), name) : undefined;
  // pdeathsig belongs to the thread that forks: this must stay on Node's main thread.
  const [file, ...words] = [...(job.enter ?? []), 'setpriv', ...enclose, '/bin/sh', '-c'];
  const child = spawn(file, [...words, capsuleScript(job, group, image), 'rootlab-capsule', ...job.argv], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', ...job.env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const control = child.stdio[0];
  control.on('error', () => {});
  // What unshare says of its child's death by our own hand is nobody's business.
  let ending = false;
  const said = (chunk: Buffer): void => {
    if (!ending) job.onOutput(chunk);
  };
  child.stdout.on('data', said);
  child.stderr.on('data', said);
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      said(Buffer.from(error.message));
      resolve();
    });
  });
  const go = (): void => void control.write('go\n');
  const endings = readEndings(child.stdio[3], closed, go);
  return {
    group,
    pid: () => firstChild(child.pid),
    rootPath: () => `/proc/${firstChild(child.pid)}/root${workPath}/root`,
    ended: () => endings(),
    startAgain() {
      group.resetMachine();
      go();
    },
    save: async (file, signal) =>
      saveWork({
        pid: firstChild(child.pid),
        trees: job.root.trees.length,
        payload: join(group.main, 'payload'),
        file,
        signal,
      }),
    async [Symbol.asyncDispose]() {
      ending = true;
      child.ref();
      killFirst(child.pid);
      control.end();
      const waiting = new AbortController();
      const gone = closed.then(async () => group.dispose(waiting.signal));
      await untilGone(gone, job.root.name, child.pid).catch((error: unknown) => {
        // What stays must not keep us here as well; who tries again waits again.
        waiting.abort();
        child.unref();
        for (const stream of [child.stdout, child.stderr, child.stdio[3]]) stream?.destroy();
        throw error;
      });
    },
  };
}

/**
 * Killed, a machine is gone in milliseconds; this is for one that the kernel, or a process outside, holds. On a computer
 * with ten times the work that it can do, one with a gigabyte in memory has taken more than five seconds.
 */
const disposeLimitMs = 15_000;
/** Where the kernel holds it, a slow disk has yet to take what was written: minutes, on one that others use as well. */
const mostLimits = 12;
const tellAfterMs = 3000;

async function untilGone(gone: Promise<void>, name: string, capsule: number | undefined): Promise<void> {
  const teller = setTimeout(() => {
    process.stderr.write(`note: waiting for the machine "${name}" to end: ${whatHolds(capsule).text}\n`);
  }, tellAfterMs);
  try {
    for (let round = 1; ; round += 1) {
      const late = AbortSignal.timeout(disposeLimitMs);
      try {
        return await unlessAborted(gone, late);
      } catch (error) {
        if (!late.aborted) throw error;
        const { text, inKernel } = whatHolds(capsule);
        if (!inKernel || round === mostLimits)
          throw new UserError(`cannot end the machine "${name}": ${text}`, {
            status: 3,
            hint: 'end the process that holds it; then "rootlab clean" removes what is left of the machine',
          });
      }
    }
  } finally {
    clearTimeout(teller);
  }
}

const enclose = ['--pdeathsig', 'KILL', 'unshare', '-m', '-p', '-f', '--kill-child', '--mount-proc'];

/**
 * PID 1 of the capsule: mounts, then starts the program as often as it is told to. It asks before the first time too:
 * a runner killed before pdeathsig was set takes no capsule with it, but cannot answer either.
 */
function capsuleScript(job: CapsuleJob, group: JobGroup, image: string | undefined): string {
  return [
    'set -e',
    // It takes some milliseconds; the mounts need not wait for it.
    `{ ${enter(group.capsule, '$$')}; } &`,
    ...(image === undefined ? memoryWork(job.diskBytes) : loopWork(image, job.diskBytes)),
    ...rootScript(job.root),
    'wait $!',
    'echo mounted >&3',
    'set +e',
    `while read -r go; do (${enter(group.machine, '0')}; exec "$@" 3>&- </dev/null); echo "ended $?" >&3; done`,
  ].join('\n');
}

/** Puts a process there, and all that it starts from then on; 0 is the shell itself. */
function enter(groups: readonly string[], pid: string): string {
  return groups.map((group) => `echo ${pid} >${shellWord(join(group, 'cgroup.procs'))}`).join('; ');
}

/** A private /run, so that nothing of systemd-nspawn's bookkeeping reaches the host's, and in it the work. */
function memoryWork(diskBytes: number): readonly string[] {
  return [`mount -t tmpfs -o mode=755,size=${diskBytes} tmpfs /run`];
}

/** Unlinked as soon as it is mounted, and detached by its last unmount: nothing to clean up later. */
function loopWork(image: string, diskBytes: number): readonly string[] {
  const file = shellWord(image);
  return [
    'mount -t tmpfs -o mode=755 tmpfs /run',
    `mkdir ${workPath}`,
    `truncate -s ${diskBytes} ${file}`,
    `mke2fs -q -F -t ext4 -O ^has_journal -m 0 -E lazy_itable_init=1,nodiscard ${file}`,
    `mount -o loop ${file} ${workPath}`,
    `rm ${file}`,
  ];
}

/** Lines on the status descriptor become endings, one a call, in order. */
function readEndings(stream: unknown, closed: Promise<void>, onMounted: () => void): () => Promise<Ending> {
  let mounted = false;
  let text = '';
  const ready: Ending[] = [];
  const waiting: ((ending: Ending) => void)[] = [];
  const give = (ending: Ending): void => {
    const next = waiting.shift();
    if (next) next(ending);
    else ready.push(ending);
  };
  if (isReadable(stream))
    stream.on('data', (chunk: Buffer) => {
      const lines = (text + chunk.toString('latin1')).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        if (line === 'mounted') {
          mounted = true;
          onMounted();
        } else give({ mounted, status: Number(line.slice('ended '.length)) });
      }
    });
  let gone = false;
  void closed.then(() => {
    gone = true;
    for (const next of waiting.splice(0)) next({ mounted, status: 'gone' });
  });
  return () => {
    const ending = ready.shift();
    if (ending) return Promise.resolve(ending);
    if (gone) return Promise.resolve({ mounted, status: 'gone' });
    return new Promise((resolve) => waiting.push(resolve));
  };
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'read' in stream;
}
