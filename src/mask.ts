/**
 * Secrets in a text: every occurrence becomes `***NAME***`, in one text or in the pieces of a stream.
 * A secret is looked for in several forms: as it is, its lines one by one, and as JSON, a shell, URLs and base64 write it.
 * Occurrences that overlap become one mask, so that no end of one sticks out beside the other.
 */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** A text that must not be seen, and whose it is. */
export interface Needle {
  readonly name: string;
  readonly text: string;
}

export interface MaskStream {
  /** What can be shown by now: an end that may become a secret is held back. */
  add(text: string): string;
  /** What was held back; no more comes. */
  end(): string;
}

const shortestLine = 4;
/** Less of a value in base64 would be found where it is not. */
const shortestBase64 = 8;

export function needlesOf(secrets: readonly Secret[]): readonly Needle[] {
  const names = new Map<string, string>();
  for (const { name, value } of secrets)
    for (const text of formsOf(value)) if (!names.has(text)) names.set(text, name);
  return [...names].map(([text, name]) => ({ name, text })).toSorted((a, b) => b.text.length - a.text.length);
}

export function mask(text: string, needles: readonly Needle[]): string {
  const stream = maskStream(needles);
  return stream.add(text) + stream.end();
}

export function maskStream(needles: readonly Needle[]): MaskStream {
  let held = '';
  /** So many characters of what is held are behind a mask already. */
  let covered = 0;
  const take = (text: string, upTo: number): string => {
    const shown: string[] = [];
    let at = covered;
    for (const { start, end, name } of occurrences(text, upTo, needles)) {
      if (start >= at) shown.push(text.slice(at, start), `***${name}***`);
      at = Math.max(at, end);
    }
    if (at < upTo) shown.push(text.slice(at, upTo));
    covered = Math.max(0, Math.max(at, covered) - upTo);
    held = text.slice(upTo);
    return shown.join('');
  };
  return {
    add: (text) => {
      const all = held + text;
      return take(all, openEnd(all, needles));
    },
    end: () => take(held, held.length),
  };
}

interface Occurrence {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Those that begin before `upTo`, in their order, the longest first; of one needle those that overlap as one. */
function occurrences(text: string, upTo: number, needles: readonly Needle[]): readonly Occurrence[] {
  const found: Occurrence[] = [];
  for (const { name, text: needle } of needles) {
    let last: { start: number; end: number; name: string } | undefined;
    for (let start = text.indexOf(needle); start >= 0 && start < upTo;) {
      if (last !== undefined && start < last.end) last.end = start + needle.length;
      else found.push((last = { start, end: start + needle.length, name }));
      start = text.indexOf(needle, start + 1);
    }
  }
  return found.length < 2 ? found : found.toSorted((a, b) => a.start - b.start || b.end - a.end);
}

/** Where the end of a text begins that is the beginning of a needle; its length where there is none. */
function openEnd(text: string, needles: readonly Needle[]): number {
  const longest = needles[0]?.text.length ?? 0;
  for (let at = Math.max(0, text.length - longest + 1); at < text.length; at += 1) {
    const length = text.length - at;
    const first = text.charCodeAt(at);
    for (const { text: needle } of needles)
      if (needle.length > length && needle.charCodeAt(0) === first && needle.startsWith(text.slice(at)))
        return at;
  }
  return text.length;
}

function formsOf(value: string): readonly string[] {
  const trimmed = value.trim();
  const lines = value.includes('\n') ? value.split('\n').map((line) => line.trim()) : [];
  return [
    value,
    trimmed,
    ...lines,
    JSON.stringify(trimmed).slice(1, -1),
    trimmed.replaceAll("'", String.raw`'\''`),
    encodeURIComponent(trimmed),
    ...base64Forms(value),
  ].filter((form) => form.length >= shortestLine);
}

/** The whole, and what is sure of it wherever it begins in a longer text, such as `user:password`. */
function base64Forms(value: string): readonly string[] {
  const bytes = new TextEncoder().encode(value);
  const inner = [0, 1, 2].map((skipped) => {
    const rest = bytes.subarray(skipped);
    return base64(rest.subarray(0, rest.length - (rest.length % 3)));
  });
  return [base64(bytes), ...inner].filter((form) => form.length >= shortestBase64);
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
