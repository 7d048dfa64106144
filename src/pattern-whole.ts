/** A whole pattern line as one expression: whether it fits, and nothing more, for texts of very many lines. */
import { escapeRegex, mayGiveBack, type PiecePart } from './pattern-piece.ts';

/**
 * `groups` are what stands between the line's wildcards. Every piece and hole is atomic, as they are one by one: its
 * leftmost fit, never tried again. Nothing where a hole may give back, which is RE2's to decide.
 */
export function wholeLine(groups: readonly (readonly PiecePart[])[]): RegExp | undefined {
  const soft = groups.some((parts) =>
    parts.some((part, index) => typeof part !== 'string' && mayGiveBack(part, parts[index + 1])),
  );
  if (soft) return undefined;
  let count = 0;
  const atomic = (inner: () => string): string => {
    count += 1;
    const number = count;
    return `(?=(${inner()}))\\${number}`;
  };
  const piece = (parts: readonly PiecePart[]): string =>
    parts
      .map((part) => (typeof part === 'string' ? escapeRegex(part) : atomic(() => part.expression)))
      .join('');
  let source = '';
  for (const [index, parts] of groups.entries()) {
    const [first, ...rest] = parts;
    const last = groups[index - 1]?.at(-1);
    // `a <*> b` with nothing caught is one run of blanks.
    const shared =
      typeof last === 'string' && last.endsWith(' ') && typeof first === 'string' && first.startsWith(' ');
    const end = index === groups.length - 1 ? '$' : '';
    if (index === 0) source += `^${piece(parts)}${end}`;
    else if (shared) source += atomic(() => `(?:|[^]*? )${piece([first.slice(1), ...rest])}${end}`);
    else source += atomic(() => `[^]*?${piece(parts)}${end}`);
  }
  return new RegExp(source);
}
