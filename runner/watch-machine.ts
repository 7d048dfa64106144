/** Looks at what `watch` asks about: failed units, coredumps, the journal, in one text typed into the machine. */
import type { Watch } from '../src/scenario.ts';
import type { JournalMessage, WatchSeen } from '../src/watch.ts';
import type { Session } from './machine.ts';
import { collectAll, type Frame } from './resources/batch.ts';
import { limited, unreadable, type CollectContext } from './resources/resource.ts';
import { lines } from './resources/text.ts';

export interface WatchScope {
  readonly session: Session;
  /** When the job began, by the clock of the machine. */
  readonly sinceMs: number;
  readonly toolTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * `MESSAGE_ID` of systemd-coredump, and what PID 1 says of a service that dumped core, or would have but for its
 * limits: ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS. The same on 247–257.
 */
const dumped = [
  'MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1 + EXIT_CODE=dumped + EXIT_CODE=killed',
  ...[4, 5, 6, 7, 8, 11, 31].map((signal) => `EXIT_STATUS=${signal}`),
].join(' ');

export async function lookAtMachine(watch: Watch, scope: WatchScope): Promise<WatchSeen> {
  const { sinceMs, toolTimeoutMs, session, signal } = scope;
  const context: CollectContext = { stepStartedAtMs: sinceMs, toolTimeoutMs, all: [] };
  const journal = 'journalctl -q --no-pager -o json --output-fields=MESSAGE,SYSLOG_IDENTIFIER';
  const read = (filter: string): string =>
    limited(`${journal} --since=@${(sinceMs / 1000).toFixed(3)} ${filter}`, context);
  const questions: Readonly<Record<keyof WatchSeen, string | undefined>> = {
    failedUnits:
      watch.failedUnits &&
      limited('systemctl list-units --failed --plain --no-legend --full --no-pager', context),
    coredumps: watch.coredumps ? read(dumped) : undefined,
    journal: watch.journal && read(`-p ${watch.journal.priority}`),
  };
  const asked = Object.values(questions).filter((text) => text !== undefined);
  // What was said a moment ago is not in the journal yet; where nobody keeps one, journalctl shows none, and is content.
  const sync = watch.coredumps || watch.journal !== undefined ? limited('journalctl --sync', context) : ':';
  const [synced, ...frames] = await collectAll(session, [sync, ...asked], {
    signal,
    timeoutMs: 4 * toolTimeoutMs,
  });
  const answer = (key: keyof WatchSeen): readonly string[] | string | undefined => {
    const question = questions[key];
    if (question === undefined) return undefined;
    const kept = key === 'failedUnits' ? [] : readLines(synced, context);
    return typeof kept === 'string' ? kept : readLines(frames[asked.indexOf(question)], context);
  };
  return {
    failedUnits: mapLines(answer('failedUnits'), (line) => line.trim().split(/\s+/)[0] ?? ''),
    coredumps: mapLines(answer('coredumps'), readMessage),
    journal: mapLines(answer('journal'), readMessage),
  };
}

/** A text: why there are none. */
function readLines(frame: Frame | undefined, context: CollectContext): readonly string[] | string {
  if (frame === undefined) return 'no answer';
  if (typeof frame === 'string') return frame;
  const nothing = lines(frame.stdout).length === 0;
  // journalctl ends with 1 where a filter leaves nothing.
  if (frame.status === 0 || (frame.status === 1 && nothing && lines(frame.stderr).length === 0))
    return lines(frame.stdout);
  return unreadable(frame, context).problem ?? '';
}

function mapLines<Item>(
  answer: readonly string[] | string | undefined,
  read: (line: string) => Item,
): readonly Item[] | string | undefined {
  return typeof answer === 'object' ? answer.map(read) : answer;
}

/** A message that is no UTF-8 comes as a list of bytes. */
export function readMessage(line: string): JournalMessage {
  const entry: unknown = JSON.parse(line);
  const field = (name: string): string => {
    const value: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, name) : undefined;
    if (typeof value === 'string') return value;
    return Array.isArray(value) ? new TextDecoder().decode(Uint8Array.from(value.map(Number))) : '';
  };
  return { identifier: field('SYSLOG_IDENTIFIER') || 'unknown', text: field('MESSAGE') };
}
