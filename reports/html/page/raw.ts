/** What an output was before its escapes were taken out of the text. */

/** `held` as `reports/html/raw.ts` writes it; absent where the text is all. */
export function rawOf(held: string | null, text: string): string | Uint8Array<ArrayBuffer> {
  const raw: unknown = held === null ? text : JSON.parse(held);
  if (typeof raw === 'string') return raw;
  if (Array.isArray(raw)) return putBack(raw, text);
  const bytes = typeof raw === 'object' && raw !== null && 'bytes' in raw ? String(raw.bytes) : '';
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
}

function putBack(raw: readonly unknown[], text: string): string {
  let whole = '';
  let at = 0;
  for (const part of raw) whole += typeof part === 'number' ? text.slice(at, (at += part)) : String(part);
  return whole;
}
