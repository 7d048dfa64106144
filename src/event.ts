/** What a run says as it happens: one union of plain data, one JSON object a line in the log. */
import type { Place } from './error.ts';
import type { VerbName } from './scenario.ts';

/** Of a step; a job takes the worst its steps have. No log holds `running`: what is begun in a run that goes on. */
export type Outcome =
  | 'passed'
  | 'flaky'
  | 'known'
  | 'failed'
  | 'timed-out'
  | 'skipped'
  | 'not-run'
  | 'errored'
  | 'interrupted'
  | 'running';

/** Why a step did not pass. Data only; `describe.ts` words it once. */
export type Failure =
  /** The exit status is not the expected one. */
  | {
      readonly kind: 'exit';
      readonly expected: string;
      readonly actual: number;
      readonly signal?: string | undefined;
      /** What became of its machine meanwhile; absent where that still stands. */
      readonly machine?: Fate | undefined;
      /** Of a computer that has no image. */
      readonly imageless?: true | undefined;
    }
  /** A text does not match: what of it, the aligned rows, the place of the expectation. */
  | {
      readonly kind: 'mismatch';
      readonly what: string;
      readonly mismatch: Mismatch;
      readonly at?: Place | undefined;
    }
  /** A fact of a resource, a `where`, a `took`: expected and seen. */
  | {
      readonly kind: 'fact';
      readonly what: string;
      readonly expected: string;
      readonly actual: string;
      readonly at?: Place | undefined;
      /** Of a computer that has no image. */
      readonly imageless?: true | undefined;
    }
  | { readonly kind: 'timeout'; readonly limitMs: number; readonly waitedFor: string }
  /** A boot that did not reach its state; detail holds console tail, failed units, waiting jobs. */
  | { readonly kind: 'boot'; readonly message: string; readonly evidence: readonly Evidence[] }
  /** Our tools, the image, the host: the message says what, the hint what to do. */
  | {
      readonly kind: 'error';
      readonly message: string;
      readonly hint?: string | undefined;
      readonly detail?: string | undefined;
    };

/** How a machine went away: by its own order, or `ended` by anything else; `stopping` while it is on its way. */
export type Fate = 'powered-off' | 'rebooted' | 'stopping' | 'ended';

export interface Evidence {
  /** `console`, `failed units`, `waiting jobs` … */
  readonly title: string;
  readonly text: string;
}

/** The alignment of an expectation and a text. */
export interface Mismatch {
  /** One sentence: `line 3 is missing`, `expected at least one line that contains …`. */
  readonly message: string;
  readonly rows: readonly MismatchRow[];
}
/** `same`: matches; `missing`: expected, not seen; `extra`: seen, not expected; `differs`: both, with the parts that differ; `gap`: lines left out. */
export interface MismatchRow {
  readonly kind: 'same' | 'missing' | 'extra' | 'differs' | 'gap';
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
  /** [start, end) of the differing characters in `expected` and `actual`. */
  readonly expectedParts?: readonly (readonly [number, number])[] | undefined;
  readonly actualParts?: readonly (readonly [number, number])[] | undefined;
  /** Line number in the text seen, from 1. */
  readonly line?: number | undefined;
}

export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly verb: VerbName | 'boot-machine' | 'prepare' | 'cleanup' | 'watch' | 'leaks';
  readonly place: Place;
  /** The machine by its name, in a job of several. */
  readonly on?: string | undefined;
}
export interface PlannedJob {
  /** `nspawn/echo@debian-12`. */
  readonly job: string;
  readonly title: string;
  readonly summary?: string | undefined;
  readonly tags: readonly string[];
  readonly axes: Readonly<Record<string, string>>;
  /** Options of the command line without which it would not run, or not so; absent without any. */
  readonly options?: readonly string[] | undefined;
  readonly steps: readonly PlannedStep[];
}

/** What a learner is asked; an answer that is computed is what the step prints. */
export interface Question {
  readonly text: string;
  readonly choices: readonly string[];
  readonly answer?: string | undefined;
}
/** What helps a learner with a step, in words. */
export interface Lesson {
  readonly hints: readonly string[];
  readonly explain: readonly { readonly when: string; readonly say: string }[];
  readonly wrong: readonly { readonly run: string; readonly hint: string }[];
  readonly reset?: string | undefined;
  readonly solution?: string | undefined;
}

/** Facts of the machine a job runs on. */
export interface MachineFacts {
  readonly image?: string | undefined;
  /** The first digits of what its recipe comes to: another recipe, another image of that name. */
  readonly recipe?: string | undefined;
  /** `252`, as `systemctl --version` says first; absent in a root without systemd. */
  readonly systemd?: string | undefined;
  readonly systemdFull?: string | undefined;
  readonly os?: string | undefined;
  readonly kernel: string;
  readonly arch: string;
  /** `v1`, `v2` or `hybrid`, as seen inside. */
  readonly cgroup: string;
  readonly backend: string;
}

