/** Plays bytes on a terminal emulator and reads its screen and scrollback back as lines of runs. */
import xterm, { type IBuffer, type IBufferCell, type IMarker, type Terminal } from '@xterm/headless';
import { FLAGS, TRUE_COLOUR, type Rendered, type TerminalLine, type TextRun } from './terminal.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
  readonly convertEol: boolean;
  readonly maxLines: number;
}

export async function playTerminal(output: Uint8Array | string, size: ScreenSize): Promise<Rendered> {
  const terminal = new xterm.Terminal({
    cols: size.columns,
    rows: size.rows,
    convertEol: size.convertEol,
    scrollback: size.maxLines,
    allowProposedApi: true,
    logLevel: 'off',
  });
  try {
    const links = followLinks(terminal);
    const begin = terminal.registerMarker(0);
    await new Promise<void>((resolve) => terminal.write(output, resolve));
    const { normal, active } = terminal.buffer;
    const lines = readBuffer(normal, links.spans());
    // A program that ended in the alternate screen left its last picture there.
    if (active.type === 'alternate') lines.push(...readBuffer(active, []));
    const kept = lines.slice(-size.maxLines);
    const lost = begin === undefined || begin.isDisposed ? Math.max(countLines(output) - lines.length, 1) : 0;
    return { lines: kept, cutLines: lost + lines.length - kept.length };
  } finally {
    terminal.dispose();
  }
}

interface LinkSpan {
  readonly href: string;
  readonly begin: IMarker;
  readonly beginColumn: number;
  end: IMarker | undefined;
  endColumn: number;
}

/** The emulator keeps OSC 8 links to itself, so each one's two ends are marked as they pass. */
function followLinks(terminal: Terminal): { spans(): readonly LinkSpan[] } {
  const spans: LinkSpan[] = [];
  let open: LinkSpan | undefined;
  terminal.parser.registerOscHandler(8, (data) => {
    const marker = terminal.registerMarker(0);
    const column = terminal.buffer.active.cursorX;
    if (open !== undefined) {
      open.end = marker;
      open.endColumn = column;
      open = undefined;
    }
    // `params;uri`
    const href = data.slice(data.indexOf(';') + 1);
    if (href !== '' && marker !== undefined) {
      open = { href, begin: marker, beginColumn: column, end: undefined, endColumn: 0 };
      spans.push(open);
    }
    return false;
  });
  return { spans: () => spans };
}

type MutableRun = { -readonly [K in keyof TextRun]: TextRun[K] };

function linkAt(spans: readonly LinkSpan[], row: number, column: number): string | undefined {
  return spans.find(({ begin, beginColumn, end, endColumn }) => {
    if (begin.isDisposed || end === undefined || end.isDisposed) return false;
    const afterBegin = row > begin.line || (row === begin.line && column >= beginColumn);
    return afterBegin && (row < end.line || (row === end.line && column < endColumn));
  })?.href;
}

function readBuffer(buffer: IBuffer, spans: readonly LinkSpan[]): TerminalLine[] {
  const linked = new Map<number, LinkSpan[]>();
  for (const span of spans) {
    for (let row = span.begin.line; span.end !== undefined && row <= span.end.line; row += 1)
      linked.set(row, [...(linked.get(row) ?? []), span]);
  }
  const lines: MutableRun[][] = [];
  const cell = buffer.getNullCell();
  for (let row = 0; row < buffer.length; row += 1) {
    const bufferLine = buffer.getLine(row);
    if (bufferLine === undefined) break;
    const wraps = buffer.getLine(row + 1)?.isWrapped ?? false;
    const previous = bufferLine.isWrapped ? lines.at(-1) : undefined;
    const runs = previous ?? [];
    if (previous === undefined) lines.push(runs);
    const here = linked.get(row) ?? [];
    for (let column = 0; column < bufferLine.length; column += 1) {
      if (bufferLine.getCell(column, cell) === undefined || cell.getWidth() === 0) continue;
      // A wide character that did not fit leaves the last cell of a wrapped row empty.
      if (wraps && column === bufferLine.length - 1 && cell.getCode() === 0) continue;
      const href = here.length === 0 ? undefined : linkAt(here, row, column);
      append(runs, cell.getChars() || ' ', cell, href);
    }
    if (!wraps) trimBlanks(runs);
  }
  const lastUsed = Math.max(lines.findLastIndex((runs) => runs.length > 0) + 1, 0);
  lines.length = Math.max(lastUsed, cursorLine(buffer));
  return lines;
}

/** How many logical lines end above the cursor: blank ones there were printed, those below never were. */
function cursorLine(buffer: IBuffer): number {
  let count = 0;
  for (let row = 0; row < buffer.baseY + buffer.cursorY; row += 1)
    if (!(buffer.getLine(row + 1)?.isWrapped ?? false)) count += 1;
  return count;
}

function append(runs: MutableRun[], text: string, cell: IBufferCell, href: string | undefined): void {
  const fg = colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor());
  const bg = colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor());
  // The emulator underlines a link of its own accord.
  const flags = cell.isAttributeDefault() ? 0 : flagsOf(cell) & (href === undefined ? ~0 : ~FLAGS.underline);
  const last = runs.at(-1);
  if (last?.fg === fg && last?.bg === bg && last?.flags === flags && last.href === href) last.text += text;
  else runs.push({ text, fg, bg, flags, href });
}

function colour(isDefault: boolean, isTrue: boolean, value: number): number | undefined {
  if (isDefault) return undefined;
  return isTrue ? TRUE_COLOUR + value : value;
}

function flagsOf(cell: IBufferCell): number {
  return (
    (cell.isBold() ? FLAGS.bold : 0) |
    (cell.isDim() ? FLAGS.dim : 0) |
    (cell.isItalic() ? FLAGS.italic : 0) |
    (cell.isUnderline() ? FLAGS.underline : 0) |
    (cell.isInverse() ? FLAGS.inverse : 0) |
    (cell.isStrikethrough() ? FLAGS.strike : 0) |
    (cell.isOverline() ? FLAGS.overline : 0)
  );
}

function trimBlanks(runs: MutableRun[]): void {
  for (let last = runs.pop(); last !== undefined; last = runs.pop()) {
    const text = last.text.trimEnd();
    if (text === '') continue;
    runs.push({ ...last, text });
    return;
  }
}

function countLines(output: Uint8Array | string): number {
  let count = 0;
  const newline = typeof output === 'string' ? '\n' : 10;
  for (const unit of output) if (unit === newline) count += 1;
  return count;
}
