/** Why a machine that was killed is still there: what is dead, or cannot die, in a pid namespace below ours. */
import { readdirSync, readFileSync } from 'node:fs';

const mostShown = 5;
const states: Readonly<Record<string, string>> = {
  D: 'waits in the kernel',
  T: 'is stopped',
  Z: 'waits for its parent to reap it',
};
const beingEnded = 'is being ended by the kernel';
/** PF_EXITING of include/linux/sched.h, in the flags of /proc/PID/stat. */
const exiting = 0x4;

export interface Holders {
  /** A part of a sentence. Those of other containers are named too: a dead process does not tell its namespace. */
  readonly text: string;
  /** The kernel has yet to finish something: it may end by itself. */
  readonly inKernel: boolean;
}

/** `capsule` made the machine and goes last: while it ends, the kernel frees its mounts and what lies in them. */
export function whatHolds(capsule?: number): Holders {
  const held = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => holder(pid, Number(pid) === capsule));
  const words = held.slice(0, mostShown).map(({ text }) => text);
  return {
    text: words.join(', ') || 'its processes were killed, but its pid namespace is still there',
    inKernel: held.some(({ inKernel }) => inKernel),
  };
}

function holder(pid: string, isCapsule: boolean): readonly Holders[] {
  const status = statusOf(pid);
  const [state = ''] = field(status, 'State');
  const ends = state === 'R' && isExiting(pid);
  const words = ends ? beingEnded : states[state];
  if (words === undefined || (!isCapsule && field(status, 'NSpid').split('\t').length < 2)) return [];
  const parent = field(status, 'PPid');
  const text = `${field(status, 'Name')} (${pid}) ${words} (${parent}: ${field(statusOf(parent), 'Name')})`;
  return [{ text, inKernel: ends || state === 'D' }];
}

/** Its name, which may hold anything, ends at the last parenthesis. */
function isExiting(pid: string): boolean {
  const [, , , , , , flags] = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(flags) & exiting) !== 0;
}

function field(status: string, name: string): string {
  return new RegExp(`^${name}:\\t(.*)$`, 'm').exec(status)?.[1] ?? '';
}

function statusOf(pid: string): string {
  return read(`/proc/${pid}/status`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
