/**
 * YAML text → a lean tree of texts, lists and maps with their offsets, under the strict rules of the language.
 * Every scalar is its source text. What YAML could make of a text behind its writer's back (tags, aliases,
 * merge keys, a second document, duplicate keys) is a problem, and so is every warning of the parser.
 */
import {
  Alias,
  Composer,
  Lexer,
  Parser,
  Scalar,
  YAMLMap,
  YAMLSeq,
  type CST,
  type Document,
  type Pair,
} from 'yaml';
import { plainCell } from './yaml-plain.ts';
import { makeSource, placeAt, report, type Shared, type Source } from './problem.ts';
import { isOpenBracket, isOpenQuote, openingOf } from './yaml-open.ts';

/** A value of the file. `bad`: its problem is already reported, or it is missing; nothing more is said about it. */
export type Cell = TextCell | ListCell | MapCell | BadCell;
interface Located {
  readonly source: Source;
  readonly offset: number;
}
export interface TextCell extends Located {
  readonly kind: 'text';
  readonly text: string;
  /** Nothing stands after the colon. */
  readonly empty: boolean;
}
export interface ListCell extends Located {
  readonly kind: 'list';
  readonly flow: boolean;
  readonly items: readonly Cell[];
}
export interface MapCell extends Located {
  readonly kind: 'map';
  readonly flow: boolean;
  readonly entries: ReadonlyMap<string, Entry>;
}
export interface BadCell extends Located {
  readonly kind: 'bad';
}
export interface Entry {
  /** Of the key. */
  readonly offset: number;
  readonly value: Cell;
}

/** Deeper files overflow the stack of the YAML library; no sensible file comes near. */
const DEEPEST = 60;

export function readYaml(file: string, directory: string, text: string, shared?: Shared): Cell {
  const source = makeSource(file, directory, text, shared);
  const tokens = tokensOf(text);
  if (typeof tokens === 'number') {
    report(source, tokens, `nested more than ${DEEPEST} levels deep`, 'quote the text, or use | before it');
    return { kind: 'bad', source, offset: 0 };
  }
  return plainCell(source, tokens) ?? composedCell(source, tokens);
}

