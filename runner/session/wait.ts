/** Waits for the end of one step: its answer, the shell's end, the time-out, an abort, or a shell gone deaf. */
import type { Ending } from '../process.ts';
import type { Answer } from './answer.ts';
import { processesOfStep, sendSignal } from './kill.ts';
import type { Shell } from './shell.ts';

export interface StepEnd {
  readonly answer?: Answer | undefined;
  /** The shell has ended. */
  readonly ending?: Ending | undefined;
  /** What we did first. */
  readonly stop?: Stop | undefined;
}
/** `deaf`: the step is over and yet the driver's own lines got no answer. */
export type Stop = 'timed-out' | 'interrupted' | 'deaf';

const watchMs = 1000;
const pressMs = 50;
/** When, after the first signals, what the step started is killed, and when the shell is. */
const patience = {
  'timed-out': { killMs: 1000, shellMs: 1500 },
  interrupted: { killMs: 400, shellMs: 700 },
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
    let idleTwice = false;
    let timer = setTimeout(watch, Math.min(watchMs, timeoutMs));
    const told = new Set<number>();
    const interrupt = (): void => halt('interrupted');
    signal.addEventListener('abort', interrupt, { once: true });

    /**
     * epoll reports a pipe that was written earlier no later than one written after it, and Node reads every
     * reported pipe until it is empty before it runs an immediate: by then all output of the step is here.
     * So the boundary needs no mark in the output, which a step could forge, and no second round trip.
     */
    const finish = (end: StepEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
      shell.listener = undefined;
      setImmediate(resolve, { ...end, stop });
    };
    shell.listener = { answered: (answer) => finish({ answer }), ended: (ending) => finish({ ending }) };

    function watch(): void {
      const leftMs = timeoutMs - (performance.now() - startedAtMs);
      if (leftMs <= 0) return halt('timed-out');
      const idle = shell.atPrompt();
      if (idle && idleTwice) return halt('deaf');
      idleTwice = idle;
      timer = setTimeout(watch, Math.min(watchMs, leftMs));
    }

    function halt(why: Stop): void {
      clearTimeout(timer);
      if (stop !== undefined) return;
      stop = why;
      stoppedAtMs = performance.now();
      press(why);
    }

    /**
     * Like Ctrl-C, then harder. A bash gives a line up only if its child died of SIGINT too, hence both signals;
     * asked again, as it may have gone on to the next command.
     */
    function press(why: Stop): void {
      const sinceMs = performance.now() - stoppedAtMs;
      const { killMs, shellMs } = patience[why];
      if (sinceMs >= shellMs) shell.kill();
      else sendSignal(shell.pid, 'SIGINT');
      const sinceTicks = shell.ticksAt(startedAtMs);
      for (const pid of processesOfStep({ chain: shell.chain, sinceTicks })) {
        if (sinceMs >= killMs) sendSignal(pid, 'SIGKILL');
        if (told.has(pid)) continue;
        told.add(pid);
        for (const one of ['SIGINT', 'SIGTERM', 'SIGCONT'] as const) sendSignal(pid, one);
      }
      sendSignal(shell.pid, 'SIGCONT');
      timer = setTimeout(() => press(why), pressMs);
    }
  });
}
