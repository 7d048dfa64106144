/** Durations, sizes, versions and comparisons: read, compared exactly, printed. */

export type QuantityKind = 'number' | 'duration' | 'size' | 'version';
export type Operator = '<' | '<=' | '>' | '>=' | '=' | '!=';
/** `text` operands compare by equality only. */
export type Comparison =
  | { readonly op: Operator; readonly value: string }
  | { readonly op: '..'; readonly low: string; readonly high: string };
/** `ok` is false wherever there is a problem: the actual text is not of the kind the comparison needs. */
export interface Verdict {
  readonly ok: boolean;
  readonly problem?: string | undefined;
}

/** Milliseconds, or undefined if the text is no duration; a bare number has no unit and is none. */
export function parseDuration(text: string): number | undefined {
  const exact = readDuration(text);
  return exact === undefined ? undefined : toNumber(exact) / 1e6;
}

/** Bytes, K = 1024; a bare whole number is bytes. */
export function parseSize(text: string): number | undefined {
  const exact = readSize(text);
  return exact === undefined ? undefined : toNumber(exact);
}

/** As systemd prints it: `1.234s`, `1min 2.3s`, `2h 5min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  if (durationMs > 0 && durationMs < 1) return `${trimZeros((durationMs * 1000).toFixed(0))}us`;
  if (durationMs < 1000) return `${Math.round(durationMs)}ms`;
  const ms = Math.round(durationMs);
  const parts = [
    [Math.floor(ms / 86_400_000), 'd'],
    [Math.floor(ms / 3_600_000) % 24, 'h'],
    [Math.floor(ms / 60_000) % 60, 'min'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  const seconds = trimZeros(((ms % 60_000) / 1000).toFixed(3));
  return [...shown, ...(seconds === '0' ? [] : [`${seconds}s`])].join(' ');
}

/** `64K`, `1.5G`; a number without a short form stays bytes with one decimal of the next unit. */
export function formatSize(sizeBytes: number): string {
  let unit = 0;
  let value = sizeBytes;
  while (value >= 1024 && unit < SIZE_LETTERS.length) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? String(sizeBytes) : `${trimZeros(value.toFixed(1))}${SIZE_LETTERS[unit - 1]}`;
}

/** `"< 10s"`, `">= 252"`, `"!= 0"`, `"10..20"`, a plain quantity; undefined if the text is not wholly one. */
export function parseComparison(text: string): Comparison | undefined {
  const trimmed = text.trim();
  const range = /^(\S.*?)\s*\.\.\s*(\S.*)$/.exec(trimmed);
  if (range?.[1] !== undefined && range[2] !== undefined) {
    const [, low, high] = range;
    return isQuantity(low) && isQuantity(high) ? { op: '..', low, high } : undefined;
  }
  const match = /^(<=|>=|!=|==|=|<|>)\s*(\S.*)$/.exec(trimmed);
  const value = match?.[2];
  if (match?.[1] === undefined || value === undefined) {
    return isQuantity(trimmed) ? { op: '=', value: trimmed } : undefined;
  }
  const op = OPERATORS[match[1]];
  if (op === undefined) return undefined;
  const textual = (op === '=' || op === '!=') && !/^[<>=!]/.test(value);
  return isQuantity(value) || textual ? { op, value } : undefined;
}

export function formatComparison(comparison: Comparison): string {
  if (comparison.op === '..') return `${comparison.low}..${comparison.high}`;
  return comparison.op === '=' ? comparison.value : `${comparison.op} ${comparison.value}`;
}

/**
 * Whether the comparison holds of the text. The kind is the narrowest both sides can be read as; `257.13` is a number
 * unless the caller says that it is a version.
 */
export function holds(comparison: Comparison, actual: string, kind?: QuantityKind): Verdict {
  if (comparison.op !== '..') return holdsOne(comparison.op, comparison.value, actual.trim(), kind);
  const low = holdsOne('>=', comparison.low, actual.trim(), kind);
  return low.ok ? holdsOne('<=', comparison.high, actual.trim(), kind) : low;
}

