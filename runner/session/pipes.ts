/** Real pipes and files without a name, to be handed down to a shell by descriptor. */
import { chmodSync, closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { UserError } from '../../src/error.ts';
import { runIdentity } from '../capsule/identity.ts';
import { memoryPrefix } from '../capsule/work.ts';
import { spawnPiped } from '../process.ts';

export interface Pipe {
  /** Ours does not block, theirs does. */
  readonly ours: number;
  readonly theirs: number;
}

/**
 * Node's own pipes are socket pairs (`echo >/dev/stdout` fails on one), so these are FIFOs that lose their name
 * as soon as they are open; each kind says what we do with our end. Anyone may open them again through /proc.
 */
export async function makePipes(kinds: readonly ('read' | 'write')[]): Promise<Pipe[]> {
  const dir = mkdtempSync(memoryPrefix(runIdentity()));
  try {
    const paths = kinds.map((kind, index) => join(dir, `${kind}-${index}`));
    const { exit } = await (await spawnPiped(['mkfifo', '-m', '666', ...paths], {})).ended;
    if (exit !== 0) {
      throw new UserError(`cannot make pipes in ${dir}: mkfifo ended with ${exit}`, { status: 3 });
    }
    return kinds.map((kind, index) => openPipe(paths[index] ?? '', kind));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** An empty file without a name, open for reading and writing. */
export function makeFile(): number {
  const dir = mkdtempSync(memoryPrefix(runIdentity()));
  try {
    const path = join(dir, 'file');
    const fd = openSync(path, 'wx+');
    // A shell that runs as another user opens it again; the umask does not count.
    chmodSync(path, 0o666);
    return fd;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export interface PipeReader {
  /** Closes the descriptor as well. */
  readonly close: () => void;
}

const readBytes = 65_536;

/** Calls back with every chunk; its memory is used again for the next one. */
export function readPipe(fd: number, onChunk: (chunk: Buffer) => void): PipeReader {
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  const onread = {
    buffer,
    callback: (length: number): boolean => {
      onChunk(buffer.subarray(0, length));
      return true;
    },
  };
  // Node takes `onread` here as well as in connect(); its types know only the latter.
  const options = { fd, readable: true, writable: false, onread };
  const socket = new Socket(options);
  socket.on('error', () => undefined);
  return { close: () => void socket.destroy() };
}

function openPipe(path: string, kind: 'read' | 'write'): Pipe {
  const { O_RDWR, O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
  // Linux opens a FIFO for both without waiting, and then neither end waits for the other.
  const both = openSync(path, O_RDWR);
  try {
    return kind === 'read'
      ? { ours: openSync(path, O_RDONLY | O_NONBLOCK), theirs: openSync(path, O_WRONLY) }
      : { ours: openSync(path, O_WRONLY | O_NONBLOCK), theirs: openSync(path, O_RDONLY) };
  } finally {
    closeSync(both);
  }
}
