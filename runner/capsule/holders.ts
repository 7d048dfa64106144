/** Why a machine that was killed is still there: what is dead, or cannot die, in a pid namespace below ours. */
import { readdirSync, readFileSync } from 'node:fs';

const mostShown = 5;
const inKernel = ' waits in the kernel ';
const states: Readonly<Record<string, string>> = {
  D: inKernel.trim(),
  T: 'is stopped',
  Z: 'waits for its parent to reap it',
};

export interface Holders {
  /** A part of a sentence. Those of other containers are named too: a dead process does not tell its namespace. */
  readonly text: string;
  /** The kernel has yet to finish something: it may end by itself. */
  readonly inKernel: boolean;
}

export function whatHolds(): Holders {
  const held = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(holder);
  const text = held.slice(0, mostShown).join(', ');
  return {
    text: text === '' ? 'its processes were killed, but its pid namespace is still there' : text,
    inKernel: held.some((one) => one.includes(inKernel)),
  };
}

function holder(pid: string): readonly string[] {
  const status = statusOf(pid);
  const state = states[field(status, 'State')[0] ?? ''];
  if (state === undefined || field(status, 'NSpid').split('\t').length < 2) return [];
  const parent = field(status, 'PPid');
  return [`${field(status, 'Name')} (${pid}) ${state} (${parent}: ${field(statusOf(parent), 'Name')})`];
}

function field(status: string, name: string): string {
  return new RegExp(`^${name}:\\t(.*)$`, 'm').exec(status)?.[1] ?? '';
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
