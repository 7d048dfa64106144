/** What a drafted fact is: a look at the computer that gives checks, each with why it matters, or nothing. */

/** All that is asked of the computer that a draft is written from. */
export interface Computer {
  /** Empty where there is nothing to read. */
  readonly read: (path: string) => string;
  readonly list: (path: string) => readonly string[];
  /** Where a link leads to; undefined where there is none. */
  readonly target: (path: string) => string | undefined;
  readonly isDirectory: (path: string) => boolean;
  /** What a command prints, found and run as a scenario would; undefined where it fails. */
  readonly ask: (argv: readonly string[]) => Promise<string | undefined>;
}

export type Value = string | number | readonly string[] | { readonly [key: string]: Value };
/** A resource with its facts, as `check` takes it; or only a remark. */
export interface Drafted {
  readonly why: string;
  readonly check?: Readonly<Record<string, Value>>;
}
export type DraftFact = (computer: Computer) => Promise<readonly Drafted[]> | readonly Drafted[];

export interface Topic {
  readonly title: string;
  readonly facts: readonly DraftFact[];
}
export interface DraftKind {
  readonly title: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly machine: string;
  readonly topics: readonly Topic[];
}

/** Words that mean themselves wherever they stand in a scenario: no hole, no variable, no blank. */
export function isPlain(text: string): boolean {
  return /^[A-Za-z0-9/][\w./@:+-]*$/.test(text);
}

/** The highest rung that is not above the value. */
export function floorOf(value: number, rungs: readonly number[]): number | undefined {
  return rungs.findLast((rung) => rung <= value);
}