export type Stream = 'out' | 'err' | 'tty' | 'console';

interface Bodies {
  readonly 'run-begin': {
    readonly tool: string;
    readonly argv: readonly string[];
    readonly title: string;
    readonly host: Readonly<Record<string, string>>;
    /** Of an order by chance. */
    readonly seed?: string | undefined;
    /** `1/3`: the part of the jobs that this run had. */
    readonly shard?: string | undefined;
    readonly ci?: { readonly provider: string; readonly url?: string | undefined } | undefined;
    readonly git?: { readonly sha: string; readonly ref: string } | undefined;
  };
  readonly plan: { readonly jobs: readonly PlannedJob[] };
  readonly 'job-begin': { readonly job: string; readonly attempt: number };
  /** Once its machine answers (before the first step ends). */
  readonly machine: {
    readonly job: string;
    readonly on?: string | undefined;
    readonly facts: MachineFacts;
  };
  readonly 'step-begin': {
    readonly job: string;
    readonly step: string;
    readonly title: string;
    readonly verb: PlannedStep['verb'];
    readonly phase: 'boot' | 'prepare' | 'steps' | 'cleanup' | 'on-failure' | 'leaks';
    /** The text typed, or one line that says what is done. */
    readonly command: string;
    readonly say?: string | undefined;
    readonly ask?: Question | undefined;
    readonly learn?: Lesson | undefined;
    /** The expectation as a person reads it. */
    readonly expected?: string | undefined;
    readonly timeoutMs: number;
    readonly place: Place;
    readonly on?: string | undefined;
  };
  /** Exactly one of text and base64. Merged output (`output:`) comes as `out`. */
  readonly output: {
    readonly job: string;
    readonly step: string;
    readonly fd: Stream;
    readonly text?: string | undefined;
    readonly base64?: string | undefined;
  };
  readonly check: {
    readonly job: string;
    readonly step: string;
    /** `unit hello.service active`. */
    readonly name: string;
    readonly ok: boolean;
    readonly expected: string;
    readonly actual: string;
  };
  readonly 'step-end': {
    readonly job: string;
    readonly step: string;
    readonly outcome: Outcome;
    readonly exit?: number | undefined;
    readonly signal?: string | undefined;
    readonly durationMs: number;
    /** What all processes of its machine used meanwhile; absent where nobody counts, as on a `host`. */
    readonly cpuMs?: number | undefined;
    /** What they, and the files they wrote or read, held in memory at its end. */
    readonly memoryBytes?: number | undefined;
    readonly tries: number;
    readonly failures: readonly Failure[];
    /** Why it was skipped. */
    readonly reason?: string | undefined;
    readonly captures?: Readonly<Record<string, string>> | undefined;
  };
  readonly measure: {
    readonly job: string;
    readonly step: string;
    readonly name: string;
    readonly value: number;
    readonly unit: string;
  };
  /** Beside the log, path relative to it. `boot` attachments hold {@link BootData} as JSON. */
  readonly attachment: {
    readonly job: string;
    readonly step?: string | undefined;
    readonly name: string;
    readonly mediaType: string;
    readonly path: string;
    readonly sha256: string;
    readonly sizeBytes: number;
  };
  /** Units of one boot, for the boot chart. */
  readonly boot: { readonly job: string; readonly step: string; readonly boot: BootData };
  readonly note: {
    readonly job?: string | undefined;
    readonly step?: string | undefined;
    readonly text: string;
  };
  readonly 'job-end': {
    readonly job: string;
    readonly attempt: number;
    readonly outcome: Outcome;
    readonly durationMs: number;
    readonly reason?: string | undefined;
    /** How to look at a kept machine. */
    readonly kept?: string | undefined;
  };
  readonly 'run-end': { readonly outcome: Outcome; readonly exit: number; readonly durationMs: number };
}
export type EventType = keyof Bodies;
/** What a job emits; the recorder adds v, seq, t and m. */
export type EventBody = { readonly [K in EventType]: { readonly type: K } & Bodies[K] }[EventType];
export type Event = EventBody & {
  readonly v: 1;
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly t: number;
  /** Monotonic milliseconds since the run began. */
  readonly m: number;
};
export type Emit = (event: EventBody) => void;

/** One boot, times in milliseconds from the start of userspace. */
export interface BootData {
  readonly systemdVersion: string;
  readonly totalMs: number;
  readonly units: readonly BootUnit[];
}
export interface BootUnit {
  readonly name: string;
  readonly activatingMs: number;
  readonly activatedMs: number;
  readonly activeState: string;
}
