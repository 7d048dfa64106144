/**
 * What a run came to: the plain data that every report is made from (`src/fold.ts` makes it of events).
 *
 * A thing that was planned and never began is `not-run`; one that began and whose end was not seen (yet) is
 * `interrupted`. So a result is whole after every event, and a log cut short reports as what it is.
 */
import type { Place } from './error.ts';
import type {
  BootData,
  Event,
  EventType,
  Failure,
  Lesson,
  MachineFacts,
  Outcome,
  PlannedStep,
  Question,
  Stream,
} from './event.ts';

export type EventOf<K extends EventType> = Extract<Event, { type: K }>;
export type Phase = EventOf<'step-begin'>['phase'];

export interface RunResult {
  readonly tool: string;
  readonly argv: readonly string[];
  readonly title: string;
  /** Facts of the computer the run was started on. */
  readonly host: Readonly<Record<string, string>>;
  readonly ci?: EventOf<'run-begin'>['ci'];
  readonly git?: EventOf<'run-begin'>['git'];
  /** Of an order by chance. */
  readonly seed?: EventOf<'run-begin'>['seed'];
  /** Milliseconds since the epoch; 0 where nothing was said. */
  readonly startedAt: number;
  /** Of the whole run; up to the last event where its end is missing. */
  readonly durationMs: number;
  /** `interrupted`, or `running`, while the log has no `run-end`. */
  readonly outcome: Outcome;
  /** Exit status of the run; absent while the log has no `run-end`. */
  readonly exit?: number | undefined;
  /** In plan order. */
  readonly jobs: readonly JobResult[];
  readonly notes: readonly string[];
}

export interface JobMachine {
  /** Its name, in a job of several. */
  readonly on?: string | undefined;
  readonly facts: MachineFacts;
}

/** One go at a job. */
export interface AttemptResult {
  /** From 1; 0 for a job that never began. */
  readonly attempt: number;
  readonly outcome: Outcome;
  /** Why it was skipped, errored … */
  readonly reason?: string | undefined;
  /** How to look at a kept machine. */
  readonly kept?: string | undefined;
  /** Milliseconds since the run began. */
  readonly beganMs?: number | undefined;
  readonly durationMs: number;
  /** Those that came up, in the order of the file. */
  readonly machines: readonly JobMachine[];
  /** Boot, prepare, steps, on-failure, cleanup, leaks; each in the file's order. */
  readonly steps: readonly StepResult[];
  readonly notes: readonly string[];
  /** Those of no step. */
  readonly attachments: readonly Attachment[];
}
export interface JobResult extends AttemptResult {
  readonly job: string;
  readonly title: string;
  readonly summary?: string | undefined;
  readonly tags: readonly string[];
  readonly axes: Readonly<Record<string, string>>;
  /** Those of the command line that it is run again with. */
  readonly options?: readonly string[] | undefined;
  /** Attempts before the one shown. */
  readonly earlier: readonly AttemptResult[];
}

export interface StepResult {
  readonly id: string;
  readonly title: string;
  readonly verb: PlannedStep['verb'];
  readonly phase: Phase;
  readonly place: Place;
  /** The machine by its name, in a job of several. */
  readonly on?: string | undefined;
  /** The text typed, or one line that says what is done; empty for a step that never began. */
  readonly command: string;
  readonly say?: string | undefined;
  readonly ask?: Question | undefined;
  readonly learn?: Lesson | undefined;
  readonly expected?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly outcome: Outcome;
  readonly exit?: number | undefined;
  readonly signal?: string | undefined;
  /** Milliseconds since the run began. */
  readonly beganMs?: number | undefined;
  readonly durationMs: number;
  readonly cpuMs?: number | undefined;
  readonly memoryBytes?: number | undefined;
  readonly tries: number;
  readonly failures: readonly Failure[];
  readonly reason?: string | undefined;
  readonly captures: Readonly<Record<string, string>>;
  /** In the order they came, all streams together. */
  readonly output: readonly OutputChunk[];
  readonly checks: readonly CheckResult[];
  readonly measures: readonly Measure[];
  readonly attachments: readonly Attachment[];
  readonly boots: readonly BootData[];
  readonly notes: readonly string[];
}
export interface OutputChunk {
  readonly fd: Stream;
  /** Milliseconds since the run began. */
  readonly atMs: number;
  readonly text?: string | undefined;
  readonly base64?: string | undefined;
}
export type CheckResult = Pick<EventOf<'check'>, 'name' | 'ok' | 'expected' | 'actual'>;
export type Measure = Pick<EventOf<'measure'>, 'name' | 'value' | 'unit'>;
export type Attachment = Pick<EventOf<'attachment'>, 'name' | 'mediaType' | 'path' | 'sha256' | 'sizeBytes'>;

/** The text of one step's streams in the order it came; a character split over chunks is made whole. */
export function outputText(output: readonly OutputChunk[], streams?: readonly Stream[]): string {
  const decoders = new Map<Stream, InstanceType<typeof TextDecoder>>();
  let text = '';
  for (const chunk of output) {
    if (streams !== undefined && !streams.includes(chunk.fd)) continue;
    if (chunk.base64 === undefined) {
      text += chunk.text ?? '';
      continue;
    }
    const decoder = decoders.get(chunk.fd) ?? new TextDecoder();
    decoders.set(chunk.fd, decoder);
    text += decoder.decode(chunkBytes(chunk), { stream: true });
  }
  for (const decoder of decoders.values()) text += decoder.decode();
  return text;
}

export function chunkBytes(chunk: OutputChunk): Uint8Array {
  if (chunk.base64 === undefined) return new TextEncoder().encode(chunk.text ?? '');
  return Uint8Array.from(atob(chunk.base64), (character) => character.charCodeAt(0));
}
