/** The bytes of an output as the log has them, for those who save it: held by the page where its text alone would not do. */
import { chunkBytes, outputText, type OutputChunk } from '../../src/result.ts';
import { linesText } from '../../src/terminal.ts';
import { escapeHtml } from '../ansi.ts';
import { trusted, type Html } from './element.ts';
import type { ShownPiece } from './output-lines.ts';

/** Of what is longer the page holds only the text. */
const MOST_CHARACTERS = 64_000;

/**
 * As JSON: what was taken out of the text, as numbers of characters and what comes behind them; the whole where that does
 * not give it; or its bytes, a character each, where they are no UTF-8.
 */
export type Raw = readonly (number | string)[] | string | { readonly bytes: string };

/** An attribute of the output; it tells too where nothing is held and the text is not all. */
export function rawData(chunks: readonly OutputChunk[], pieces: readonly ShownPiece[]): Html | undefined {
  if (pieces.some(({ cutLines }) => cutLines > 0)) return PARTIAL;
  const text = outputText(chunks);
  const shown = linesText(pieces.flatMap(({ lines }) => lines));
  if (text === shown && chunks.every(({ base64 }) => base64 === undefined)) return undefined;
  if (text.length > MOST_CHARACTERS) return PARTIAL;
  const bytes = Buffer.concat(chunks.map(chunkBytes));
  const isText = bytes.equals(Buffer.from(text));
  if (isText && text === shown) return undefined;
  const raw: Raw = isText ? (takenOut(text, shown) ?? text) : { bytes: bytes.toString('latin1') };
  return trusted(` data-raw="${escapeHtml(quoted(raw))}"`);
}
const PARTIAL = trusted(' data-partial');

/** Colours, links, carriage returns, and blanks at the end of a line. */
const TAKEN =
  // oxlint-disable-next-line no-control-regex
  /((?:\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\r|(?<! ) +(?=(?:\x1b\[[\d;:]*m)*\r?(?:\n|$)))+)/;

function takenOut(text: string, shown: string): readonly (number | string)[] | undefined {
  const raw: (number | string)[] = [];
  let at = 0;
  for (const [index, part] of text.split(TAKEN).entries()) {
    if (index % 2 === 1) raw.push(part);
    else if (shown.startsWith(part, at)) {
      raw.push(part.length);
      at += part.length;
    } else return undefined;
  }
  return raw;
}

/** Controls that a page must not hold are written as JSON has them, and what could look like an attribute. */
function quoted(raw: Raw): string {
  return JSON.stringify(raw).replace(
    // oxlint-disable-next-line no-control-regex
    /[\x7f-\x9f=]/g,
    (found) => `\\u00${found.charCodeAt(0).toString(16)}`,
  );
}
