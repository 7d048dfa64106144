/** One boot of a machine: from the start of systemd-nspawn to a system that runs, or to the evidence why not. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Evidence, Failure } from '../../../src/event.ts';
import type { Capsule, Ending } from '../../capsule/capsule.ts';
import type { ConsoleLog } from '../../capsule/console.ts';
import { execAt } from '../../capsule/inside.ts';
import type { ShellPlace } from '../../machine.ts';
import { enteredMarker } from './arguments.ts';
import { findLeader, waitForPath } from './leader.ts';
import { askSystem, type SystemAnswer } from './probe.ts';
import { whyNotStarted } from './refusal.ts';

export interface Boot extends SystemAnswer {
  readonly ok: true;
  /** PID 1 of the machine, as seen from here. */
  readonly leader: number;
  readonly ended: Promise<Ending>;
}
export type BootFailure = { readonly ok: false; readonly failure: Failure };

export interface BootOptions {
  readonly booted: boolean;
  /** Words before a program that is to run in the machine with this PID 1. */
  readonly enter: (leader: number) => readonly string[];
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string>>;
  readonly console: ConsoleLog;
  readonly signal: AbortSignal;
}

/** Never throws but for an abort by the caller's own signal. */
export async function awaitBoot(capsule: Capsule, options: BootOptions): Promise<Boot | BootFailure> {
  const ended = capsule.ended();
  const limit = AbortSignal.timeout(options.timeoutMs);
  const over = new AbortController();
  void ended.then((ending) => over.abort(ending));
  const signal = AbortSignal.any([options.signal, limit, over.signal]);
  let leader: number | undefined;
  try {
    leader = await findLeader(capsule.group.main, signal);
    const place = { prefix: options.enter(leader), env: options.env };
    if (!options.booted) {
      await options.console.said(enteredMarker, signal);
      return { ok: true, leader, ended, bootId: '', state: '', failedUnits: '' };
    }
    // Made by PID 1 early on, with or without a bus; the question then waits for the end of the boot.
    await waitForPath(leader, ['run', 'systemd', 'private'], signal);
    const answer = await askSystem(place, signal);
    signal.throwIfAborted();
    if (answer.state === 'running' || answer.state === 'degraded')
      return { ok: true, leader, ended, ...answer };
    const message = `the system inside is "${answer.state}", not "running"`;
    return bootFailure(message, await evidence(options, place));
  } catch (error) {
    options.signal.throwIfAborted();
    if (over.signal.aborted) {
      // An init that dies at once is gone before it is found: then its cgroup tells that it was there.
      const hadLeader = leader !== undefined || existsSync(join(capsule.group.main, 'payload'));
      return endedEarly(options, await ended, hadLeader);
    }
    if (!limit.aborted) throw error;
    const waited = `the system inside did not start up within ${Number((options.timeoutMs / 1000).toFixed(1))} s`;
    return bootFailure(
      waited,
      await evidence(
        options,
        leader === undefined ? undefined : { prefix: options.enter(leader), env: options.env },
      ),
    );
  }
}

async function endedEarly(options: BootOptions, ending: Ending, hadLeader: boolean): Promise<BootFailure> {
  const refusal = whyNotStarted(ending, options.console.tail(10));
  if (refusal !== undefined || !hadLeader)
    return {
      ok: false,
      failure: {
        kind: 'error',
        message: `cannot start the machine: ${refusal?.cause ?? `systemd-nspawn ended with ${ending.status}`}`,
        hint: refusal?.hint,
        detail: options.console.tail(20),
      },
    };
  return bootFailure(
    `PID 1 of the machine ended during the boot (systemd-nspawn: ${ending.status})`,
    await evidence(options, undefined),
  );
}

function bootFailure(message: string, evidence: readonly Evidence[]): BootFailure {
  return { ok: false, failure: { kind: 'boot', message, evidence } };
}

/** What a person would look at next. The system may hang: each question has a limit of its own. */
async function evidence(
  options: BootOptions,
  place: Pick<ShellPlace, 'prefix' | 'env'> | undefined,
): Promise<readonly Evidence[]> {
  const ask = async (title: string, argv: readonly string[]): Promise<Evidence> => {
    if (place === undefined) return { title, text: '' };
    const { stdout, stderr, timedOut } = await execAt(place, argv, {
      signal: options.signal,
      timeoutMs: 3000,
    });
    return {
      title,
      text: timedOut ? `no answer from "${argv.join(' ')}" within 3 s` : stdout || stderr || 'none',
    };
  };
  const asked = await Promise.all([
    ask('failed units', ['systemctl', '--failed', '--no-pager', '--no-legend', '--plain']),
    ask('waiting jobs', ['systemctl', 'list-jobs', '--no-pager', '--no-legend']),
  ]);
  return [
    { title: 'console', text: options.console.tail(40) },
    ...asked.filter(({ text }) => text !== '').map(({ title, text }) => ({ title, text: runningLast(text) })),
  ];
}

/** The jobs that all others wait for stand where one looks: at the end. */
function runningLast(jobs: string): string {
  const lines = jobs.trimEnd().split('\n');
  return lines.toSorted((one, other) => Number(isRunning(one)) - Number(isRunning(other))).join('\n');
}

function isRunning(job: string): boolean {
  return / running\s*$/.test(job);
}
