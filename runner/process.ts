/** Starts the tools of this computer, each in its own process group, and words their failures. */
import { shellWord } from '../src/describe-text.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { UserError } from '../src/error.ts';

export interface ToolOptions {
  readonly signal?: AbortSignal | undefined;
  readonly input?: string | Uint8Array | undefined;
  readonly timeoutMs?: number | undefined;
  /** The whole environment, not an addition. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  /** Every line of both streams as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
}
export interface ToolResult {
  /** 128+n for a signal, 127 when there is no such program. */
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

const killAfterMs = 1000;
const linesShown = 15;
const noSuchProgram = 127;

/** Never throws for a failure of the tool, nor for an abort: that ends the tool's group, and its status says so. */
export async function runTool(argv: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  // Not at the top: the program's start is measured, and many commands run no tool.
  const { execa } = await import('execa');
  const [file = '', ...args] = argv;
  const child = execa(file, args, {
    reject: false,
    // Ctrl-C at our terminal must not reach it past us.
    detached: true,
    cleanup: true,
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.env === undefined ? {} : { env: options.env, extendEnv: false }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let timedOut = false;
  const timers: NodeJS.Timeout[] = [];
  const end = (): void => {
    signalGroup(child.pid, 'SIGTERM');
    timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), killAfterMs));
  };
  if (options.timeoutMs !== undefined) {
    timers.push(setTimeout(() => ((timedOut = true), end()), options.timeoutMs));
  }
  options.signal?.addEventListener('abort', end, { once: true });
  if (options.signal?.aborted === true) end();
  try {
    const { onLine } = options;
    if (onLine !== undefined) {
      const streams = (['stdout', 'stderr'] as const).map((from) => child.iterable({ from }));
      await Promise.allSettled(streams.map((lines) => readLines(lines, onLine)));
    }
    const done = await child;
    const exit = done.exitCode ?? exitOfSignal(done.signal ?? null) ?? noSuchProgram;
    const stderr = done.code === 'ENOENT' ? `${done.shortMessage}\n` : done.stderr;
    return { exit, stdout: done.stdout, stderr, timedOut };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    options.signal?.removeEventListener('abort', end);
  }
}

/** Words a failed tool: `what` is `cannot <verb> <object>`; the command stands ready to paste. */
export function toolError(
  what: string,
  argv: readonly string[],
  result: ToolResult,
  hint?: string,
): UserError {
  const cause = result.timedOut
    ? `${argv[0] ?? ''} did not end in time`
    : result.exit === noSuchProgram
      ? `${argv[0] ?? ''} is not installed or cannot be run`
      : `${argv[0] ?? ''} ended with ${result.exit}`;
  const said = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
  const detail = [`$ ${argv.map(shellWord).join(' ')}`, ...said.slice(-linesShown)].join('\n');
  return new UserError(`${what}: ${cause}`, { detail, status: 3, ...(hint === undefined ? {} : { hint }) });
}

export interface PipedProcess {
  readonly pid: number;
  /** Settles when the process is reaped, whatever its children still hold. */
  readonly ended: Promise<Ending>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Lets this program end while the process runs. */
  readonly unref: () => void;
}
export interface Ending {
  /** 128+n for a signal. */
  readonly exit: number;
  readonly signal?: NodeJS.Signals | undefined;
}

/**
 * Starts a process in a session of its own, its descriptors given by number: `{0: fd, 244: fd}`; the others
 * of 0, 1 and 2 are /dev/null. `env` is its whole environment, else it has ours.
 */
export function spawnPiped(
  argv: readonly string[],
  descriptors: Readonly<Record<number, number>>,
  env?: Readonly<Record<string, string>>,
): Promise<PipedProcess> {
  const numbers = Object.keys(descriptors).map(Number);
  const stdio = Array.from({ length: Math.max(2, ...numbers) + 1 }, (_, at) => descriptors[at] ?? 'ignore');
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { stdio, detached: true, env });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new UserError(`cannot run ${file}: ${cause.message}`, { status: 3, cause })),
    );
    child.once('spawn', () => resolve(asPiped(child)));
  });
}

function asPiped(child: ChildProcess): PipedProcess {
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(
        signal === null ? { exit: code ?? 0 } : { exit: exitOfSignal(signal) ?? noSuchProgram, signal },
      ),
    );
  });
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => child.kill(signal),
    unref: () => child.unref(),
  };
}

function exitOfSignal(signal: NodeJS.Signals | null): number | undefined {
  return signal === null ? undefined : 128 + constants.signals[signal];
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone already.
  }
}

async function readLines(lines: AsyncIterable<string>, onLine: (line: string) => void): Promise<void> {
  for await (const line of lines) onLine(line);
}