/** <0, 0, >0 over the parts that `given` has: `257` equals any 257.x; the order is Debian's. */
export function compareVersions(actual: string, given: string): number {
  const left = versionTokens(actual, given);
  const right = versionTokens(given, actual);
  for (let index = 0; index < right.length; index += 1) {
    const wanted = right[index] ?? '';
    const seen = left[index];
    if (seen === undefined) return beyondEnd(right.slice(index));
    const order = index % 2 === 0 ? compareDigits(seen, wanted) : compareMarks(seen, wanted);
    if (order !== 0) return order;
  }
  return 0;
}

function holdsOne(op: Operator, value: string, actual: string, kind: QuantityKind | undefined): Verdict {
  if (kind !== 'version' && value === actual) return { ok: ORDERS[op](0) };
  for (const name of kind === undefined ? KINDS : [kind]) {
    const order = COMPARE[name](actual, value);
    if (order !== undefined) return { ok: ORDERS[op](order) };
  }
  if (op === '!=' || op === '=') {
    const wanted = kind ?? kindOf(value);
    if (op === '!=') return { ok: actual !== value };
    return wanted === undefined ? { ok: actual === value } : { ok: false, problem: notA(actual, wanted) };
  }
  return { ok: false, problem: notA(actual, kind ?? kindOf(value) ?? 'number') };
}

function notA(actual: string, kind: QuantityKind): string {
  return `"${actual}" is not a ${kind}`;
}

function isQuantity(text: string): boolean {
  return kindOf(text) !== undefined;
}

/** The narrowest kind the text can be read as. */
export function kindOf(text: string): QuantityKind | undefined {
  return KINDS.find((kind) => READS[kind](text));
}

/** digits · 10^-decimals, exactly. */
interface Exact {
  readonly digits: bigint;
  readonly decimals: number;
}

function readNumber(text: string): Exact | undefined {
  const match = /^([-+]?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]{1,3}))?$/.exec(text);
  if (match?.[2] === undefined || text.length > 400) return undefined;
  const fraction = match[3] ?? '';
  const decimals = fraction.length - Number(match[4] ?? 0);
  const digits = BigInt(match[2] + fraction) * (match[1] === '-' ? -1n : 1n);
  return decimals < 0 ? { digits: digits * 10n ** BigInt(-decimals), decimals: 0 } : { digits, decimals };
}

function readDuration(text: string): Exact | undefined {
  const sign = text.startsWith('-') ? -1n : 1n;
  const rest = text.replace(/^[-+]/, '');
  if (!/^[0-9]/.test(rest) || rest.length > 400) return undefined;
  let total: Exact = { digits: 0n, decimals: 0 };
  let end = 0;
  for (const match of rest.matchAll(/([0-9]+(?:\.[0-9]+)?) ?([A-Za-zµμ]+)(?: +|$|(?=[0-9]))/g)) {
    const count = readNumber(match[1] ?? '');
    const unit = DURATION_UNITS.get(match[2] ?? '');
    if (match.index !== end || count === undefined || unit === undefined) return undefined;
    total = add(total, { digits: count.digits * unit, decimals: count.decimals });
    end += match[0].length;
  }
  return end === rest.length && end > 0 ? { ...total, digits: total.digits * sign } : undefined;
}

function readSize(text: string): Exact | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)(?: ?(?:([kKMGTPE])(?:i?B)?|B|bytes?))?$/.exec(text);
  const count = readNumber(match?.[1] ?? '');
  if (match === null || count === undefined) return undefined;
  const power = match[2] === undefined ? 0 : SIZE_LETTERS.indexOf(match[2].toUpperCase()) + 1;
  if (power === 0 && match[1]?.includes('.') === true) return undefined;
  return { digits: count.digits * 1024n ** BigInt(power), decimals: count.decimals };
}

function add(left: Exact, right: Exact): Exact {
  const decimals = Math.max(left.decimals, right.decimals);
  return { digits: scale(left, decimals) + scale(right, decimals), decimals };
}

