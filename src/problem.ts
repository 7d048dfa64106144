/** A problem in a file, as data, and its one wording: place, message, source line with a caret, hint. */
import { visible } from './describe-text.ts';
import type { Place } from './error.ts';
import type { HoleTypeName } from './pattern-types.ts';

export interface Problem {
  readonly place: Place;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The source line and, below it, the caret; empty where there is no such line. */
  readonly excerpt: string;
}

/** A file's text, and the problems found in it so far. */
export interface Source {
  readonly file: string;
  /** Absolute, of the file: what it names by `from` lies beside it. */
  readonly directory: string;
  readonly text: string;
  /** Offsets at which lines begin. */
  readonly lines: readonly number[];
  readonly problems: Problem[];
  /** Files of this computer that it names; whoever has a disk checks that they are there. */
  readonly files: NamedFile[];
  /** Names that a `${name}` may use, as known at the place read just now. */
  readonly names: Map<string, 'axis' | 'env' | 'capture'>;
  /** Of the holes that caught them, by the names of captures. */
  readonly types: Map<string, readonly (HoleTypeName | 'regex')[]>;
  /** Reads what lies at a path, which counts from this file's folder. */
  readonly read: ReadPath;
  /** The parts it uses. Their problems and names are its own. */
  readonly used: Source[];
}

export interface NamedFile {
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly offset: number;
}

/** Given by whoever has a disk. */
export type ReadPath = (path: string) => FoundFile | MissingFile;
export interface FoundFile {
  /** For messages; one file has one such name. */
  readonly file: string;
  /** Absolute, of the file. */
  readonly directory: string;
  readonly text: string;
}
export interface MissingFile {
  readonly problem: string;
  readonly hint?: string | undefined;
}

/** Of a part, what it shares with the scenario that uses it; of a scenario, how it reads parts. */
export type Shared = Partial<Pick<Source, 'problems' | 'names' | 'types' | 'read'>>;

export function makeSource(file: string, directory: string, text: string, shared: Shared = {}): Source {
  const lines = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
  const own = { problems: [], files: [], names: new Map(), types: new Map(), read: readNothing, used: [] };
  return { file, directory, text, lines, ...own, ...shared };
}
function readNothing(path: string): MissingFile {
  return { problem: `cannot read "${path}": no files are read here` };
}

export function placeAt(source: Source, offset: number): Place {
  let low = 0;
  let high = source.lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((source.lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { file: source.file, line: low + 1, column: offset - (source.lines[low] ?? 0) + 1 };
}

export function report(source: Source, offset: number, message: string, hint?: string): void {
  const place = placeAt(source, offset);
  const told = hint === undefined ? undefined : plainLine(hint);
  source.problems.push({ place, message: plainLine(message), hint: told, excerpt: excerptAt(source, place) });
}

const LONGEST = 500;

/** A message quotes what the file says, which may be long, of several lines, and meant for a terminal. */
function plainLine(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 100)} … ${text.slice(-100)}` : text;
  return visible(short).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** At a place in this file, or in a part it uses. */
export function reportAt(source: Source, place: Place, message: string, hint?: string): void {
  const [file, offset] = offsetAt(source, place);
  report(file, offset, message, hint);
}
export function offsetAt(source: Source, { file, line, column }: Place): readonly [Source, number] {
  const found = source.used.find((one) => one.file === file) ?? source;
  return [found, (found.lines[line - 1] ?? 0) + column - 1];
}

/** All problems of all files, in the order of files and lines, ready to print. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .toSorted(
      (a, b) =>
        a.place.file.localeCompare(b.place.file) ||
        a.place.line - b.place.line ||
        a.place.column - b.place.column,
    )
    .map(formatProblem)
    .join('\n');
}

export function formatProblem({ place, message, hint, excerpt }: Problem): string {
  const lines = [`${place.file}:${place.line}:${place.column}: ${message}`];
  if (excerpt !== '') lines.push(excerpt);
  if (hint !== undefined) lines.push(`hint: ${hint}`);
  return lines.join('\n') + '\n';
}

const WIDTH = 100;

/** At most `WIDTH` characters around the column; a tab counts as one blank and what acts as one mark, so that the caret stands right. */
function excerptAt(source: Source, place: Place): string {
  const start = source.lines[place.line - 1] ?? 0;
  const end = source.lines[place.line] ?? source.text.length + 1;
  const line = visible(source.text.slice(start, end - 1).replace(/[\t\r]/g, ' '));
  const from = place.column > WIDTH - 20 ? place.column - WIDTH / 2 : 0;
  const shown = line.slice(from, from + WIDTH).trimEnd();
  if (shown === '') return '';
  return `  ${shown}\n  ${' '.repeat(place.column - 1 - from)}^`;
}