/** By the library's own document, which finds and words every mistake. */
export function composedCell(source: Source, tokens: readonly CST.Token[]): Cell {
  const composer = new Composer({
    schema: 'failsafe',
    version: '1.2',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const [document, second] = composer.compose(tokens, false, source.text.length);
  if (document === undefined) {
    report(source, 0, 'the file is empty', 'a scenario begins with `title: …`');
    return { kind: 'bad', source, offset: 0 };
  }
  // A tree built around an error of YAML itself would only give misleading problems.
  if (reportParserProblems(source, document, tokens)) return { kind: 'bad', source, offset: 0 };
  if (second !== undefined)
    report(source, second.range[0], 'a second document begins here', 'one file holds one document');
  return document.contents === null
    ? { kind: 'bad', source, offset: 0 }
    : convert(source, document.contents, 0);
}

/** The tokens of the file, or the offset of the first collection that is too deep. */
export function tokensOf(text: string): readonly CST.Token[] | number {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // Below the collections that are open stands the document, above them perhaps a text.
    if (parser.stack.length > DEEPEST + 2) return offsetOf(parser.stack[DEEPEST + 1]);
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function offsetOf(token: CST.Token | undefined): number {
  return token !== undefined && 'offset' in token ? token.offset : 0;
}

const parserHints: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY:
    'a text that holds ": " needs quotes, or | before it; else look how the lines below are indented',
  MULTILINE_IMPLICIT_KEY: 'a key and its colon stand on one line; is the line indented like its neighbours?',
  BAD_SCALAR_START: 'quote the text, or use | before it',
  TAB_AS_INDENT: 'indent with blanks',
  BAD_INDENT: 'is the line indented like its neighbours?',
  BAD_DQ_ESCAPE: 'in double quotes a backslash begins an escape; use single quotes, or |',
  MISSING_CHAR: 'is a quote, a comma or a bracket left out?',
  TAG_RESOLVE_FAILED: 'a text that begins with ! needs quotes, or | before it',
  UNEXPECTED_TOKEN: 'quote the text, or use | before it',
};

/** Lines that stand where nobody meant them; by how the library's message begins. Behind another problem some are echoes. */
const misplaced: readonly { begins: string; words: string; hint: string; echo?: true }[] = [
  {
    begins: 'Sequence item without - indicator',
    words: 'this line is neither in the item above nor an item',
    hint: 'indent it like the first key of the item, behind its "- "',
  },
  {
    begins: 'Implicit map keys need to be followed by map values',
    words: 'a text stands where a key belongs',
    hint: 'write key: value; lines of a text below | are indented further than its key',
  },
  {
    begins: 'All mapping items must start at the same column',
    words: 'this line is not indented like its neighbours',
    hint: 'indent it like the other keys of its step or map; lines of a text below | like the first of them, or further',
  },
  {
    begins: 'A block sequence may not be used as an implicit map key',
    words: 'an item stands where none belongs',
    hint: 'indent it like the other items of its list',
    echo: true,
  },
];

/** One problem a line: the later ones are echoes. Unknown tags are reported where they stand. */
function reportParserProblems(
  source: Source,
  document: Document.Parsed,
  tokens: readonly CST.Token[],
): boolean {
  const seen = new Set<number>();
  const openQuote = document.errors.some(isOpenQuote);
  for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
    const { line } = placeAt(source, pos[0]);
    if (code === 'TAG_RESOLVE_FAILED' || seen.has(line)) continue;
    seen.add(line);
    // A quote left open takes the closing brackets as well.
    if (openQuote && isOpenBracket({ code, message })) continue;
    const opening = openingOf({ code, message, at: pos[0] }, source.text, tokens);
    if (opening !== undefined) {
      report(source, opening.offset, `not valid YAML: ${opening.message}`, opening.hint);
      continue;
    }
    // An error of indenting stands at the beginning of its line.
    const at = pos[0] + (/^ */.exec(source.text.slice(pos[0], pos[0] + 200))?.[0].length ?? 0);
    const found = misplaced.find(({ begins }) => message.startsWith(begins));
    if (found !== undefined) {
      const isEcho = found.echo === true && seen.size > 1;
      if (!isEcho) report(source, at, `not valid YAML: ${found.words}`, found.hint);
      continue;
    }
    const words =
      code === 'BLOCK_AS_IMPLICIT_KEY' ? 'this value reads as a map' : (message.split('\n')[0] ?? '');
    report(source, code === 'BAD_INDENT' ? at : pos[0], `not valid YAML: ${words}`, parserHints[code]);
  }
  return seen.size > 0;
}

const QUOTE = 'quote the text, or use | before it';

/** `instanceof` instead of the library's own questions, which are asked of each node eight times and cost more. */
function convert(source: Source, node: unknown, fallbackOffset: number): Cell {
  if (node instanceof Scalar) {
    const offset = node.range?.[0] ?? fallbackOffset;
    const { value } = node;
    const text = typeof value === 'string' ? value : (node.source ?? '');
    return (
      decorated(source, node, offset) ?? {
        kind: 'text',
        source,
        offset,
        text,
        empty: text === '' && node.type === 'PLAIN',
      }
    );
  }
  if (node instanceof YAMLMap || node instanceof YAMLSeq) {
    const offset = node.range?.[0] ?? fallbackOffset;
    const refused = decorated(source, node, offset);
    if (refused !== undefined) return refused;
    const flow = node.flow === true;
    return node instanceof YAMLMap
      ? { kind: 'map', source, offset, flow, entries: convertEntries(source, node.items, offset) }
      : {
          kind: 'list',
          source,
          offset,
          flow,
          items: node.items.map((item) => convert(source, item, offset)),
        };
  }
  if (node instanceof Alias) {
    const hint = `aliases are not used here; ${QUOTE}`;
    return bad(source, node.range?.[0] ?? fallbackOffset, `*${node.source} is a YAML alias`, hint);
  }
  return { kind: 'text', source, offset: fallbackOffset, text: '', empty: true };
}

/** What stands before a value and must not. */
function decorated(source: Source, { tag, anchor }: Scalar | YAMLMap | YAMLSeq, offset: number) {
  if (tag !== undefined && hasWrittenTag(source, offset))
    return bad(source, tagOffset(source, offset), 'a text that begins with ! is a YAML tag', QUOTE);
  if (anchor === undefined) return undefined;
  const hint = `anchors are not used here; ${QUOTE}`;
  return bad(source, anchorOffset(source, offset, anchor), `&${anchor} is a YAML anchor`, hint);
}

function bad(source: Source, offset: number, message: string, hint: string): BadCell {
  report(source, offset, message, hint);
  return { kind: 'bad', source, offset };
}

function convertEntries(source: Source, pairs: readonly Pair[], mapOffset: number): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const pair of pairs) {
    const key = convert(source, pair.key, mapOffset);
    const value = convert(source, pair.value, key.offset);
    if (key.kind === 'bad') continue;
    if (key.kind !== 'text') {
      report(source, key.offset, 'a key must be a word', QUOTE);
      continue;
    }
    const earlier = entries.get(key.text);
    if (key.text === '<<')
      report(
        source,
        key.offset,
        '<< is a YAML merge key',
        'merge keys are not used here; write the keys out',
      );
    else if (key.text === '__proto__')
      report(source, key.offset, 'no key can be called __proto__', 'choose another name');
    else if (earlier !== undefined)
      report(
        source,
        key.offset,
        `duplicate key "${key.text}"`,
        `it stands in line ${placeAt(source, earlier.offset).line} already; remove one of them`,
      );
    else entries.set(key.text, { offset: key.offset, value });
  }
  return entries;
}

// The parser keeps the position of the value only; tag and anchor stand before it.
function hasWrittenTag(source: Source, offset: number): boolean {
  return /![^\s,[\]{}]*\s*(&\S+\s*)?$/.test(source.text.slice(Math.max(0, offset - 200), offset));
}
function tagOffset(source: Source, offset: number): number {
  return Math.max(0, source.text.lastIndexOf('!', offset - 1));
}
function anchorOffset(source: Source, offset: number, anchor: string): number {
  const found = source.text.lastIndexOf(`&${anchor}`, offset);
  return found < 0 ? offset : found;
}
