/** What a resource of check and wait is: the shell text that collects its facts, and the reader of what it printed. */
import { lines } from './text.ts';

/**
 * The names of its facts stand in src/scenario/resource.ts. A resource's name is data: `collect` quotes it (`shellWord`).
 * The text is the body of a bash function, so `return` ends it. Equal texts are collected once for all who ask:
 * a resource of which many are asked at once returns one text for all of them, and `read` finds its own part.
 */
export interface Resource {
  /** Asserted where the file gives no fact. */
  readonly first: { readonly name: string; readonly expected: string };
  /** The resource's name is the expected value of this fact: `system: running`, `kernel: ">= 5.15"`. */
  readonly nameIs?: string;
  /** Facts that say what is looked at, and assert nothing: `since: boot`. */
  readonly options?: readonly string[];
  collect(asked: Asked, context: CollectContext): string;
  read(output: Output, asked: Asked, context: CollectContext): Seen;
  /** Why a wait for facts that do not hold now will never see them hold. */
  over?(seen: Seen, failed: readonly string[], before: Seen | undefined): string | undefined;
}

export interface Asked {
  readonly name: string;
  /** Facts to collect, first and implied ones included. */
  readonly facts: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

export interface CollectContext {
  /** When the step's verb began, by the clock of the machine. */
  readonly stepStartedAtMs: number;
  /** Of one tool; one that hangs is ended and reported. */
  readonly toolTimeoutMs: number;
  /** All resources of the same kind in this batch. */
  readonly all: readonly Asked[];
}

/** What one collector printed. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/**
 * A text; or `items`, a list of which an expectation names some; or `counted`, a list as a whole, by its length or
 * its members; or `version`, which compares by its parts; or `either`, several spellings of one fact.
 * Absent: there is nothing to see.
 */
export type Value =
  | string
  | { readonly version: string }
  | { readonly items: readonly string[] }
  | { readonly counted: readonly string[] }
  | { readonly either: readonly string[] }
  | undefined;

export interface Seen {
  readonly exists: boolean;
  /** Why it is not there, where that is known. */
  readonly why?: string | undefined;
  readonly values: Readonly<Record<string, Value>>;
  /** Why facts could not be read: a tool that is missing, failed or hung. */
  readonly problem?: string | undefined;
}

/** The thing is not there. */
export const absent: Seen = { exists: false, values: {} };

export function there(values: Readonly<Record<string, Value>>): Seen {
  return { exists: true, values };
}

/** Facts could not be read; the tool's own last line says why. */
export function unreadable(output: Output, context: CollectContext): Seen {
  const said = lines(output.stderr).at(-1) ?? lines(output.stdout).at(-1) ?? '';
  const hung = output.status === 124 || output.status === 137;
  const problem = hung
    ? `no answer within ${context.toolTimeoutMs / 1000}s`
    : `exit ${output.status}${said === '' ? '' : `: ${said}`}`;
  return { exists: false, values: {}, problem };
}

/** `command` under a time limit; `timeout` is in coreutils and busybox. */
export function limited(command: string, context: CollectContext): string {
  return `timeout -k 1 ${context.toolTimeoutMs / 1000} ${command}`;
}
