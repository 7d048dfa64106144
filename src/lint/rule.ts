/** What a rule of lint is, and what it looks at: a scenario together with the text it was read from. */
import type { Problem, Source } from '../problem.ts';
import type { Scenario, Step } from '../scenario.ts';
import type { Cell, MapCell } from '../yaml.ts';

export interface Rule {
  /** `L001` …; a number is never given again. */
  readonly id: string;
  /** For tools that show rules by a word: `unseen-failure`. */
  readonly name: string;
  /** One line: what it finds. */
  readonly title: string;
  /** Why that is wrong. */
  readonly why: string;
  /** What to do instead. */
  readonly hint: string;
  readonly severity: Severity;
  /** What follows title and machine in a file; `«` stands where the one finding of `bad` is, and is no part of it. */
  readonly bad: string;
  readonly good: string;
  readonly find: (input: LintInput) => readonly Spot[];
}
export type Severity = 'warning' | 'error';

/** What a rule has found. */
export interface Spot {
  readonly offset: number;
  readonly message: string;
}
export interface Finding extends Problem {
  readonly rule: Rule;
}

export interface LintInput {
  readonly scenario: Scenario;
  /** The file looked at: the scenario's, or that of a part it uses. */
  readonly source: Source;
  readonly root: MapCell;
  /** All files of the scenario, its own first. */
  readonly roots: readonly MapCell[];
  /** All steps of the file, in the order of running. */
  readonly sites: readonly Site[];
}
export interface Site {
  readonly step: Step;
  readonly phase: 'prepare' | 'steps' | 'on-failure' | 'cleanup';
  readonly cell: MapCell;
}

/** Whether a failure of the step says anything about the system under test. */
export function isVerdict({ phase }: Site): boolean {
  return phase === 'prepare' || phase === 'steps';
}

/** All texts below a cell, but for what stands below the keys left out. */
export function textsBelow(cell: Cell, leaveOut: readonly string[] = []): readonly TextAt[] {
  if (cell.kind === 'text') return [{ text: cell.text, cell }];
  if (cell.kind === 'list') return cell.items.flatMap((item) => textsBelow(item, leaveOut));
  if (cell.kind === 'bad') return [];
  return [...cell.entries].flatMap(([key, { value }]) =>
    leaveOut.includes(key) ? [] : textsBelow(value, leaveOut),
  );
}
export interface TextAt {
  readonly text: string;
  readonly cell: Cell;
}

/** All keys of all maps below a cell, each with the key it stands under. */
export function keysBelow(cell: Cell, under = ''): readonly (readonly [under: string, key: string])[] {
  if (cell.kind === 'list') return cell.items.flatMap((item) => keysBelow(item, under));
  if (cell.kind !== 'map') return [];
  return [...cell.entries].flatMap(([key, { value }]): readonly (readonly [string, string])[] => [
    [under, key],
    ...keysBelow(value, key),
  ]);
}

/** Where in the file a place in a text stands; the text's own beginning where its lines are folded or escaped. */
export function offsetWithin({ source, offset, ...cell }: Cell, at: number): number {
  if (cell.kind !== 'text') return offset;
  const file = source.text;
  const first = file[offset];
  if (first === '|') {
    const before = cell.text.slice(0, at);
    const line = cell.text.split('\n')[before.split('\n').length - 1] ?? '';
    let start = offset;
    for (let count = before.split('\n').length; count > 0; count--) start = file.indexOf('\n', start) + 1;
    const end = file.indexOf('\n', start);
    const shown = file.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
    const column = at - (before.lastIndexOf('\n') + 1);
    return shown.endsWith(line) ? start + shown.length - line.length + column : offset;
  }
  const start = first === '"' || first === "'" ? offset + 1 : offset;
  return file.startsWith(cell.text.slice(0, at + 1), start) ? start + at : offset;
}
