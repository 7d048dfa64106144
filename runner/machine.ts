/** Machine, Session and Backend: the interfaces between steps and whatever they are typed into. */
import type { Failure, Fate, MachineFacts } from '../src/event.ts';
import type { Thing } from '../src/leaks.ts';
import type { FileSpec } from '../src/scenario.ts';
import type { Usage } from './usage.ts';

export interface Machine extends AsyncDisposable {
  /** As machined knows it; `host` for this very computer, `ssh` for another unless it has a name in its job. */
  readonly name: string;
  readonly facts: MachineFacts;
  /** Whether systemd is PID 1 of a throwaway machine. */
  readonly booted: boolean;
  /** How far its clock is ahead of ours, where it has one of its own. */
  readonly aheadMs?: number | undefined;
  /** The shell called `name`, opened at its first use. */
  session(name: string, signal: AbortSignal): Promise<Session>;
  /** A process of its own beside all sessions, with pipes; never throws for a non-zero exit. */
  exec(argv: readonly string[], options: ExecOptions): Promise<ExecResult>;
  /** Makes directories, writes, then mode and owner; inside the machine, so that its links stay its own. */
  put(
    file: Omit<FileSpec, 'content' | 'from'> & { readonly content: Uint8Array },
    signal: AbortSignal,
  ): Promise<void>;
  /** The bytes of one file in the machine. */
  get(path: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Of a machine that may go away under a step: gives what has become of it since; nothing while it stands. */
  fate?(): () => Promise<Fate | undefined>;
  /** What it has used since it booted; absent where nobody counts. */
  usage?(): Usage | undefined;
  /** A new boot, proved by a new boot id; all sessions open anew. Gives what kept it from coming back, if anything. */
  reboot(signal: AbortSignal, timeoutMs?: number): Promise<Failure | undefined>;
  /** All that was written in it since it was made, as one file, for `restored` of another start. */
  save?(file: string, signal: AbortSignal): Promise<void>;
  /** All that the console said so far (the newest 1 MB). */
  console(): Uint8Array;
  /** Of a computer that outlives the job: what that could leave there. */
  readonly traces?: Traces | undefined;
  /** argv that gives a person a shell in this machine from another terminal. */
  shellArgv(): readonly string[];
}

export interface ExecOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly stdin?: Uint8Array | string;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
}
export interface ExecResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface Traces {
  /** All that is there, but processes. */
  things(signal: AbortSignal): Promise<readonly Thing[]>;
  /** Processes that what was typed has started and that still run; known where it lives in a cgroup of its own. */
  processes(signal: AbortSignal): Promise<readonly Thing[]>;
}

/** One bash that lives as long as the job. */
export interface Session extends AsyncDisposable {
  readonly name: string;
  /** Types `text` and waits for its end. Throws only when no shell can be had any more. */
  run(text: string, options: RunOptions): Promise<Run>;
}
export interface RunOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly stdin?: string | Uint8Array | undefined;
  /** Exported for this and all later steps: captures. */
  readonly exports?: Readonly<Record<string, string>> | undefined;
  /** For this step only. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  readonly user?: string | undefined;
  readonly tty?: { readonly columns: number; readonly rows: number } | undefined;
  /** stderr runs into stdout's pipe, in true order. */
  readonly merge?: boolean | undefined;
  /** Of each stream; beyond it head and tail are kept. */
  readonly outputLimitBytes: number;
  /** The chunk's memory is used again as soon as this returns. */
  readonly onOutput?: ((fd: 'out' | 'err', chunk: Uint8Array) => void) | undefined;
}
export interface Run {
  /** Told by whoever knows the machine. */
  readonly machine?: Fate | undefined;
  /** Of the last command; 128+n for a signal. */
  readonly exit: number;
  readonly signal?: string | undefined;
  readonly ended: 'normal' | 'shell-ended' | 'timed-out' | 'interrupted';
  /** Said when the shell has ended: why, and what a new one took over, or why there is none. */
  readonly replaced?: string | undefined;
  readonly stdout: Collected;
  readonly stderr: Collected;
  readonly durationMs: number;
}
export interface Collected {
  /** Head and tail where `cutBytes` is not 0. */
  readonly bytes: Uint8Array;
  readonly totalBytes: number;
  /** Bytes left out between head and tail. */
  readonly cutBytes: number;
  /** Offset in `bytes` where the cut lies. */
  readonly cutAt: number;
}

/** The capsule-side pieces a session needs: how to start a bash, and how to name a process of it from outside. */
export interface ShellPlace {
  /** Words before `bash`: `nsenter …`, or none on the host. */
  readonly prefix: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly cwd: string;
  /** Awaited before each start of a shell: a machine under reboot has no place for one yet. Then `prefix` is read. */
  readonly ready?: (() => Promise<void>) | undefined;
  /** Puts the shell (its pid here, outside) where its limits are; called once for each new shell. */
  readonly adopt?: ((pid: number) => Promise<void>) | undefined;
  /** Whether all that ran here has ended with it. */
  readonly isGone?: (() => boolean) | undefined;
}
