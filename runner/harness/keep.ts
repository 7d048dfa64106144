/** Shells and kept machines: a person's look at what happened. */
import { createInterface } from 'node:readline';
import type { Outcome } from '../../src/event.ts';
import { isBad } from '../../src/outcome.ts';
import type { Job } from '../../src/plan.ts';
import type { RunScope } from '../capsule/run-scope.ts';
import type { Input } from '../command.ts';
import type { JobOptions } from '../job.ts';
import { openShell } from '../interactive.ts';
import type { Machine } from '../machine.ts';
import { enterCommand } from '../running.ts';
import { shellAt } from './shell-choice.ts';

export interface Keeper {
  readonly beforeEnd: JobOptions['beforeEnd'];
  readonly atStep: JobOptions['atStep'];
  hold(signal: AbortSignal): Promise<void>;
}

export function keepMachines(input: Input, scope: RunScope, pause: (paused: boolean) => void): Keeper {
  const kept: { job: Job; machines: readonly Machine[] }[] = [];
  const wanted = (name: string, outcome: Outcome): boolean => {
    const choice = input.value(name);
    return choice === 'always' || (choice === 'on-failure' && isBad(outcome));
  };
  scope.defer(async () => {
    for (const machine of kept.flatMap(({ machines }) => machines)) await machine[Symbol.asyncDispose]();
  });
  const shell = async (machine: Machine, why: string): Promise<void> => {
    pause(true);
    process.stdout.write(`\n${why}\n`);
    await openShell(machine.shellArgv());
    pause(false);
  };
  const at = shellAt(input.value('shell'));
  return {
    atStep:
      at &&
      (async (side, step, job, machine) => {
        if (side !== at.side || step.id !== at.step) return;
        await shell(
          machine,
          `${job.name} is ${side} the step "${step.id}"; this is a shell in its machine. "exit" ends it, and the job goes on.`,
        );
      }),
    beforeEnd: async (job, machines, outcome) => {
      const [machine] = machines;
      if (machine !== undefined && wanted('shell', outcome))
        await shell(
          machine,
          `${job.name} is ${outcome}; this is a shell in its machine. "exit" ends it and the machine.`,
        );
      if (!wanted('keep', outcome) || job.machine.kind !== 'root') return false;
      kept.push({ job, machines });
      return true;
    },
    hold: async (signal) => {
      if (kept.length === 0 || signal.aborted) return;
      process.stdout.write(
        `\nKept until Ctrl-C${process.stdin.isTTY ? ' or Enter' : ''}; a shell there, from another terminal:\n`,
      );
      for (const { job, machines } of kept)
        for (const machine of machines) {
          const on = machines.length === 1 ? '' : `, ${machine.name}`;
          process.stdout.write(
            `  ${job.name}${on}\n    ${enterCommand(job.name, machine, machines.length)}\n`,
          );
        }
      await released(signal);
    },
  };
}

async function released(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (!process.stdin.isTTY) {
      // Nothing else holds the program: a signal must find it waiting.
      const held = setInterval(() => undefined, 1 << 30);
      signal.addEventListener('abort', () => clearInterval(held), { once: true });
      return;
    }
    const lines = createInterface({ input: process.stdin });
    const done = (): void => {
      lines.close();
      resolve();
    };
    lines.once('line', done);
    lines.once('SIGINT', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
