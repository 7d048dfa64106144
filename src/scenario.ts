/** What may stand in a scenario file, as the rest of the program sees it. */
import type { Place } from './error.ts';

export interface Scenario {
  /** As given on the command line, for messages. */
  readonly file: string;
  /** Path without suffix, from the folder given or the one holding rootlab.yaml. */
  readonly name: string;
  readonly title: string;
  readonly summary?: string | undefined;
  readonly tags: readonly string[];
  readonly machine: MachineSpec;
  readonly axes: readonly Axis[];
  readonly exclude: readonly Combination[];
  readonly include: readonly Combination[];
  readonly needs: readonly Need[];
  /** Exported to every step; values may hold `${axis}`. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly prepare: readonly Step[];
  readonly cleanup: readonly Step[];
  readonly onFailure: readonly Step[];
  readonly steps: readonly Step[];
  readonly keepGoing: boolean;
}

export interface Axis {
  readonly name: string;
  readonly values: readonly string[];
}
export type Combination = Readonly<Record<string, string>>;

/** `nested-nspawn`, or `{name: 'host-systemd', compare: '>= 250'}`, or `{any: [...]}`. */
export type Need =
  | { readonly name: string; readonly compare?: string | undefined; readonly at: Place }
  | { readonly any: readonly Need[]; readonly at: Place };

export type MachineSpec = HostSpec | RootSpec;
export interface HostSpec {
  readonly kind: 'host';
  readonly at: Place;
}
/** A throwaway root made from an image; texts may hold `${axis}` until the plan has resolved them. */
export interface RootSpec {
  readonly kind: 'root';
  readonly image: string;
  /** Whether systemd is PID 1. */
  readonly init: boolean;
  readonly bootTimeoutMs: number;
  readonly trees: readonly { readonly path: string; readonly image: string; readonly at: Place }[];
  /** A derived image: packages and files laid in, cached. */
  readonly packages: readonly string[];
  readonly files: readonly FileSpec[];
  /** All that is written, trees included. */
  readonly diskBytes: number;
  readonly memoryBytes?: number | undefined;
  readonly user: string;
  readonly at: Place;
}
export interface FileSpec {
  readonly path: string;
  readonly content?: string | undefined;
  /** Absolute path on this computer (resolved beside the file that says it). */
  readonly from?: string | undefined;
  /** Octal text, as written: `0644`. */
  readonly mode?: string | undefined;
  /** `user:group`. */
  readonly owner?: string | undefined;
}

/** Every step has exactly one verb here; `check` and `say` stand for a step that has no other. */
export type Step = StepCommon & Verb;
export type Verb =
  | { readonly verb: 'run'; readonly run: string }
  | { readonly verb: 'wait'; readonly wait: readonly ResourceCheck[] }
  | {
      readonly verb: 'boot';
      readonly boot: string;
      readonly as?: string | undefined;
      readonly args: readonly string[];
    }
  | { readonly verb: 'reboot' }
  | ({ readonly verb: 'write' } & FileSpec)
  | { readonly verb: 'check' }
  | { readonly verb: 'say' };
export type VerbName = Verb['verb'];

export interface StepCommon {
  readonly id: string;
  readonly title?: string | undefined;
  readonly say?: string | undefined;
  readonly session: string;
  readonly check: readonly ResourceCheck[];
  readonly expect: Expectation;
  readonly timeoutMs: number;
  /** Repeat the verb and its expectation until they hold. */
  readonly withinMs?: number | undefined;
  readonly when: readonly Condition[];
  readonly because?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  readonly user?: string | undefined;
  readonly stdin?: string | undefined;
  /** Whether `${name}` in run, stdin and content is replaced. */
  readonly substitute: boolean;
  readonly tty?: { readonly columns: number; readonly rows: number } | undefined;
  readonly background: boolean;
  readonly outputLimitBytes: number;
  readonly artifacts: readonly string[];
  readonly learn?: Learn | undefined;
  readonly at: Place;
}
/** `{name: 'systemd', compare: '>= 257'}`: a fact of the step's machine or an axis. */
export interface Condition {
  readonly name: string;
  readonly compare: string;
  readonly at: Place;
}
export interface Learn {
  readonly hints: readonly string[];
  readonly explain: readonly { readonly when: readonly ResourceCheck[]; readonly say: string }[];
  readonly wrong: readonly { readonly run: string; readonly hint: string }[];
  readonly reset?: string | undefined;
  readonly solution?: string | undefined;
}

/** What a verb must show. Absent streams are free. */
export interface Expectation {
  /** A number, a list of them, a comparison, or `*`. */
  readonly exit: readonly string[];
  readonly stdout?: Matcher | undefined;
  readonly stderr?: Matcher | undefined;
  /** Both streams in true order; stands alone. */
  readonly output?: Matcher | undefined;
  readonly where: Readonly<Record<string, string>>;
  readonly took?: string | undefined;
  /** Whether the file says anything at all (else: exit 0). */
  readonly given: boolean;
  readonly at: Place;
}

/** JSON as it stands in the file: leaves are texts, or matchers by their one key. */
export type JsonPattern = string | readonly JsonPattern[] | { readonly [key: string]: JsonPattern };
interface MatcherValues {
  /** The pattern language: expected text with holes. */
  readonly pattern: string;
  readonly equals: string;
  readonly contains: readonly Matcher[];
  readonly lacks: readonly Matcher[];
  readonly 'in-order': readonly Matcher[];
  readonly matches: string;
  readonly lines: string;
  readonly json: JsonPattern;
  readonly any: readonly Matcher[];
  readonly all: readonly Matcher[];
  readonly not: Matcher;
}
export type MatcherName = keyof MatcherValues;
export type Matcher = {
  readonly [K in MatcherName]: { readonly kind: K; readonly value: MatcherValues[K]; readonly at: Place };
}[MatcherName];

/** One resource of `check`/`wait`/`explain`: its kind, its name, the facts asked of it (in the file's order). */
export interface ResourceCheck {
  readonly kind: ResourceName;
  readonly name: string;
  readonly facts: readonly Fact[];
  /** Only for `output-of`. */
  readonly expect?: Expectation | undefined;
  readonly at: Place;
}
export type ResourceName =
  'unit' | 'machine' | 'system' | 'journal' | 'file' | 'mount' | 'process' | 'port' | 'command' | 'output-of';
export interface Fact {
  /** `active`, `failed-units`, `property.Restart` … */
  readonly name: string;
  /** A comparison where the text parses wholly as one, else a pattern, or any matcher. */
  readonly expected: FactMatcher;
  readonly at: Place;
}
export type FactMatcher =
  { readonly kind: 'comparison'; readonly value: string; readonly at: Place } | Matcher;
