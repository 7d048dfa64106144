/** Waits for the end of one step: its answer, the shell's end, the time-out, an abort, or a shell gone deaf. */
import type { Ending } from '../process.ts';
import type { Answer } from './answer.ts';
import { processesOfStep } from './kill.ts';
import type { Shell } from './shell.ts';
import { eachSecond, onAbort, watchMs } from './clock.ts';

export interface StepEnd {
  readonly answer?: Answer | undefined;
  /** The shell has ended. */
  readonly ending?: Ending | undefined;
  /** What we did first. */
  readonly stop?: Stop | undefined;
}
/** `deaf`: the step is over and yet the driver's own lines got no answer. */
export type Stop = 'timed-out' | 'interrupted' | 'deaf';

const pressMs = 50;
/** When, after the first signals, what the step started is killed, and when the shell is. */
const patience = {
  'timed-out': { killMs: 1000, shellMs: 1500 },
  interrupted: { killMs: 300, shellMs: 500 },
  deaf: { killMs: 0, shellMs: 0 },
} as const;

export function waitForStep(
  shell: Shell,
  startedAtMs: number,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<StepEnd> {
  return new Promise((resolve) => {
    let stop: Stop | undefined;
    let stoppedAtMs = 0;
    let stopped: StepEnd | undefined;
    let idleTwice = false;
    let asking = false;
    let pressing = false;
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const presses = new Map<number, number>();
    const interrupt = (): void => halt('interrupted');
    const endWatch = eachSecond(() => void watch());
    const endListening = onAbort(signal, interrupt);
    if (timeoutMs < 2 * watchMs) timer = setTimeout(() => halt('timed-out'), timeoutMs);

    /**
     * epoll reports a pipe that was written earlier no later than one written after it, and Node reads every
     * reported pipe until it is empty before it runs an immediate: by then all output of the step is here.
     * So the boundary needs no mark in the output, which a step could forge, and no second round trip.
     */
    const finish = (end: StepEnd): void => {
      isOver = true;
      endWatch();
      endListening();
      clearTimeout(timer);
      shell.listener = undefined;
      const done = { ...end, stop };
      if (shell.drained === undefined) setImmediate(resolve, done);
      else void shell.drained(end.answer !== undefined).then(() => resolve(done));
    };
    /** After a stop, what the step left running goes first. */
    const over = (end: StepEnd): void => {
      if (stop === undefined) return finish(end);
      stopped = end;
      clearTimeout(timer);
      void press(stop);
    };
    shell.listener = { answered: (answer) => over({ answer }), ended: (ending) => over({ ending }) };

    // An abort that came before, while the shell was opened say, tells nobody any more.
    if (signal.aborted) setImmediate(interrupt);

    async function watch(): Promise<void> {
      const sinceMs = performance.now() - startedAtMs;
      // A step that has just begun is given a second.
      if (stop !== undefined || sinceMs < watchMs) return;
      const leftMs = timeoutMs - sinceMs;
      if (leftMs < 2 * watchMs) timer ??= setTimeout(() => halt('timed-out'), Math.max(leftMs, 0));
      if (asking) return;
      asking = true;
      const idle = await shell.atPrompt();
      asking = false;
      if (isOver || stop !== undefined) return;
      if (idle && idleTwice) return halt('deaf');
      idleTwice = idle;
    }

    function halt(why: Stop): void {
      clearTimeout(timer);
      if (stop !== undefined) return;
      stop = why;
      stoppedAtMs = performance.now();
      void press(why);
    }

    /**
     * Like Ctrl-C, then harder. A bash gives a line up only if its child died of SIGINT too, so TERM comes at the
     * next press; asked again and again, as bash may have gone on to the next command.
     */
    async function press(why: Stop): Promise<void> {
      // The one that is under way sees what has come meanwhile.
      if (pressing) return;
      pressing = true;
      const sinceMs = performance.now() - stoppedAtMs;
      const { killMs, shellMs } = patience[why];
      const sinceTicks = shell.ticksAt(startedAtMs);
      const { signal: send, list } = shell.processes;
      if (stopped === undefined && sinceMs >= shellMs) shell.kill();
      else if (stopped === undefined && !(await shell.atPrompt())) send(shell.pid, 'SIGINT');
      const left = processesOfStep({ chain: shell.chain, sinceTicks }, await list());
      pressing = false;
      if (stopped !== undefined && (left.length === 0 || sinceMs > shellMs)) return finish(stopped);
      for (const pid of left) {
        if (sinceMs >= killMs) send(pid, 'SIGKILL');
        const times = presses.get(pid) ?? 0;
        presses.set(pid, times + 1);
        if (times > 1) continue;
        send(pid, times === 0 ? 'SIGINT' : 'SIGTERM');
        send(pid, 'SIGCONT');
      }
      if (stopped === undefined) send(shell.pid, 'SIGCONT');
      timer = setTimeout(() => void press(why), pressMs);
    }
  });
}
