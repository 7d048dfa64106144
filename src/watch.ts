/** What was seen of a machine around a whole job, against its `watch`: findings as failures, and what is of note. */
import type { Failure } from './event.ts';
import { match } from './match.ts';
import type { Variables } from './judge.ts';
import type { Ignore, JournalWatch, Watch } from './scenario.ts';
import { priorities } from './scenario/watch.ts';

/** Of each only what `watch` asks about; a text says why it could not be read. */
export interface WatchSeen {
  readonly failedUnits?: readonly string[] | string | undefined;
  readonly coredumps?: readonly JournalMessage[] | string | undefined;
  readonly journal?: readonly JournalMessage[] | string | undefined;
}
export interface JournalMessage {
  readonly identifier: string;
  readonly text: string;
}
export interface WatchVerdict {
  readonly failures: readonly Failure[];
  readonly notes: readonly string[];
}

export function judgeWatch(watch: Watch, seen: WatchSeen, variables: Variables): WatchVerdict {
  const failures: Failure[] = [];
  const find = (what: keyof typeof EXPECTED, lines: readonly string[] | string): void => {
    if (lines.length === 0) return;
    const actual = typeof lines === 'string' ? `not readable: ${lines}` : lines.join('\n');
    failures.push({ kind: 'fact', what, expected: EXPECTED[what](watch), actual, at: watch.at });
  };
  find('failed units', unlisted(seen.failedUnits ?? [], watch.failedUnits ?? []));
  find('coredumps', words(seen.coredumps ?? []));
  const ignore = watch.journal?.ignore ?? [];
  if (typeof seen.journal === 'string') find('journal', seen.journal);
  const { left, unused } = heed(ignore, typeof seen.journal === 'object' ? seen.journal : [], variables);
  find('journal', left.map(wordMessage));
  return { failures, notes: typeof seen.journal === 'object' ? unused.map(wordUnused) : [] };
}

/** What is expected, a line for each thing that is watched. */
export function watchExpectation(watch: Watch): string {
  const lines = [
    watch.failedUnits && `failed units: ${EXPECTED['failed units'](watch)}`,
    watch.coredumps && `coredumps: ${EXPECTED.coredumps(watch)}`,
    watch.journal && `journal: ${EXPECTED.journal(watch)}`,
  ];
  return lines.filter(Boolean).join('\n');
}

const EXPECTED: Readonly<Record<'failed units' | 'coredumps' | 'journal', (watch: Watch) => string>> = {
  'failed units': ({ failedUnits = [] }: Watch) =>
    failedUnits.length === 0 ? 'none' : `none but ${failedUnits.join(', ')}`,
  coredumps: () => 'none',
  journal: ({ journal }: Watch) => `nothing of priority ${wordPriority(journal)}`,
};

/** `err or graver`; nothing is graver than `emerg`. */
function wordPriority(journal: JournalWatch | undefined): string {
  const name = journal?.priority ?? '';
  const ignored = journal?.ignore.length === 0 ? '' : ' that no "ignore" names';
  return `${name}${name === priorities[0] ? '' : ' or graver'}${ignored}`;
}

function unlisted(failed: readonly string[] | string, listed: readonly string[]): readonly string[] | string {
  return typeof failed === 'string' ? failed : failed.filter((name) => !listed.includes(name));
}

function words(messages: readonly JournalMessage[] | string): readonly string[] | string {
  return typeof messages === 'string' ? messages : messages.map(wordMessage);
}

/** As a person would read it in the journal, without time and pid, which no pattern could name. */
function wordMessage({ identifier, text }: JournalMessage): string {
  return `${identifier}: ${text.trimEnd()}`;
}

function heed(
  ignore: readonly Ignore[],
  messages: readonly JournalMessage[],
  variables: Variables,
): { readonly left: readonly JournalMessage[]; readonly unused: readonly Ignore[] } {
  const used = new Set<Ignore>();
  const left = messages.filter((message) => {
    const text = wordMessage(message);
    // Not the first alone: each that fits has been of use.
    const fitting = ignore.filter(({ pattern, at }) => {
      const inLine =
        pattern.kind === 'pattern' ? ({ kind: 'contains', value: [pattern], at } as const) : pattern;
      return match(inLine, text, variables).ok;
    });
    for (const one of fitting) used.add(one);
    return fitting.length === 0;
  });
  return { left, unused: ignore.filter((one) => !used.has(one)) };
}

function wordUnused({ because, at }: Ignore): string {
  return `the "ignore" of line ${at.line} matched nothing: ${because}`;
}
