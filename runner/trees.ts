/** The verb `boot`: a tree in the machine is booted as a second terminal would, and its console kept. */
import { shellWord } from '../src/describe-text.ts';
import { basename } from 'node:path';
import type { Failure } from '../src/event.ts';
import type { Step } from '../src/scenario.ts';
import { substitute } from '../src/substitute.ts';
import type { Run } from './machine.ts';
import type { Attempt, StepContext } from './steps.ts';

/** Prints the state of the machine's system once it has one that lasts; ends with 1 where that is no good one. */
const awaitSystem = `
until state=$(systemctl -M "$1" is-system-running 2>/dev/null); [ "$state" = running ] || [ "$state" = degraded ]; do
  sleep 0.05
done
printf '%s\\n' "$state"`;

export async function bootTree(
  step: Extract<Step, { verb: 'boot' }>,
  context: StepContext,
): Promise<Attempt> {
  const text = (raw: string): string => substitute(raw, context.variables).text;
  const directory = text(step.boot);
  const name = step.as === undefined ? basename(directory) : text(step.as);
  const words = ['systemd-nspawn', '-q', '-b', '-D', directory, '-M', name, ...step.args.map(text)];
  const stopping = new AbortController();
  const shell = await context.session(`boot-${name}`);
  const console: Promise<Run> = shell.run(words.map(shellWord).join(' '), {
    signal: AbortSignal.any([context.signal, stopping.signal]),
    timeoutMs: Number.POSITIVE_INFINITY,
    merge: true,
    outputLimitBytes: step.outputLimitBytes,
    onOutput: (_fd, chunk) => context.live?.add('console', chunk),
  });
  const watching = new AbortController();
  const waiting = context.machine.exec(['sh', '-c', awaitSystem, 'sh', name], {
    signal: AbortSignal.any([context.signal, watching.signal]),
    timeoutMs: context.timeoutMs,
  });
  const first = await Promise.race([
    waiting.then((result) => ({ kind: 'system' as const, result })),
    console.then((run) => ({ kind: 'ended' as const, run })),
  ]);
  if (first.kind === 'ended') {
    watching.abort();
    await waiting.catch(() => undefined);
    if (context.signal.aborted) return { failures: [], captures: {}, notes: [], ended: 'interrupted' };
    return failed(
      `systemd-nspawn ended with ${first.run.exit} before the system in ${directory} ran`,
      first.run.stdout.bytes,
    );
  }
  if (first.result.timedOut) {
    stopping.abort();
    const run = await console;
    const failure: Failure = {
      kind: 'timeout',
      limitMs: context.timeoutMs,
      waitedFor: `the system in ${directory} to run`,
    };
    return {
      failures: [failure, ...bootFailure(`it did not come up`, run.stdout.bytes)],
      captures: {},
      notes: [],
      over: 'timeout',
    };
  }
  const state = first.result.stdout.trim();
  if (first.result.exit !== 0 || state === '') {
    stopping.abort();
    const run = await console;
    return failed(`the machine went down while the system in ${directory} was booted`, run.stdout.bytes);
  }
  const notes = state === 'degraded' ? [`the system in ${directory} is degraded`] : [];
  const ended = console.then((run): Attempt => {
    const byUs = stopping.signal.aborted || context.signal.aborted;
    // What nspawn booted goes on when it is killed (252 and 262).
    const died = `the systemd-nspawn that booted ${directory} ended with ${run.exit} while the job went on`;
    return { exit: run.exit, failures: [], captures: {}, notes: byUs || run.exit === 0 ? [] : [died] };
  });
  return {
    failures: [],
    captures: {},
    notes,
    beside: { ended, stop: () => stopping.abort('end of job') },
  };
}

function failed(message: string, console: Uint8Array): Attempt {
  return { failures: bootFailure(message, console), captures: {}, notes: [], over: message };
}

function bootFailure(message: string, console: Uint8Array): readonly Failure[] {
  const text = new TextDecoder().decode(console).split('\n').slice(-40).join('\n');
  return [{ kind: 'boot', message, evidence: [{ title: 'console', text }] }];
}
