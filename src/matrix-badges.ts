/** Says of each cell of a row how it stands apart: since a version, up to one, here only, or just different. */
import { ABSENT, UNKNOWN } from './matrix-key.ts';

export interface Entry {
  /** Equal where cells are alike. */
  readonly key: string;
  readonly systemd?: string | undefined;
}
/** In words: `since 257` and `until 252` name a version of systemd. */
export type Badge = 'differs' | 'only here' | `since ${string}` | `until ${string}`;

export interface RowBadges {
  readonly badges: readonly (Badge | undefined)[];
  /** Two that are there and differ: the usual one first. */
  readonly pair?: readonly [number, number] | undefined;
}

export function badgesOf(entries: readonly Entry[]): RowBadges {
  const known = entries.filter(({ key }) => key !== UNKNOWN);
  const none = entries.map(() => undefined);
  if (new Set(known.map(({ key }) => key)).size < 2) return { badges: none };
  const usual = splitByVersion(known)?.older.key ?? mostUsual(known);
  const isThere = ({ key }: Entry): boolean => key !== UNKNOWN && key !== ABSENT;
  const left = entries.findIndex(({ key }) => key === usual && key !== ABSENT);
  const right = entries.findIndex((entry) => isThere(entry) && entry.key !== usual);
  return {
    badges: entries.map((entry) => (isThere(entry) ? badgeOf(entry, known, usual) : undefined)),
    pair: left < 0 || right < 0 ? undefined : [left, right],
  };
}

function badgeOf(entry: Entry, known: readonly Entry[], usual: string): Badge | undefined {
  const split = splitByVersion(known);
  if (split !== undefined) {
    if (entry.key === split.newer.key) return `since ${split.newer.systemd}`;
    if (split.newer.key === ABSENT) return `until ${split.older.systemd}`;
    return undefined;
  }
  if (known.every((other) => other === entry || other.key === ABSENT)) return 'only here';
  return entry.key === usual ? undefined : 'differs';
}

/** What most have in common; of several the one that comes first. */
function mostUsual(known: readonly Entry[]): string {
  const counts = new Map<string, number>();
  for (const { key } of known) if (key !== ABSENT) counts.set(key, (counts.get(key) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] ?? ABSENT;
}

interface Side {
  readonly key: string;
  /** The version next to the border. */
  readonly systemd: string;
}

/** All older ones are alike, and so are all newer ones. */
function splitByVersion(known: readonly Entry[]): { readonly older: Side; readonly newer: Side } | undefined {
  const sides = known.map(({ key, systemd = '' }): Side => ({ key, systemd }));
  if (sides.some(({ systemd }) => !/^\d+/.test(systemd))) return undefined;
  const sorted = sides.toSorted((a, b) => parseFloat(a.systemd) - parseFloat(b.systemd));
  const at = sorted.findIndex(({ key }) => key !== sorted[0]?.key);
  const [older, newer] = [sorted[at - 1], sorted[at]];
  if (older === undefined || newer === undefined) return undefined;
  if (parseFloat(older.systemd) === parseFloat(newer.systemd)) return undefined;
  return sorted.slice(at).every(({ key }) => key === newer.key) ? { older, newer } : undefined;
}
