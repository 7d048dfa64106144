/** Why a machine that was killed is still there: what is dead, or cannot die, in a pid namespace below ours. */
import { readdirSync, readFileSync } from 'node:fs';

const mostShown = 5;
const states: Readonly<Record<string, string>> = {
  D: 'waits in the kernel',
  T: 'is stopped',
  Z: 'waits for its parent to reap it',
};

/** A part of a sentence. Those of other containers are named too: a dead process does not tell its namespace. */
export function whatHolds(): string {
  const held = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(holder);
  if (held.length === 0) return 'its processes were killed, but its pid namespace is still there';
  return held.slice(0, mostShown).join(', ');
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
