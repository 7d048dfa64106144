/** How a fact's expectation and what was seen are said in one line. */
import type { FactMatcher } from '../../src/scenario.ts';
import { substitute } from '../../src/substitute.ts';
import type { Variables } from './compare.ts';
import type { Seen, Value } from './resource.ts';
import { lines } from './text.ts';

const excerptLines = 5;
const excerptCharacters = 2000;

export function wordExpected(expected: FactMatcher, variables: Variables): string {
  return substitute(wordMatcher(expected), variables).text;
}

function wordMatcher(expected: FactMatcher): string {
  switch (expected.kind) {
    case 'comparison':
    case 'pattern':
      return expected.value;
    case 'equals':
      return expected.value === '' ? 'none' : expected.value.trimEnd().split('\n').join(', ');
    case 'matches':
    case 'lines':
      return `${expected.kind} ${expected.value}`;
    case 'json':
      return `json ${JSON.stringify(expected.value)}`;
    case 'not':
      return `not ${wordMatcher(expected.value)}`;
    default:
      return `${expected.kind} ${expected.value.map(wordMatcher).join(', ')}`;
  }
}

export function wordSeen(seen: Seen, fact: string): string {
  const value = seen.values[fact];
  // Of a unit that there is not, systemd says `inactive` all the same.
  if (value !== undefined && fact === 'active' && !seen.exists) return `${wordValue(value)}: it is not there`;
  if (value !== undefined) return wordValue(value);
  if (seen.problem !== undefined) return `not readable: ${seen.problem}`;
  return seen.exists ? 'none' : wordAbsent(seen);
}

function wordAbsent({ why }: Seen): string {
  return why === undefined ? 'not there' : `not there: ${why}`;
}

export function wordExists(seen: Seen): string {
  if (seen.problem !== undefined && !seen.exists) return `not readable: ${seen.problem}`;
  return seen.exists ? 'there' : wordAbsent(seen);
}

/** The line that a `contains` or `lacks` is about, else an excerpt. */
export function wordText(text: string, isIt: (line: string) => boolean, end: 'head' | 'tail'): string {
  const all = lines(text);
  const line = all.find(isIt);
  if (line !== undefined) return line;
  return all.length === 0 ? '(empty)' : excerpt(all, end);
}

function excerpt(all: readonly string[], end: 'head' | 'tail'): string {
  const kept = end === 'head' ? all.slice(0, excerptLines) : all.slice(-excerptLines);
  const left = all.length - kept.length;
  if (left === 0) return kept.join('\n');
  return (end === 'head' ? [...kept, `… ${left} more lines`] : [`… ${left} lines before`, ...kept]).join(
    '\n',
  );
}

/** The text of a page or a file may be of any size; the log is for people. */
function wordLong(text: string): string {
  const all = lines(text);
  const some = all.length > excerptLines ? excerpt(all, 'head') : text;
  const left = some.length - excerptCharacters;
  return left <= 0 ? some : `${some.slice(0, excerptCharacters)}… ${left} more characters`;
}

function wordValue(value: Exclude<Value, undefined>): string {
  if (typeof value === 'string') return wordLong(value);
  if ('version' in value) return value.version;
  if ('either' in value) return value.either[0] ?? '';
  const items = 'items' in value ? value.items : value.counted;
  return items.length === 0 ? 'none' : items.join(', ');
}
