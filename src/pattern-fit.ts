/** How far a line of a pattern fits a line of text, and which of its holes is the one that does not. */
import { quoted } from './describe-text.ts';
import { ANY, fitsUntil, type LineMatcher, type TextLine } from './pattern-line.ts';
import { HOLE_TYPES, type HoleType } from './pattern-types.ts';

/** Of longer lines only a part is shown. */
const LONGEST = 600;
const SHOWN = 60;

/** Where in the pattern's line, and where in the raw line of text, that ends which fits from the start on. */
export function fitOf(matcher: LineMatcher, line: TextLine): { readonly from: number; readonly to: number } {
  const nothing = { from: 0, to: 0 };
  if (matcher.source.length > LONGEST || line.raw.length > LONGEST || matcher.parts[0] === ANY)
    return nothing;
  const { parts, end } = fitsUntil(matcher, line);
  if (!matcher.parts.slice(0, parts).some((part) => typeof part === 'object')) return nothing;
  return { from: sourceLength(matcher.parts.slice(0, parts)), to: end };
}

/** Begins with a colon; empty where no hole is to blame. */
export function wordFit(matcher: LineMatcher, line: TextLine): string {
  if (matcher.source.length > LONGEST || line.raw.length > LONGEST) return '';
  const { parts, end, took } = fitsUntil(matcher, line);
  const [before, part] = [matcher.parts[parts - 1], matcher.parts[parts]];
  const rest = line.raw.slice(end).trim();
  if (typeof part === 'object') {
    if (rest === '') return `: nothing is left for ${part.source}`;
    const type: HoleType | undefined = part.type === 'regex' ? undefined : HOLE_TYPES[part.type];
    const such = type?.example === undefined ? '' : `, for example ${type.example}`;
    return before === ANY
      ? `: nothing in ${shown(rest)} fits ${part.source}${such}`
      : `: ${shown(rest)} does not fit ${part.source}${such}`;
  }
  // A hole took the longest text of its type, and what follows is not what was to follow.
  if (typeof before !== 'object' || rest === '' || (typeof part === 'string' && part.startsWith(' ')))
    return '';
  return `: ${before.source} took ${quoted(took)}, and ${shown(rest)} follows`;
}

function sourceLength(parts: LineMatcher['parts']): number {
  return parts.reduce((sum, part) => {
    if (typeof part === 'string') return sum + part.length;
    return sum + (part === ANY ? '<*>' : part.source).length;
  }, 0);
}

function shown(text: string): string {
  return quoted(text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`);
}