function compareExact(left: Exact, right: Exact): number {
  const decimals = Math.max(left.decimals, right.decimals);
  const difference = scale(left, decimals) - scale(right, decimals);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function scale(value: Exact, decimals: number): bigint {
  return value.digits * 10n ** BigInt(decimals - value.decimals);
}

function toNumber(value: Exact): number {
  return Number(`${value.digits}e-${value.decimals}`);
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function both(
  read: (text: string) => Exact | undefined,
): (actual: string, given: string) => number | undefined {
  return (actual, given) => {
    const left = read(actual);
    const right = left && read(given);
    return left && right && compareExact(left, right);
  };
}

/** A digit also stands behind an epoch. */
const VERSION = /^v?(?![0-9]+:[^0-9])[0-9][0-9A-Za-z]*(?:[.+~:_-]+[0-9A-Za-z]+)*$/;
const KINDS: readonly QuantityKind[] = ['number', 'duration', 'size', 'version'];
const READS: Readonly<Record<QuantityKind, (text: string) => boolean>> = {
  number: (text) => readNumber(text) !== undefined,
  duration: (text) => readDuration(text) !== undefined,
  size: (text) => readSize(text) !== undefined,
  version: (text) => VERSION.test(text),
};
/** Zero is the same in every unit. */
const orZero = (read: (text: string) => Exact | undefined) => (text: string) =>
  text === '0' ? readNumber('0') : read(text);
const COMPARE: Readonly<Record<QuantityKind, (actual: string, given: string) => number | undefined>> = {
  number: both(readNumber),
  duration: both(orZero(readDuration)),
  size: both(readSize),
  version: (actual, given) =>
    VERSION.test(actual) && VERSION.test(given) && !isUnitOnly(actual, given)
      ? compareVersions(actual, given)
      : undefined,
};
/** `10s` against `12` or `64M`: one side has a unit the other cannot be read in, and neither is a version. */
function isUnitOnly(actual: string, given: string): boolean {
  return [actual, given].some((text) => {
    const kind = kindOf(text);
    return kind === 'duration' || kind === 'size';
  });
}
const OPERATORS: Readonly<Record<string, Operator>> = {
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '=': '=',
  '==': '=',
  '!=': '!=',
};
const ORDERS: Readonly<Record<Operator, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
};
const SIZE_LETTERS = ['K', 'M', 'G', 'T', 'P', 'E'];

/** Nanoseconds a unit; the names and the lengths of month and year are systemd.time(7)'s. */
const DURATION_UNITS: ReadonlyMap<string, bigint> = new Map(
  (
    [
      [1n, 'ns nsec'],
      [1_000n, 'us usec µs μs'],
      [1_000_000n, 'ms msec'],
      [1_000_000_000n, 's sec second seconds'],
      [60_000_000_000n, 'm min minute minutes'],
      [3_600_000_000_000n, 'h hr hour hours'],
      [86_400_000_000_000n, 'd day days'],
      [604_800_000_000_000n, 'w week weeks'],
      [2_629_800_000_000_000n, 'month months'],
      [31_557_600_000_000_000n, 'y year years'],
    ] as const
  ).flatMap(([nanoseconds, names]) => names.split(' ').map((name) => [name, nanoseconds] as const)),
);

/** Digits at even places, what stands between them at odd ones; an epoch counts only where both have one. */
function versionTokens(text: string, other: string): readonly string[] {
  const plain = text.replace(/^v/, '');
  const bare = other.includes(':') ? plain : plain.replace(/^[0-9]+:/, '');
  return bare.match(/[0-9]+|[^0-9]+/g) ?? [];
}

/** What an ended version is against the parts still asked for: more than `~rc1`, equal to `.0`, less than `.1`. */
function beyondEnd(rest: readonly string[]): number {
  if (rest[0]?.startsWith('~') === true) return 1;
  return rest.every((token) => /^(?:\.|0+)$/.test(token)) ? 0 : -1;
}

function compareDigits(left: string, right: string): number {
  const difference = BigInt(left) - BigInt(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** deb-version(7): `~` before the end, the end before letters, letters before the rest. */
function compareMarks(left: string, right: string): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = markOrder(left[index]) - markOrder(right[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function markOrder(mark: string | undefined): number {
  if (mark === undefined) return 0;
  if (mark === '~') return -1;
  return /[A-Za-z]/.test(mark) ? mark.charCodeAt(0) : mark.charCodeAt(0) + 256;
}
