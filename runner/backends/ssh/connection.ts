/** One connection to another computer: all that goes there is a channel of it, and its end is the end of all there. */
import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { shellWord } from '../../../src/describe-text.ts';
import { UserError } from '../../../src/error.ts';
import { destinationOf } from '../../../src/scenario/reached.ts';
import { memoryPrefix } from '../../capsule/work.ts';
import { keeper } from './scripts.ts';
import { withLimit } from '../../capsule/until.ts';

export type Channel = ChildProcessByStdio<Writable, Readable, Readable>;

export interface Connection extends AsyncDisposable {
  /** The private directory of this connection there. */
  readonly dir: string;
  /** What the other computer says of itself. */
  readonly system: ReadonlyMap<string, string>;
  /** `system` was read then, by the clock here. */
  readonly readAtMs: number;
  /** Words that run one text there, which follows as one more word. */
  readonly prefix: readonly string[];
  /** A text there, as a channel of its own. */
  open(text: string): Channel;
  /** A file there; empty where it cannot be had. */
  read(path: string): Promise<Buffer>;
  /** The keeper's answer; nothing where the connection is lost. */
  ask(...words: readonly (string | number)[]): Promise<string>;
  /** Why nothing answers there any more, given a moment to find out; nothing while it does. */
  lost(): Promise<UserError | undefined>;
}

/** pdeathsig: a killed runner takes the connection with it, and so all there. */
const local = ['setpriv', '--pdeathsig', 'KILL', '--', 'ssh'];
/** What a person has set up counts; what would ask, forward or run something else does not. */
const common = [
  'BatchMode=yes',
  'ClearAllForwardings=yes',
  'ControlPersist=no',
  'ForwardAgent=no',
  'ForwardX11=no',
  'LogLevel=ERROR',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
];
const connectLimitS = 10;
/** After so long without an answer it is lost. */
const alive = ['ServerAliveInterval=5', 'ServerAliveCountMax=3'];
const beatMs = 15_000;
/** All of it, the start of the shell there included. */
export const startLimitMs = 30_000;
/** An end of a channel is known a little earlier than the end of its connection. */
const lostMs = 1000;
const endMs = 3000;

export function sshArgv(ssh: string, options: readonly string[]): string[] {
  const { host, port } = destinationOf(ssh) ?? {};
  if (host === undefined || host.startsWith('-'))
    throw new UserError(`cannot reach "${ssh}": that is no user@host:port`, { status: 3 });
  const said = options.flatMap((option) => ['-o', option]);
  return [...said, ...(port === undefined ? [] : ['-p', port]), '--', host];
}

