/** A desk: what the shells of one session share, so that one takes over from another; here the desk on this computer. */
import { closeSync, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import type { ShellPlace } from '../machine.ts';
import { endShell } from './end.ts';
import { makeFile, makePipes, readPipe, type Pipe } from './pipes.ts';
import { startShell, type Shell, type ShellState } from './shell.ts';

export interface Desk {
  start(state: ShellState): Promise<Shell>;
  /** Before a step is typed: its text, and its stdin where it has one. */
  lay(shell: Shell, sheet: 'step' | 'input', content: string | Uint8Array): void;
  /** What the sheet `input` holds: the exports that the shell left there, unless a step's stdin took their place. */
  read(): Buffer | Promise<Buffer>;
  end(shell: Shell): Promise<void>;
  /** Why no shell answers here any more; nothing while they do. */
  gone?(): Promise<Error | undefined>;
  close(): void;
}
export type Receive = (fd: 'out' | 'err', chunk: Uint8Array) => void;

const shellPipeKinds = ['write', 'read', 'read'] as const;
const sessionPipeKinds = ['read', 'read', ...shellPipeKinds] as const;

/** Made while a machine starts, for the session that is opened next. */
const spare: Promise<Pipe[]>[] = [];

/** Called while something else is waited for: making pipes takes a process. */
export function prepareSession(): void {
  const pipes = makePipes(sessionPipeKinds);
  pipes.catch(() => undefined);
  spare.push(pipes);
}

export async function deskHere(
  name: string,
  place: ShellPlace,
  receive: Receive,
  timeoutScale?: number,
): Promise<Desk> {
  const [out, err, ...rest] = await (spare.pop() ?? makePipes(sessionPipeKinds));
  if (out === undefined || err === undefined) throw new Error('mkfifo made too few pipes');
  let first: Pipe[] | undefined = rest;
  const input = makeFile();
  const step = makeFile();
  const handed = { out: out.theirs, err: err.theirs, input, step };
  const readers = [
    readPipe(out.ours, (chunk) => receive('out', chunk)),
    readPipe(err.ours, (chunk) => receive('err', chunk)),
  ];
  const leaders = new Set<number>();
  // Nobody else writes to that file.
  let stepBytes = 0;
  return {
    async start(state) {
      const pipes = first ?? (await makePipes(shellPipeKinds));
      first = undefined;
      const shell = await startShell(name, place, handed, asShellPipes(pipes), { ...state, timeoutScale });
      leaders.add(shell.leader);
      return shell;
    },
    lay: (_shell, sheet, content) => {
      if (sheet === 'input') fill(input, content, fstatSync(input).size);
      else stepBytes = fill(step, content, stepBytes);
    },
    read: () => contentOf(input),
    end: (shell) => endShell(shell, leaders, place.isGone?.()),
    close() {
      for (const reader of readers) reader.close();
      for (const fd of Object.values(handed)) closeSync(fd);
    },
  };
}

function asShellPipes(pipes: readonly Pipe[]): { control: Pipe; status: Pipe; chatter: Pipe } {
  const [control, status, chatter] = pipes;
  if (control === undefined || status === undefined || chatter === undefined) {
    throw new Error('mkfifo made too few pipes');
  }
  return { control, status, chatter };
}

/** A file that a shell opens anew for each step, and that held `before` bytes; gives how many it holds. */
function fill(fd: number, content: string | Uint8Array, before: number): number {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written, bytes.length - written, written);
  if (before > bytes.length) ftruncateSync(fd, bytes.length);
  return bytes.length;
}

function contentOf(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
}
