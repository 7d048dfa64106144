/** A session: one bash after another that steps are typed into, with true pipes and exact ends. */
import { closeSync, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { UserError } from '../../src/error.ts';
import type { Run, RunOptions, Session, ShellPlace } from '../machine.ts';
import { makeCollector, type Collector } from './collect.ts';
import { endShell } from './end.ts';
import { makeFile, makePipes, readPipe, type Pipe } from './pipes.ts';
import { exportLines, stepFile, typeStep } from './script.ts';
import { defines, exportsIn } from './exports.ts';
import { startShell, type Shell, type ShellState } from './shell.ts';
import { waitForStep, type StepEnd } from './wait.ts';

interface Output {
  readonly out: Collector;
  readonly err: Collector;
  readonly onOutput?: RunOptions['onOutput'];
}

/** Of the output that comes while no step runs, and so belongs to the next one. */
const betweenBytes = 1024 * 1024;

export async function openSession(
  name: string,
  place: ShellPlace,
  options: { readonly signal: AbortSignal },
): Promise<Session> {
  options.signal.throwIfAborted();
  const [out, err, ...first] = await (spare.pop() ?? makePipes(sessionPipeKinds));
  if (out === undefined || err === undefined) throw new Error('mkfifo made too few pipes');
  const input = makeFile();
  const step = makeFile();
  const handed = { out: out.theirs, err: err.theirs, input, step };
  let output = outputUpTo(betweenBytes);
  const receive = (fd: 'out' | 'err', chunk: Uint8Array): void => {
    output[fd].add(chunk);
    output.onOutput?.(fd, chunk);
  };
  const readers = [
    readPipe(out.ours, (chunk) => receive('out', chunk)),
    readPipe(err.ours, (chunk) => receive('err', chunk)),
  ];
  let shell: Shell | undefined;
  let last: ShellState = { directory: Buffer.from(place.cwd), exported: Buffer.alloc(0) };
  // A step's stdin takes the place of the exports that the shell left in the file.
  let exported: Buffer | undefined;
  // Once a step has defined something, any word may change what is exported.
  let opaque = false;
  const leaders = new Set<number>();
  let busy = false;
  let disposed = false;

  async function open(pipes: readonly Pipe[]): Promise<Shell> {
    shell = await startShell(name, place, handed, asShellPipes(pipes), last);
    leaders.add(shell.leader);
    return shell;
  }

  async function run(text: string, runOptions: RunOptions): Promise<Run> {
    if (busy)
      throw new UserError(
        `cannot type into the session "${name}": a background step or a booted tree holds it`,
        {
          hint: 'name another session for this step',
        },
      );
    if (disposed) throw new UserError(`cannot type into the session ${name}: it is closed`, { status: 3 });
    busy = true;
    try {
      opaque ||= defines(text);
      const dump =
        opaque || runOptions.exports !== undefined || runOptions.stdin !== undefined || exportsIn(text);
      const typed = stepFile(text, runOptions);
      if (shell?.alive() !== true) await open(await makePipes(shellPipeKinds));
      if (shell === undefined) throw new Error('a shell that opened is here');
      return await runIn(shell, typed, dump, runOptions);
    } finally {
      busy = false;
    }
  }

  async function runIn(current: Shell, typed: string, dump: boolean, runOptions: RunOptions): Promise<Run> {
    const between = output;
    output = outputUpTo(runOptions.outputLimitBytes, runOptions.onOutput);
    if (between.out.totalBytes() > 0) receive('out', between.out.collected().bytes);
    if (between.err.totalBytes() > 0) receive('err', between.err.collected().bytes);
    exported = runOptions.stdin === undefined ? undefined : content(input);
    if (runOptions.stdin !== undefined) fill(input, runOptions.stdin);
    fill(step, typed);
    const startedAtMs = performance.now();
    const waiting = waitForStep(current, startedAtMs, runOptions);
    current.type(typeStep({ back: runOptions.cwd !== undefined, dump }));
    const end = await waiting;
    const durationMs = performance.now() - startedAtMs;
    const { out, err } = output;
    output = outputUpTo(betweenBytes);
    const replaced = await replaceIfNeeded(current, end, runOptions.exports ?? {});
    return { ...outcomeOf(end), replaced, stdout: out.collected(), stderr: err.collected(), durationMs };
  }

  /** What is said about the new shell; undefined when none is needed, or none can be had now. */
  async function replaceIfNeeded(
    current: Shell,
    end: StepEnd,
    told: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    // A disposed session wants no other shell.
    if (disposed) return undefined;
    // A restricted shell would refuse our own lines; there is no way back from it.
    const restricted = end.answer?.flags.includes('r') === true;
    if (end.answer !== undefined && !restricted) return undefined;
    // What this step was the first to be told is not in what the shell left.
    const news = Buffer.from(
      exportLines(told)
        .map((line) => `${line}\n`)
        .join(''),
    );
    last = { directory: current.directory(), exported: Buffer.concat([exported ?? content(input), news]) };
    if (restricted) await endShell(current, leaders);
    // Whoever interrupts waits for us: the next step, if any, opens its shell itself.
    if (end.stop === 'interrupted') return undefined;
    const why = restricted ? 'the step made the shell a restricted one' : reasonOf(end);
    try {
      const next = await open(await makePipes(shellPipeKinds));
      return `${why}; a new shell took over the directory ${next.directory().toString()} and the exported variables`;
    } catch (error) {
      // The next step tries again and then says so.
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  async function dispose(): Promise<void> {
    if (disposed) return;
    disposed = true;
    if (shell !== undefined) await endShell(shell, leaders);
    for (const reader of readers) reader.close();
    for (const fd of Object.values(handed)) closeSync(fd);
  }

  try {
    await open(first);
    options.signal.throwIfAborted();
  } catch (error) {
    await dispose();
    throw error;
  }
  return { name, run, [Symbol.asyncDispose]: dispose };
}

const shellPipeKinds = ['write', 'read', 'read'] as const;
const sessionPipeKinds = ['read', 'read', ...shellPipeKinds] as const;

/** Made while a machine starts, for the session that is opened next. */
const spare: Promise<Pipe[]>[] = [];

/** Called while something else is waited for: making pipes takes a process. */
export function prepareSession(): void {
  const pipes = makePipes(sessionPipeKinds);
  pipes.catch(() => undefined);
  spare.push(pipes);
}

function asShellPipes(pipes: readonly Pipe[]): { control: Pipe; status: Pipe; chatter: Pipe } {
  const [control, status, chatter] = pipes;
  if (control === undefined || status === undefined || chatter === undefined) {
    throw new Error('mkfifo made too few pipes');
  }
  return { control, status, chatter };
}

function outputUpTo(limitBytes: number, onOutput?: RunOptions['onOutput']): Output {
  return { out: makeCollector(limitBytes), err: makeCollector(limitBytes), onOutput };
}

/** A file that a shell opens anew for each step. */
function fill(fd: number, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written, bytes.length - written, written);
  if (fstatSync(fd).size > bytes.length) ftruncateSync(fd, bytes.length);
}

function content(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
}

function outcomeOf({ answer, ending, stop }: StepEnd): Pick<Run, 'exit' | 'signal' | 'ended'> {
  const exit = answer?.exit ?? ending?.exit ?? 0;
  const ended =
    stop === 'timed-out' || stop === 'interrupted' ? stop : answer === undefined ? 'shell-ended' : 'normal';
  return { exit, signal: ending?.signal, ended };
}

function reasonOf({ ending, stop }: StepEnd): string {
  if (stop === 'deaf') return 'the step left a shell that took no more commands and was killed';
  if (stop !== undefined) return 'the shell did not answer an interrupt and was killed';
  return ending?.signal === undefined
    ? `the step ended the shell (exit ${ending?.exit})`
    : `the shell was killed (${ending.signal})`;
}
