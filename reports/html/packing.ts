/**
 * What a page holds packed. A small page is wholly static; of a large one all rows and all that went wrong are, and the
 * details of passed steps are compressed for the page's script to unpack when one is opened. Of a very large one the rows
 * of passed steps, and of those that did not run, are compressed as well, all but the first thousands.
 */
import { gzipSync } from 'node:zlib';
import type { RunResult, StepResult } from '../../src/result.ts';
import { linesText } from '../../src/terminal.ts';
import { html, trusted, type Html } from './element.ts';
import type { ShownOutput } from './output-lines.ts';

export interface Packing {
  /** Steps whose details are packed, all passed ones of `rows` among them. */
  readonly packed: ReadonlySet<StepResult>;
  /** Those whose rows are as well. */
  readonly rows: ReadonlySet<StepResult>;
  /** How much of its first and of its last line stands in the page for each of them. */
  readonly excerptCharacters: number;
}

/** Of rows and static details; up to this the details of passed steps stay as they are, the shortest first. */
const PAGE_CHARACTERS = 2_400_000;
const ROW_CHARACTERS = 460;
/** A browser lays them out in a moment. */
const MOST_ROWS = 6_000;
/** For the excerpts of all that is packed. */
const EXCERPT_CHARACTERS = 160_000;
const LONGEST_EXCERPT = 100;
/** Of the elements around a command and its output. */
const FRAME_CHARACTERS = 700;
/** Of one row in the chart of a boot. */
const UNIT_CHARACTERS = 600;

export function planPacking({ jobs }: RunResult): Packing {
  const all = jobs.flatMap((job) => [job, ...job.earlier]).flatMap(({ steps }) => steps);
  const rows = packedRows(all);
  const passed = all.filter((step) => step.outcome === 'passed' && !rows.has(step));
  const sizes = new Map(passed.map((step) => [step, sizeOf(step)]));
  const inOrder = passed.toSorted((a, b) => (sizes.get(a) ?? 0) - (sizes.get(b) ?? 0));
  let left = PAGE_CHARACTERS - (all.length - rows.size) * ROW_CHARACTERS;
  const packed = new Set(inOrder.filter((step) => (left -= sizes.get(step) ?? 0) < 0));
  const share = Math.floor(EXCERPT_CHARACTERS / Math.max(packed.size, 1) / 2);
  // Where too few of them stand together their rows are there all the same.
  for (const step of rows) if (step.outcome === 'passed') packed.add(step);
  return { packed, rows, excerptCharacters: Math.min(share, LONGEST_EXCERPT) };
}

/** The last of those that went as they should, or not at all. */
function packedRows(all: readonly StepResult[]): ReadonlySet<StepResult> {
  const quiet = all.filter(({ outcome }) => outcome === 'passed' || outcome === 'not-run');
  return new Set(quiet.slice(Math.max(0, MOST_ROWS - (all.length - quiet.length))));
}

function sizeOf({ output, command, expected = '', say = '', boots }: StepResult): number {
  const printed = output.reduce((sum, { text, base64 = '' }) => sum + sizeOfText(text ?? base64), 0);
  const units = boots.reduce((sum, boot) => sum + boot.units.length, 0);
  return FRAME_CHARACTERS + printed + command.length + expected.length + say.length + units * UNIT_CHARACTERS;
}

/** What has escapes stands there as it came, too. */
function sizeOfText(text: string): number {
  return text.length * (text.includes('\u001B') ? 2 : 1);
}

/** What stands in the place of details for those whose browser runs no scripts. */
export function excerptHtml({ pieces, lines }: ShownOutput, { excerptCharacters }: Packing): Html {
  const shown = pieces.flatMap((piece) => piece.lines).filter((line) => line.length > 0);
  const isTight = excerptCharacters < 30;
  const most = isTight ? excerptCharacters * 2 : excerptCharacters;
  const [first, last] = [shown.at(0), isTight || shown.length < 2 ? undefined : shown.at(-1)].map((line) =>
    line === undefined || most < 10 ? undefined : html`<code>${cutTo(linesText([line]).trim(), most)}</code>`,
  );
  const count = lines === 0 ? 'no output' : lines === 1 ? '1 line' : `${lines} lines`;
  return html`${first} ${last} ${count}`;
}

function cutTo(text: string, most: number): string {
  // Never half a character.
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export interface Packer {
  /** Returns where it will be: which pack, and its place there. */
  add(details: Html): string;
  /** A pack that is full; at the end of the page also one that is not. */
  take(isEnd: boolean): Html | undefined;
}

/** Unpacked in a few milliseconds. */
const PACK_CHARACTERS = 300_000;
/** Between the texts of a pack: no HTML holds it. */
const END = '\0';

/** `kind` begins the names of its packs. */
export function createPacker(kind = ''): Packer {
  let pack = 0;
  let texts: string[] = [];
  let size = 0;
  return {
    add: ({ html: text }) => {
      texts.push(text);
      size += text.length;
      return `${kind}${pack}.${texts.length - 1}`;
    },
    take: (isEnd) => {
      if (texts.length === 0 || (!isEnd && size < PACK_CHARACTERS)) return undefined;
      const base64 = gzipSync(texts.join(END), { level: 9 }).toString('base64');
      const made = trusted(`<script type="text/plain" data-pack="${kind}${pack}">${base64}</script>`);
      pack += 1;
      texts = [];
      size = 0;
      return made;
    },
  };
}
