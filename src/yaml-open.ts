/** Quotes and brackets that end where nobody meant: the parser tells it there, and a reader looks where they begin. */
import type { CST } from 'yaml';

export interface Opening {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly at: number;
}

export function isOpenQuote({ code, message }: Omit<Told, 'at'>): boolean {
  return code === 'MISSING_CHAR' && message.startsWith('Missing closing');
}
export function isOpenBracket({ code, message }: Omit<Told, 'at'>): boolean {
  return code === 'BAD_INDENT' && message.startsWith('Flow ');
}

/** Where the mistake is, and what it is called there; nothing where it is another one. */
export function openingOf(told: Told, text: string, tokens: readonly CST.Token[]): Opening | undefined {
  const all = [...allTokens(tokens)];
  if (isOpenBracket(told)) {
    // Of several the innermost is the one that was forgotten.
    const found = all.findLast((token) => token.type === 'flow-collection' && !isClosed(token));
    return found?.type === 'flow-collection' ? openBracket(found) : undefined;
  }
  const { at } = told;
  if (!isOpenQuote(told) && told.code !== 'UNEXPECTED_TOKEN') return undefined;
  const quoted = all.filter(isQuoted).find((token) => {
    const end = token.offset + token.source.length;
    return end <= at && /^[ \t]*$/.test(text.slice(end, at));
  });
  if (quoted === undefined) return undefined;
  const quote = quoted.source.charAt(0);
  const hint = `close it behind the text; within it ${quote} is written ${quote === '"' ? '\\"' : "''"}`;
  if (isOpenQuote(told))
    return { offset: quoted.offset, message: `the quote ${quote} that opens here is not closed`, hint };
  if (!quoted.source.includes('\n'))
    return { offset: at, message: 'more text stands behind a quoted text', hint };
  const said = `the quote ${quote} that opens here is closed lines below, before more text`;
  return { offset: quoted.offset, message: said, hint };
}

function openBracket({ offset, start }: CST.FlowCollection): Opening {
  const closing = start.source === '[' ? ']' : '}';
  return {
    offset,
    message: `the bracket ${start.source} that opens here is not closed`,
    hint: `close it with ${closing}, or quote the text; the lines below, up to ${closing}, are indented further`,
  };
}

function isQuoted(token: CST.Token): token is CST.FlowScalar {
  return token.type === 'single-quoted-scalar' || token.type === 'double-quoted-scalar';
}

function isClosed({ start, end }: CST.FlowCollection): boolean {
  return end[0]?.source === (start.source === '[' ? ']' : '}');
}

/** In the order of the file. */
function* allTokens(tokens: Iterable<CST.Token>): Iterable<CST.Token> {
  for (const token of tokens) {
    yield token;
    if (token.type === 'document' && token.value !== undefined) yield* allTokens([token.value]);
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key !== undefined && key !== null) yield* allTokens([key]);
      if (value !== undefined) yield* allTokens([value]);
    }
  }
}
