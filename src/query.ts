/**
 * The query of a page: `s:failed job:*debian-12* @slow "two words" !not is:different 257:failed` → the steps it means.
 *
 * All terms must hold. Nothing typed is an error: what is no term of its own is text to be found, and a value that no
 * step can have is told beside.
 */
import type { Outcome } from './event.ts';
import { suggest } from './nearest.ts';
import { isBad, OUTCOMES } from './outcome.ts';
import { isGlob, matchesName } from './select.ts';

/** What is known of one step. */
export interface QueryStep {
  readonly job: string;
  readonly tags: readonly string[];
  readonly outcome: Outcome;
  /** It stands apart in the matrix. */
  readonly isDifferent: boolean;
  /** The same step in each combination that it ran in. */
  readonly cells: readonly QueryCell[];
}
/** Whether its row or what it printed holds a text, both in lower case. */
export type HasText = (text: string) => boolean;
export interface QueryCell {
  /** The combination, and the versions of systemd there. */
  readonly names: readonly string[];
  readonly outcome: Outcome;
}

export interface Query {
  readonly isEmpty: boolean;
  /** Whether what was printed must be known. */
  readonly readsText: boolean;
  /** What can never hold, in words. */
  readonly problems: readonly string[];
  holds(step: QueryStep, has: HasText): boolean;
}

type Holds = (step: QueryStep, has: HasText) => boolean;
type Term = (value: string) => Holds | string;

export function parseQuery(text: string): Query {
  const terms: Holds[] = [];
  const problems: string[] = [];
  let readsText = false;
  for (const word of text.match(WORD) ?? []) {
    const isNot = word.startsWith('!') && word.length > 1;
    const bare = isNot ? word.slice(1) : word;
    const special = termOf(bare);
    if (typeof special === 'string') {
      problems.push(special);
      continue;
    }
    if (special === undefined) readsText = true;
    const holds = special ?? textTerm(unquoted(bare));
    terms.push(isNot ? (step, has) => !holds(step, has) : holds);
  }
  return {
    isEmpty: terms.length === 0,
    readsText,
    problems,
    holds: (step, has) => terms.every((term) => term(step, has)),
  };
}

/** A word; quotes keep blanks together, also behind a colon. A quote without its end is a character like others. */
const WORD = /!?(?:[^\s":]+:)?"[^"]*"|\S+/g;

function termOf(word: string): Holds | string | undefined {
  if (/^@[^\s]/.test(word)) return ({ tags }) => tags.includes(word.slice(1));
  const at = word.indexOf(':');
  if (at <= 0 || at === word.length - 1) return undefined;
  const [key, value] = [word.slice(0, at), unquoted(word.slice(at + 1))];
  if (Object.hasOwn(TERMS, key)) return TERMS[key]?.(value);
  const outcome = outcomeOf(value);
  if (outcome === undefined || word.startsWith('"')) return undefined;
  return ({ cells }) =>
    cells.some((cell) => cell.outcome === outcome && cell.names.some((name) => matchesName(key, name)));
}

const TERMS: Readonly<Record<string, Term>> = {
  // While it is typed its beginning does.
  s: (value) =>
    OUTCOMES.some((outcome) => outcome.startsWith(value))
      ? ({ outcome }) => outcome.startsWith(value)
      : unknown('outcome', value, OUTCOMES),
  job: (value) => (isGlob(value) ? ({ job }) => matchesName(value, job) : ({ job }) => job.includes(value)),
  is: (value) => {
    const kind = Object.keys(KINDS).find((name) => name.startsWith(value)) ?? '';
    return KINDS[kind] ?? unknown('kind of step', value, Object.keys(KINDS));
  },
};
const KINDS: Readonly<Record<string, Holds>> = {
  different: ({ isDifferent }) => isDifferent,
  bad: ({ outcome }) => isBad(outcome),
};

function textTerm(text: string): Holds {
  const wanted = text.toLowerCase();
  return (_, has) => has(wanted);
}

function outcomeOf(value: string): Outcome | undefined {
  return OUTCOMES.find((outcome) => outcome === value);
}

function unquoted(word: string): string {
  return /^"[^]*"$/.test(word) && word.length > 1 ? word.slice(1, -1) : word;
}

function unknown(what: string, value: string, names: readonly string[]): string {
  return `no ${what} is "${value}": ${suggest(value, names, 'they are')}`;
}
