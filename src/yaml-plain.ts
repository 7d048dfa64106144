/**
 * Tokens of YAML → cells, by the short way: for the plain files that people write, without the library's nodes, which
 * cost as much as all that comes before them. Whatever is not plain, every mistake included, gives nothing: then the
 * library composes its document, and has the words for what is wrong.
 */
import { CST } from 'yaml';
import type { Source } from './problem.ts';
import type { Cell, Entry } from './yaml.ts';

type Tokens = readonly CST.SourceToken[];
type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;

export function plainCell(source: Source, tokens: readonly CST.Token[]): Cell | undefined {
  let root: CST.Token | undefined;
  for (const token of tokens) {
    if (token.type === 'comment' || token.type === 'newline') continue;
    if (token.type !== 'document' || root !== undefined) return undefined;
    if (!areBlanks(source, token.start) || !areBlanks(source, token.end)) return undefined;
    root = token.value;
  }
  return root === undefined ? undefined : cellOf(source, root);
}

function cellOf(source: Source, token: CST.Token): Cell | undefined {
  switch (token.type) {
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
      return areBlanks(source, token.end) ? textOf(source, token) : undefined;
    case 'block-scalar':
      return textOf(source, token);
    case 'block-seq':
      return listOf(source, token, blockItem);
    case 'block-map':
      return mapOf(source, token, blockEntry);
    case 'flow-collection':
      if (!closesPlainly(source, token)) return undefined;
      return token.start.source === '[' ? listOf(source, token, flowItem) : mapOf(source, token, flowEntry);
    default:
      return undefined;
  }
}

function textOf(source: Source, token: CST.FlowScalar | CST.BlockScalar): Cell | undefined {
  let wrong = false;
  const found = CST.resolveAsScalar(token, true, () => {
    wrong = true;
  });
  if (wrong || found === null) return undefined;
  const { value, type } = found;
  return { kind: 'text', source, offset: token.offset, text: value, empty: value === '' && type === 'PLAIN' };
}

/** `skip`: nothing stands there but comments. */
type Item = Cell | 'skip' | undefined;

function listOf<T extends Collection>(
  source: Source,
  token: T,
  read: (source: Source, token: T, at: number) => Item,
): Cell | undefined {
  const items: Cell[] = [];
  for (const at of token.items.keys()) {
    const item = read(source, token, at);
    if (item === undefined) return undefined;
    if (item !== 'skip') items.push(item);
  }
  return { kind: 'list', source, offset: token.offset, flow: token.type === 'flow-collection', items };
}

function mapOf<T extends Collection>(
  source: Source,
  token: T,
  read: (
    source: Source,
    token: T,
    at: number,
  ) => { readonly key: Cell; readonly value: Cell } | 'skip' | undefined,
): Cell | undefined {
  const entries = new Map<string, Entry>();
  for (const at of token.items.keys()) {
    const entry = read(source, token, at);
    if (entry === undefined) return undefined;
    if (entry === 'skip') continue;
    const { key, value } = entry;
    if (key.kind !== 'text' || key.text === '<<' || key.text === '__proto__' || entries.has(key.text))
      return undefined;
    entries.set(key.text, { offset: key.offset, value });
  }
  return { kind: 'map', source, offset: token.offset, flow: token.type === 'flow-collection', entries };
}

function blockItem(source: Source, { items }: CST.BlockSequence, at: number): Item {
  const { start, value } = items[at] ?? { start: [] };
  const dash = start.findIndex(({ type }) => type === 'seq-item-ind');
  if (dash < 0) return value === undefined && areBlanks(source, start) ? 'skip' : undefined;
  if (!areBlanks(source, start.slice(0, dash)) || !areBlanks(source, start.slice(dash + 1))) return undefined;
  return value === undefined ? nothingAfter(source, start, dash) : cellOf(source, value);
}

function blockEntry(source: Source, { items, indent }: CST.BlockMap, at: number) {
  const { start, key, sep, value } = items[at] ?? { start: [] };
  if (!areBlanks(source, start)) return undefined;
  if (key === undefined && sep === undefined) return value === undefined ? 'skip' : undefined;
  if (key === undefined || key === null || sep === undefined || !isPlainKey(source, key)) return undefined;
  const colon = colonOf(source, sep);
  if (colon < 0 || key.indent !== indent) return undefined;
  // A map in the line of its key is a mistake.
  if (value?.type === 'block-map' && !sep.some(({ type }) => type === 'newline')) return undefined;
  return pairOf(source, key, value === undefined ? nothingAfter(source, sep, colon) : cellOf(source, value));
}

