/** Why a machine that was killed is still there: what is dead, or cannot die, in a pid namespace below ours. */
import { readdirSync, readFileSync } from 'node:fs';

const mostShown = 5;
const states: Readonly<Record<string, string>> = {
  D: 'waits in the kernel',
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
  const words = held.slice(0, mostShown).map(({ text }) => text);
  return {
    text: words.join(', ') || 'its processes were killed, but its pid namespace is still there',
    inKernel: held.some(({ inKernel }) => inKernel),
  };
}

function holder(pid: string): readonly Holders[] {
  const status = statusOf(pid);
  const [state = ''] = field(status, 'State');
  const words = states[state];
  if (words === undefined || field(status, 'NSpid').split('\t').length < 2) return [];
  const parent = field(status, 'PPid');
  const text = `${field(status, 'Name')} (${pid}) ${words} (${parent}: ${field(statusOf(parent), 'Name')})`;
  return [{ text, inKernel: state === 'D' }];
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
