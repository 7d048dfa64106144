/** The pattern language, read: expected text with holes → lines of tokens, or all its problems. */
import { RE2JS } from 're2js';
import { whyNotName } from './names.ts';
import { nearest } from './nearest.ts';
import { HOLE_TYPES, HOLE_TYPE_NAMES, isHoleTypeName, type HoleTypeName } from './pattern-types.ts';
import { checkSubstitution, splitVariables } from './substitute.ts';

export interface Pattern {
  readonly source: string;
  readonly lines: readonly PatternLine[];
  /** The holes with a name, each once, and the type of the first; `regex` for an expression. */
  readonly names: ReadonlyMap<string, HoleTypeName | 'regex'>;
}
export interface PatternLine {
  /** As a person wrote it. */
  readonly source: string;
  /** `...` alone: any number of lines. */
  readonly anyLines: boolean;
  readonly tokens: readonly PatternToken[];
}
export type PatternToken =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'any' }
  | Hole;
export interface Hole {
  readonly kind: 'hole';
  readonly name?: string | undefined;
  readonly type: HoleTypeName | 'regex';
  /** An expression without groups that catch. */
  readonly expression: string;
  /** As a person wrote it: `<pid:int>`. */
  readonly source: string;
}
export interface PatternProblem {
  /** In the source. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

export function parsePattern(source: string): Pattern | readonly PatternProblem[] {
  const problems: PatternProblem[] = [];
  const names = new Map<string, HoleTypeName | 'regex'>();
  let offset = 0;
  const lines = splitLines(source).map((line, index) => {
    const start = offset;
    offset = source.indexOf('\n', offset) + 1;
    const problem: Report = (column, message, hint) =>
      problems.push({ offset: start + column, line: index + 1, column: column + 1, message, hint });
    for (const stray of checkSubstitution(line)) problem(stray.offset, stray.message, stray.hint);
    const anyLines = isAnyLines(line);
    const tokens = anyLines ? [] : readLine(line, problem);
    for (const token of tokens) {
      if (token.kind === 'hole' && token.name !== undefined && !names.has(token.name)) {
        names.set(token.name, token.type);
      }
    }
    return { source: line, anyLines, tokens };
  });
  return problems.length > 0 ? problems : { source, lines, names };
}

/** Narrows what parsePattern gives. */
export function isPattern(parsed: Pattern | readonly PatternProblem[]): parsed is Pattern {
  return 'lines' in parsed;
}

/** One final newline and the CRs and blanks at the ends of lines do not matter; an empty text has no line. */
export function splitLines(text: string): readonly string[] {
  const chomped = text.endsWith('\n') ? text.slice(0, -1) : text;
  return chomped === '' ? [] : chomped.split('\n').map(trimEnd);
}

function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && BLANKS.includes(line[end - 1] ?? '')) end -= 1;
  return end === line.length ? line : line.slice(0, end);
}
const BLANKS = ' \t\r';

/** Of a line without blanks at its end; other white space than ours is text. */
function isAnyLines(line: string): boolean {
  return /^[ \t]*\.\.\.$/.test(line);
}

/** A pattern that this very text matches. */
export function escapePattern(text: string): string {
  return text
    .split('\n')
    .map((line) => (isAnyLines(trimEnd(line)) ? '<:/\\.\\.\\./>' : escapeLine(line)))
    .join('\n');
}

function escapeLine(line: string): string {
  return line.replaceAll('${', () => '$${').replace(HOLE_START, '<<');
}

type Report = (column: number, message: string, hint?: string) => void;

/**
 * What follows the `<` of a hole. An expression without an end is a hole too, and a problem; so is a name that no hole can
 * have, such as `<Main-PID:int>`, where a type shows what is meant.
 */
const EXPRESSION = String.raw`\/(?:[^\\]|\\.)*?\/`;
const MISNAMED = String.raw`[A-Za-z_][A-Za-z0-9_-]*:(?:${EXPRESSION}|${HOLE_TYPE_NAMES.join('|')})`;
const HOLE_REST = String.raw`(?:\*|(?!:?>)(?:[a-z][a-z0-9_]*)?(?::(?:${EXPRESSION}|\/[^>]*|[A-Za-z]+))?|${MISNAMED})>`;
const HOLE_START = new RegExp(`<(?=${HOLE_REST})`, 'g');
const TOKEN = new RegExp(`<<(?=${HOLE_REST})|<${HOLE_REST}`, 'g');
const HOLE = /^<([A-Za-z_][A-Za-z0-9_-]*)?(?::(?:\/(.*)\/|(.*)))?>$/;

function readLine(line: string, problem: Report): readonly PatternToken[] {
  const tokens: PatternToken[] = [];
  let from = 0;
  for (const match of line.matchAll(TOKEN)) {
    const source = match[0];
    pushText(tokens, line.slice(from, match.index));
    from = match.index + source.length;
    if (source === '<<') tokens.push({ kind: 'text', text: '<' });
    else if (source === '<*>') tokens.push({ kind: 'any' });
    else tokens.push(...readHole(source, match.index, problem));
  }
  pushText(tokens, line.slice(from));
  return tokens;
}

function pushText(tokens: PatternToken[], text: string): void {
  for (const part of splitVariables(text)) {
    tokens.push(
      part.kind === 'variable' ? { kind: 'variable', name: part.name } : { kind: 'text', text: part.text },
    );
  }
}

function readHole(source: string, offset: number, problem: Report): readonly Hole[] {
  const [, name, regex, type = 'word'] = HOLE.exec(source) ?? [];
  const wrong = name === undefined ? undefined : whyNotName(name);
  if (wrong !== undefined && name !== undefined) {
    problem(offset, `hole "${source}": ${wrong}`, `${nameHint(name, source)} (<< is a literal <)`);
  }
  if (regex !== undefined) return readRegex({ source, name, regex }, offset, problem);
  if (isHoleTypeName(type)) {
    return [{ kind: 'hole', name, type, expression: HOLE_TYPES[type].source, source }];
  }
  if (type.startsWith('/')) {
    problem(offset, `the regular expression in "${source}" has no end`, 'it ends at />; << is a literal <');
    return [];
  }
  const near = nearest(type, HOLE_TYPE_NAMES);
  const hint = near === undefined ? `types: ${HOLE_TYPE_NAMES.join(', ')}` : `did you mean "${near}"?`;
  problem(offset, `unknown type "${type}" in "${source}"`, `${hint} (<< is a literal <)`);
  return [];
}

function nameHint(name: string, source: string): string {
  if (isHoleTypeName(name)) return `a ${name} without a name is written <:${name}>`;
  const plain = name.toLowerCase().replaceAll('-', '_');
  return whyNotName(plain) === undefined ? `write ${source.replace(name, plain)}` : 'choose another name';
}

function readRegex(
  { source, name, regex }: { source: string; name: string | undefined; regex: string },
  offset: number,
  problem: Report,
): readonly Hole[] {
  const expression = regex.replaceAll('\\/', '/');
  const wrong = checkRegex(expression);
  if (wrong !== undefined) {
    problem(
      offset,
      `bad regular expression in "${source}": ${wrong}`,
      'the syntax is RE2’s: no look-around, no \\1',
    );
    return [];
  }
  return [{ kind: 'hole', name, type: 'regex', expression: `(?:${expression})`, source }];
}

/** Why RE2 refuses an expression. */
export function checkRegex(expression: string): string | undefined {
  try {
    RE2JS.compile(expression);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
  }
}