function flowItem(source: Source, { items }: CST.FlowCollection, at: number): Item {
  const { start, key, sep, value } = items[at] ?? { start: [] };
  if (key !== undefined || sep !== undefined) return undefined;
  if (value === undefined) return isTrailing(source, items, at) ? 'skip' : undefined;
  return hasItsComma(source, start, at) ? flowCellOf(source, value) : undefined;
}

function flowEntry(source: Source, { items }: CST.FlowCollection, at: number) {
  const { start, key, sep, value } = items[at] ?? { start: [] };
  if (key === undefined && sep === undefined && value === undefined)
    return isTrailing(source, items, at) ? 'skip' : undefined;
  if (key === undefined || key === null || sep === undefined || value === undefined) return undefined;
  if (!hasItsComma(source, start, at) || !isPlainKey(source, key) || colonOf(source, sep) < 0)
    return undefined;
  return pairOf(source, key, flowCellOf(source, value));
}

/** What stands in lines of its own has no place between brackets. */
function flowCellOf(source: Source, value: CST.Token): Cell | undefined {
  return value.type.startsWith('block-') ? undefined : cellOf(source, value);
}

function pairOf(source: Source, token: CST.FlowScalar, value: Cell | undefined) {
  const key = textOf(source, token);
  return key === undefined || value === undefined ? undefined : { key, value };
}

/** Beyond 1024 characters a colon makes no key. */
function isPlainKey(source: Source, key: CST.Token): key is CST.FlowScalar {
  return (
    (key.type === 'scalar' || key.type === 'single-quoted-scalar' || key.type === 'double-quoted-scalar') &&
    key.source.length < 1000 &&
    !key.source.includes('\n') &&
    areBlanks(source, key.end)
  );
}

/** Where the colon stands; -1 where more than blanks stand around it. */
function colonOf(source: Source, sep: Tokens): number {
  const colon = sep.findIndex(({ type }) => type === 'map-value-ind');
  const plain =
    colon >= 0 && areBlanks(source, sep.slice(0, colon)) && areBlanks(source, sep.slice(colon + 1));
  return plain ? colon : -1;
}

/** In one line, and closed by its own bracket. */
function closesPlainly(source: Source, { start, items, end }: CST.FlowCollection): boolean {
  const [bracket, ...rest] = end;
  if (bracket?.source !== (start.source === '[' ? ']' : '}') || !areBlanks(source, rest)) return false;
  return items.every((item) => ![...item.start, ...(item.sep ?? [])].some(({ type }) => type === 'newline'));
}

function hasItsComma(source: Source, start: Tokens, at: number): boolean {
  const rest = start.filter(({ type }) => type !== 'comma');
  return start.length - rest.length === (at === 0 ? 0 : 1) && areBlanks(source, rest);
}

/** What stands after the last comma, if anything stands before it. */
function isTrailing(source: Source, items: CST.FlowCollection['items'], at: number): boolean {
  return at === items.length - 1 && hasItsComma(source, items[at]?.start ?? [], at);
}

/** The library's place for it: behind the blanks of its line. */
function nothingAfter(source: Source, tokens: Tokens, at: number): Cell {
  const mark = tokens[at];
  let offset = (mark?.offset ?? 0) + 1;
  for (let next = at + 1; tokens[next]?.type === 'space'; next += 1)
    offset += tokens[next]?.source.length ?? 0;
  return { kind: 'text', source, offset, text: '', empty: true };
}

/** Blanks, line ends and comments; a tab may be an indent, and a comment needs a blank before it. */
function areBlanks({ text }: Source, tokens: Tokens | undefined): boolean {
  if (tokens === undefined) return true;
  return tokens.every(
    ({ type, source, offset }) =>
      type === 'newline' ||
      (type === 'space' && !source.includes('\t')) ||
      (type === 'comment' && (offset === 0 || ' \n'.includes(text.charAt(offset - 1)))),
  );
}
