/** Finds processes through /proc, seen from outside every namespace, and ends them. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** In clock ticks (1/100 s on Linux) since the computer started. */
  readonly startTicks: number;
}
export type ProcessTable = ReadonlyMap<number, ProcessEntry>;

/** The processes among which a shell lives: of this computer, or of another. */
export interface Processes {
  /** All but zombies; none where they cannot be had any more. */
  list(): ProcessTable | Promise<ProcessTable>;
  /** Those of them that still run. */
  alive(entries: readonly ProcessEntry[]): readonly ProcessEntry[] | Promise<readonly ProcessEntry[]>;
  signal(pid: number, signal: NodeJS.Signals): void;
}

export const ownProcesses: Processes = {
  list: listProcesses,
  alive: (entries) => entries.filter(({ pid, startTicks }) => readProcess(pid)?.startTicks === startTicks),
  signal: (pid, signal) => void sendSignal(pid, signal),
};

/** Every process of this computer but zombies. */
export function listProcesses(): ProcessTable {
  const table = new Map<number, ProcessEntry>();
  for (const name of readdirSync('/proc')) {
    const entry = name >= '1' && name < ':' ? readProcess(Number(name)) : undefined;
    if (entry !== undefined) table.set(entry.pid, entry);
  }
  return table;
}

/** Undefined for a process that is gone or a zombie. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readOrUndefined(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (stat === undefined) return undefined;
  const [state, parent, , session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  return { pid, parent: Number(parent), session: Number(session), startTicks: Number(rest[15]) };
}

/** All that descend from `pid`, itself left out. */
export function descendantsOf(pid: number, table: ProcessTable = listProcesses()): ProcessEntry[] {
  const children = new Map<number, ProcessEntry[]>();
  for (const entry of table.values()) {
    const siblings = children.get(entry.parent);
    if (siblings === undefined) children.set(entry.parent, [entry]);
    else siblings.push(entry);
  }
  const found: ProcessEntry[] = [];
  const open = [pid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of children.get(next) ?? []) {
      found.push(child);
      open.push(child.pid);
    }
  }
  return found;
}

/** From a process down through only children: `nsenter` or `runuser` to the shell that has none yet. */
export function chainFrom(pid: number): number[] {
  const chain: number[] = [];
  for (let next: number | undefined = pid; next !== undefined && next > 0; next = onlyChild(next))
    chain.push(next);
  return chain;
}

function onlyChild(pid: number): number | undefined {
  const children = childrenOf(pid);
  return children.length === 1 ? children[0] : undefined;
}

/** False when the process is gone already. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/**
 * Kills `pid` and all that descend from it, the youngest last so that no parent starts another meanwhile; but not an
 * nsenter that has a child: it must reap that child. As an orphan from outside the machine's pid namespace the child
 * would wait for the PID 1 of this computer, and the end of the machine with it (seen: 1.5 s, and for ever).
 */
export function killTree(pid: number): void {
  // Stopped, it starts no child between our look and our kill.
  sendSignal(pid, 'SIGSTOP');
  const below = everyChildOf(pid);
  for (const one of below) sendSignal(one, 'SIGKILL');
  const reaps = below.length > 0 && commandOf(pid) === 'nsenter';
  sendSignal(pid, reaps ? 'SIGCONT' : 'SIGKILL');
}

/** Those that wait to be reaped as well. */
function everyChildOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...everyChildOf(child)]);
}

function childrenOf(pid: number): number[] {
  const text = readOrUndefined(() => readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')) ?? '';
  return text.split(' ').filter(Boolean).map(Number);
}

export function commandOf(pid: number): string | undefined {
  return readOrUndefined(() => readFileSync(`/proc/${pid}/comm`, 'latin1').trimEnd());
}

export interface StepProcesses {
  /** From the process we started, whose session is the shell's, down to the shell itself. */
  readonly chain: readonly number[];
  /** Older ones belong to earlier steps. */
  readonly sinceTicks: number;
}

/** What a step started: new children of the shell and orphans of its session, with all below them. */
export function processesOfStep(
  { chain, sinceTicks }: StepProcesses,
  table: ProcessTable = listProcesses(),
): number[] {
  const shell = chain.at(-1) ?? 0;
  const family = new Set([...chain, ...descendantsOf(shell, table).map((entry) => entry.pid)]);
  const found = new Set<number>();
  for (const entry of table.values()) {
    if (chain.includes(entry.pid) || entry.startTicks < sinceTicks) continue;
    const orphan = entry.session === chain[0] && !family.has(entry.parent);
    if (entry.parent !== shell && !orphan) continue;
    found.add(entry.pid);
    for (const below of descendantsOf(entry.pid, table)) found.add(below.pid);
  }
  return [...found];
}

/** Where a descriptor of a process leads; undefined when it is closed or the process is gone. */
export function descriptorOf(pid: number, fd: number): string | undefined {
  return readOrUndefined(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
}

function readOrUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
