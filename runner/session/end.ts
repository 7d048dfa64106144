/** Ends a shell and all that its steps left running. */
import { setTimeout as sleep } from 'node:timers/promises';
import { descendantsOf, type ProcessEntry, type ProcessTable } from './kill.ts';
import type { Shell } from './shell.ts';

const shellMs = 500;
const childrenMs = 500;
const pollMs = 10;

/** `leaders` are those of earlier shells as well. An idle shell gets to run its EXIT trap; what descends from it, or is in its session, gets a TERM first. */
export async function endShell(shell: Shell, leaders: ReadonlySet<number>, isGone = false): Promise<void> {
  if (isGone) return void (await shell.ended);
  const { list, alive, signal } = shell.processes;
  const children = childrenOf(shell, leaders, await list());
  for (const { pid } of children) {
    signal(pid, 'SIGTERM');
    signal(pid, 'SIGCONT');
  }
  shell.hangUp();
  if (shell.alive()) {
    const timer = new AbortController();
    const late = sleep(shellMs, undefined, { signal: timer.signal }).then(shell.kill, () => undefined);
    await Promise.race([shell.ended, late]);
    timer.abort();
    await shell.ended;
  }
  const until = performance.now() + childrenMs;
  while ((await alive(children)).length > 0 && performance.now() < until) await sleep(pollMs);
  // Born meanwhile or deaf to TERM.
  const orphans = [...(await list()).values()].filter((entry) => isOrphan(entry, shell, leaders));
  for (const entry of await alive([...children, ...orphans])) signal(entry.pid, 'SIGKILL');
}

function childrenOf(shell: Shell, leaders: ReadonlySet<number>, table: ProcessTable): ProcessEntry[] {
  const below = shell.alive() ? descendantsOf(shell.pid, table) : [];
  const orphans = [...table.values()].filter((entry) => isOrphan(entry, shell, leaders));
  return [...new Set([...below, ...orphans])].filter((entry) => entry.pid !== shell.pid);
}

/** In a session of ours, and no link of the chain from the process we started to the shell. */
function isOrphan(entry: ProcessEntry, shell: Shell, leaders: ReadonlySet<number>): boolean {
  return leaders.has(entry.session) && !shell.chain.includes(entry.pid);
}
