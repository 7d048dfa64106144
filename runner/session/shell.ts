/** One running bash: its start, its control and status descriptors, its answers, its end. */
import { randomBytes } from 'node:crypto';
import { closeSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../src/error.ts';
import type { ShellPlace } from '../machine.ts';
import { spawnPiped, type Ending } from '../process.ts';
import { readAnswers, type Answer } from './answer.ts';
import { eachSecond } from './clock.ts';
import { makeCollector } from './collect.ts';
import {
  chainFrom,
  descriptorOf,
  killTree,
  ownProcesses,
  readProcess,
  sendSignal,
  type Processes,
} from './kill.ts';
import { readPipe, type Pipe } from './pipes.ts';
import { bashArgv, handedDown, setUp } from './script.ts';

export interface Shell {
  /** The process we started; the bash itself may be its descendant (`nsenter` forks). */
  readonly leader: number;
  /** All from the leader down to the bash. */
  readonly chain: readonly number[];
  /** The bash, seen from outside. */
  readonly pid: number;
  /** The first clock tick in which a child of a step begun at `performance.now() === atMs` can have started. */
  readonly ticksAt: (atMs: number) => number;
  /** Whether bash waits for our next line instead of running a step. */
  readonly atPrompt: () => boolean | Promise<boolean>;
  /** Where it is one of them. */
  readonly processes: Processes;
  /** Settles when all that a step printed is here; absent where that is so as soon as the event loop comes round. */
  readonly drained?: ((answered: boolean) => Promise<void>) | undefined;
  readonly type: (line: string) => void;
  /** Told of the next answer, or of the end. */
  listener: ShellListener | undefined;
  /** Where it was at its last answer. */
  readonly directory: () => Buffer;
  readonly ended: Promise<Ending>;
  readonly alive: () => boolean;
  readonly kill: () => void;
  /** Closes the control descriptor: an idle bash then exits. */
  readonly hangUp: () => void;
}
export interface ShellListener {
  readonly answered: (answer: Answer) => void;
  readonly ended: (ending: Ending) => void;
}
export interface ShellState {
  readonly directory: Buffer;
  /** Commands, as `export -p` gives them. */
  readonly exported: Buffer;
}
/** What the session hands down to each of its shells. */
export interface Handed {
  readonly out: number;
  readonly err: number;
  readonly input: number;
  readonly step: number;
}
/** `control` is a pipe we write, the others are pipes we read. */
export interface ShellPipes {
  readonly control: Pipe;
  readonly status: Pipe;
  readonly chatter: Pipe;
}

const startLimitMs = 10_000;
const chatterBytes = 16_384;

export async function startShell(
  name: string,
  place: ShellPlace,
  handed: Handed,
  pipes: ShellPipes,
  state: ShellState & { readonly timeoutScale?: number | undefined },
): Promise<Shell> {
  await place.ready?.();
  const { control, status, chatter } = pipes;
  const controlLink = descriptorOf(process.pid, control.ours);
  // A letter first: `printf` would take a digit for a part of its `\\0`.
  const token = `t${randomBytes(16).toString('hex')}`;
  const said = makeCollector(chatterBytes);
  const chatterReader = readPipe(chatter.ours, said.add);
  const answered = (answer: Answer): void => {
    directory = answer.directory;
    shell.listener?.answered(answer);
  };
  const statusReader = readPipe(status.ours, readAnswers(token, answered));
  let open = true;
  const hangUp = (): void => {
    if (open) closeSync(control.ours);
    open = false;
  };
  let child;
  try {
    const descriptors = {
      0: control.theirs,
      1: status.theirs,
      2: chatter.theirs,
      [handedDown.out]: handed.out,
      [handedDown.err]: handed.err,
      [handedDown.input]: handed.input,
      [handedDown.step]: handed.step,
    };
    child = await spawnPiped(shellArgv(place), descriptors, place.env);
  } catch (error) {
    hangUp();
    statusReader.close();
    chatterReader.close();
    throw startError(name, place, String(error), Buffer.alloc(0));
  } finally {
    for (const pipe of [control, status, chatter]) closeSync(pipe.theirs);
  }
  // Taken after the start, so that the estimate is early rather than late: a step's own child is never missed.
  const startedAtMs = performance.now();
  const startTicks = readProcess(child.pid)?.startTicks ?? 0;
  let alive = true;
  let { directory } = state;
  let pid = child.pid;
  let chain = [pid];
  const shell: Shell = {
    leader: child.pid,
    get chain() {
      return chain;
    },
    get pid() {
      return pid;
    },
    ticksAt: (atMs) => startTicks + Math.floor((atMs - startedAtMs) / 10) - 1,
    atPrompt: () => descriptorOf(pid, 0) === controlLink,
    processes: ownProcesses,
    type: (line) => {
      if (open) writeAll(control.ours, Buffer.from(line), () => open);
    },
    listener: undefined,
    directory: () => directory,
    ended: child.ended,
    alive: () => alive,
    kill: () => void sendSignal(pid, 'SIGKILL'),
    hangUp,
  };
  void child.ended.then((ending) => {
    alive = false;
    hangUp();
    // What it wrote last is read before.
    setImmediate(() => {
      statusReader.close();
      shell.listener?.ended(ending);
    });
  });
  const adopted = adoptEarly(child.pid, place, () => shell.alive() && shell.directory() === state.directory);
  try {
    await ready(shell, setUp(token, state.directory, state.exported), state.timeoutScale);
  } catch (error) {
    killTree(child.pid);
    throw startError(name, place, String(error), said.collected().bytes);
  } finally {
    chatterReader.close();
  }
  chain = chainFrom(child.pid);
  pid = chain.at(-1) ?? pid;
  // nsenter stops itself with its child, as when a machine that goes down stops all of its own; then it reaps nobody.
  if (pid !== child.pid) {
    const stopWaking = eachSecond(() => void sendSignal(child.pid, 'SIGCONT'));
    void child.ended.then(stopWaking);
  }
  if ((await adopted) !== pid) await place.adopt?.(pid);
  return shell;
}

/**
 * The kernel takes some milliseconds to move a process into a cgroup: as long as bash takes to start. Where `nsenter`
 * leads to it, its child is bash, or becomes it. Gives whom it moved.
 */
async function adoptEarly(
  leader: number,
  place: ShellPlace,
  starting: () => boolean,
): Promise<number | undefined> {
  if (place.adopt === undefined || place.prefix.length === 0) return undefined;
  for (; starting(); await sleep(1)) {
    const [, child] = chainFrom(leader);
    if (child === undefined) continue;
    return place.adopt(child).then(
      () => child,
      () => undefined,
    );
  }
  return undefined;
}

function shellArgv(place: ShellPlace): string[] {
  // Only root may become another; anyone else is who they are.
  if (place.user === 'root' || process.getuid?.() !== 0) return [...place.prefix, ...bashArgv];
  const words = Object.entries(place.env).map(([key, value]) => `${key}=${value}`);
  // What PAM adds to the environment is not for it.
  return [...place.prefix, 'runuser', '-u', place.user, '--', 'env', '-i', ...words, ...bashArgv];
}

/** A machine that is busy, or shares its computer with many, is given `scale` times as long. */
export async function ready(shell: Shell, lines: string, scale = 1): Promise<void> {
  const limitMs = startLimitMs * scale;
  const timer = new AbortController();
  const answered = new Promise<void>((resolve, reject) => {
    shell.listener = {
      answered: () => resolve(),
      ended: ({ exit }) => reject(new Error(`it ended with ${exit}`)),
    };
  });
  const late = sleep(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`it did not answer within ${limitMs / 1000} s`);
  });
  late.catch(() => undefined);
  shell.type(lines);
  try {
    await Promise.race([answered, late]);
  } finally {
    timer.abort();
    shell.listener = undefined;
  }
}

function startError(name: string, place: ShellPlace, cause: string, chatter: Uint8Array): UserError {
  const said = Buffer.from(chatter).toString().trim();
  const missing = /(env|exec\w*|runuser).*bash.*No such file|spawn bash ENOENT/.test(`${said}\n${cause}`);
  return new UserError(
    `cannot open the session ${name}: ${missing ? 'there is no bash in the machine' : cause.replace(/^(User)?Error: /, '')}`,
    {
      status: 3,
      detail: [`$ ${[...place.prefix, ...bashArgv].join(' ')}`, said].join('\n').trim(),
      ...(missing ? { hint: 'steps are typed into a bash: add the package bash to the image' } : {}),
    },
  );
}

/** The pipe holds 64 KB; more than that waits until bash has read some. */
function writeAll(fd: number, bytes: Uint8Array, open: () => boolean): void {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
    setTimeout(() => open() && writeAll(fd, rest, open), 1);
  }
}