export async function connect(
  ssh: string,
  runId: string,
  signal: AbortSignal,
  timeoutScale = 1,
): Promise<Connection> {
  signal.throwIfAborted();
  const folder = mkdtempSync(memoryPrefix(runId));
  const socket = `ControlPath=${join(folder, 's')}`;
  const mark = drawMark();
  const first = [
    ...common,
    ...alive,
    `ConnectTimeout=${Math.ceil(connectLimitS * timeoutScale)}`,
    'ControlMaster=yes',
    socket,
  ];
  const master = start([...local, ...sshArgv(ssh, first), script(keeper, 'rootlab-keeper', mark)]);
  const prefix = [...local, ...sshArgv(ssh, [...common, 'ControlMaster=no', socket])];
  const said: Buffer[] = [];
  master.stderr.on('data', (chunk: Buffer) => said.length < 100 && said.push(chunk));
  let ended = false;
  const end = new Promise<void>((resolve) => {
    master.once('close', () => {
      ended = true;
      for (const answer of waiting.values()) answer('');
      waiting.clear();
      resolve();
    });
  });
  const system = new Map<string, string>();
  const waiting = new Map<string, (answer: string) => void>();
  const begun = new Promise<void>((resolve) =>
    readRecords(master.stdout, mark, (id, text) => {
      if (!system.has('end')) system.set(id, text);
      if (id === 'end') resolve();
      waiting.get(id)?.(text);
      waiting.delete(id);
    }),
  );
  const dispose = async (): Promise<void> => {
    clearInterval(beat);
    master.stdin.end();
    // It ends with the last of its channels; whatever keeps one, the keeper has gone by then or goes with it.
    const late = setTimeout(() => master.kill('SIGKILL'), endMs);
    if (!ended) await end;
    clearTimeout(late);
    rmSync(folder, { recursive: true, force: true });
  };
  const beat = setInterval(() => master.stdin.write('0 beat\n'), beatMs);
  beat.unref();
  const limitMs = startLimitMs * timeoutScale;
  const late = withLimit(limitMs, signal);
  const given = new Promise<void>((resolve) =>
    late.addEventListener('abort', () => resolve(), { once: true }),
  );
  await Promise.race([begun, end, given]);
  if (!system.has('end')) {
    master.kill('SIGKILL');
    await dispose();
    signal.throwIfAborted();
    throw connectError(ssh, Buffer.concat(said).toString(), late.aborted ? limitMs : undefined);
  }
  let next = 0;
  const open = (text: string): Channel => start([...prefix, text]);
  return {
    system,
    readAtMs: Date.now(),
    prefix,
    dir: system.get('dir') ?? '',
    open,
    read: async (path) => {
      const chunks: Buffer[] = [];
      const channel = open(`exec cat ${shellWord(path)}`);
      channel.stdin.end();
      channel.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      await new Promise((resolve) => channel.once('close', resolve));
      return Buffer.concat(chunks);
    },
    ask: (...words) => {
      if (ended) return Promise.resolve('');
      next += 1;
      const id = `q${next}`;
      master.stdin.write(`${[id, ...words].join(' ')}\n`);
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    lost: async () => {
      const pause = new Promise<void>((resolve) => setTimeout(resolve, lostMs).unref());
      await Promise.race([end, pause]);
      if (!ended) return undefined;
      return new UserError(`cannot go on in "${ssh}": the connection is lost`, {
        status: 3,
        hint: 'what the job had started there ends by itself, within a minute at most',
        ...(said.length === 0 ? {} : { detail: Buffer.concat(said).toString().trim() }),
      });
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** Nobody knows it before it is drawn. A letter first: `printf` would take a digit for a part of its `\\0`. */
export function drawMark(): string {
  return `m${randomBytes(16).toString('hex')}`;
}

/** A script of ours with its words, as one text that any shell there reads alike. */
export function script(text: string, ...words: readonly string[]): string {
  return `exec bash -c ${[text, ...words].map(shellWord).join(' ')}`;
}

function start([file = '', ...args]: readonly string[]): Channel {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  child.stdin.on('error', () => undefined);
  child.on('error', () => undefined);
  return child;
}

/** `ID TEXT NUL`, after a first one that ends with the mark: a start-up file of the shell there may have talked before. */
function readRecords(stream: Readable, mark: string, onRecord: (id: string, text: string) => void): void {
  let pending = '';
  let begun = false;
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const records = (pending + chunk).split('\0');
    pending = records.pop() ?? '';
    for (const record of records) {
      const at = record.indexOf(' ');
      if (begun) onRecord(record.slice(0, at), record.slice(at + 1));
      begun ||= record.endsWith(`${mark} ready`);
    }
  });
}

const hints: readonly (readonly [RegExp, string])[] = [
  [
    /Permission denied/,
    'nobody is asked for a password: it takes a key without one, or an agent that holds it',
  ],
  [
    /Host key verification failed|IDENTIFICATION HAS CHANGED/,
    'connect by hand once, and compare its key before you accept it',
  ],
  [
    /Connection refused/,
    'nothing listens there: is sshd running, and is the port right? root@example.org:2222 names another',
  ],
  [
    /Could not resolve hostname/,
    'is the name right? It may be one of DNS, /etc/hosts, or a Host of ssh_config',
  ],
  [
    /No route to host|Network is unreachable|timed out/,
    'is that computer up, and is there a way to it? "ping" and "ssh -v" say more',
  ],
  [/bash/, 'steps are typed into a bash: install one there'],
  [/mktemp/, 'what a job keeps there lies in a directory of its own below TMPDIR or /tmp'],
];

function connectError(ssh: string, said: string, lateMs: number | undefined): UserError {
  const lines = said.split(/\r?\n/).filter((line) => line.trim() !== '');
  const cause =
    lateMs === undefined
      ? (lines.at(-1) ?? 'ssh ended without a word')
      : `no answer within ${lateMs / 1000}s`;
  const hint = hints.find(([pattern]) => pattern.test(said))?.[1] ?? 'does ssh reach it from here, by hand?';
  return new UserError(`cannot reach "${ssh}": ${cause.replace(/\.$/, '')}`, {
    status: 3,
    hint,
    ...(lines.length > 1 ? { detail: lines.join('\n') } : {}),
  });
}
