/** A session: one bash after another that steps are typed into, with true pipes and exact ends. */
import { UserError } from '../../src/error.ts';
import type { Run, RunOptions, Session, ShellPlace } from '../machine.ts';
import type { SessionOptions } from '../capsule/sessions.ts';
import { makeCollector, type Collector } from './collect.ts';
import { deskHere, type Desk, type Receive } from './desk.ts';
import { exportLines, stepFile, typeStep } from './script.ts';
import { defines, exportsIn, traps } from './exports.ts';
import type { Shell, ShellState } from './shell.ts';
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
  options: SessionOptions,
): Promise<Session> {
  const { timeoutScale } = options;
  return openSessionAt(name, place.cwd, (receive) => deskHere(name, place, receive, timeoutScale), options);
}

/** `cwd` is where the first shell begins. */
export async function openSessionAt(
  name: string,
  cwd: string,
  openDesk: (receive: Receive) => Promise<Desk>,
  options: { readonly signal: AbortSignal },
): Promise<Session> {
  options.signal.throwIfAborted();
  let output = outputUpTo(betweenBytes);
  const receive: Receive = (fd, chunk) => {
    output[fd].add(chunk);
    output.onOutput?.(fd, chunk);
  };
  const desk = await openDesk(receive);
  let shell: Shell | undefined;
  let last: ShellState = { directory: Buffer.from(cwd), exported: Buffer.alloc(0) };
  // A step's stdin takes the place of the exports that the shell left there.
  let exported: Buffer | undefined;
  // Once a step has defined something, any word may change what is exported.
  let opaque = false;
  let trapped = false;
  let busy = false;
  let disposed = false;

  async function open(): Promise<Shell> {
    shell = await desk.start(last);
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
      trapped ||= traps(text);
      const typed = stepFile(text, runOptions, trapped);
      if (shell?.alive() !== true) await open();
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
    exported = runOptions.stdin === undefined ? undefined : await desk.read();
    if (runOptions.stdin !== undefined) desk.lay(current, 'input', runOptions.stdin);
    desk.lay(current, 'step', typed);
    const startedAtMs = performance.now();
    const waiting = waitForStep(current, startedAtMs, runOptions);
    current.type(typeStep({ back: runOptions.cwd !== undefined, dump }));
    const end = await waiting;
    const durationMs = performance.now() - startedAtMs;
    const { out, err } = output;
    output = outputUpTo(betweenBytes);
    const gone = end.answer === undefined ? await desk.gone?.() : undefined;
    if (gone !== undefined) throw gone;
    const replaced = await replaceIfNeeded(current, end, runOptions.exports ?? {});
    return { ...outcomeOf(end), replaced, stdout: out.collected(), stderr: err.collected(), durationMs };
  }

  /** What is said about the new shell, or why there is none; undefined when none is needed. */
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
    last = {
      directory: current.directory(),
      exported: Buffer.concat([exported ?? (await desk.read()), news]),
    };
    if (restricted) await desk.end(current);
    // Whoever interrupts waits for us: the next step, if any, opens its shell itself.
    if (end.stop === 'interrupted') return undefined;
    const why = restricted ? 'the step made the shell a restricted one' : reasonOf(end);
    try {
      const next = await open();
      return `${why}; a new shell took over the directory ${next.directory().toString()} and the exported variables`;
    } catch (error) {
      // The next step tries again, and fails by the same cause.
      if (error instanceof UserError) return `${why}; there is no new one: ${error.message}`;
      throw error;
    }
  }

  async function dispose(): Promise<void> {
    if (disposed) return;
    disposed = true;
    if (shell !== undefined) await desk.end(shell);
    desk.close();
  }

  try {
    await open();
    options.signal.throwIfAborted();
  } catch (error) {
    await dispose();
    throw error;
  }
  return { name, run, [Symbol.asyncDispose]: dispose };
}

function outputUpTo(limitBytes: number, onOutput?: RunOptions['onOutput']): Output {
  return { out: makeCollector(limitBytes), err: makeCollector(limitBytes), onOutput };
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
