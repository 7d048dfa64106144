/** The one wording of failures: in one line, and in full as lines that a view dresses. */
import type { Failure, Mismatch, MismatchRow } from './event.ts';
import { describeDuration, describePlace, firstLine } from './describe-text.ts';

/** `expected` and `seen` are aligned with `same`; `title` heads what follows it. */
export interface FailureLine {
  readonly kind: 'text' | 'title' | 'hint' | 'same' | 'expected' | 'seen' | 'gap';
  readonly text: string;
  /** [start, end) of the differing characters in `text`. */
  readonly parts?: readonly (readonly [number, number])[] | undefined;
}

/** One line: `expected exit 0, saw 3`. */
export function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case 'exit': {
      const { expected, actual, signal } = failure;
      const meaning = signal ?? EXITS[actual]?.meaning;
      return `expected exit ${expected}, saw ${actual}${meaning === undefined ? '' : ` (${meaning})`}`;
    }
    case 'mismatch':
      return `${firstLine(failure.what)}: ${firstLine(failure.mismatch.message)}`;
    case 'fact': {
      const { what, expected, actual } = failure;
      return `${firstLine(what)}: expected ${firstLine(expected)}, saw ${firstLine(actual)}`;
    }
    case 'timeout':
      return `waited ${describeDuration(failure.limitMs)} in vain for ${firstLine(failure.waitedFor)}`;
  }
  return firstLine(failure.message);
}

/** What to do about it, where that is known. */
export function failureHint(failure: Failure): string | undefined {
  if (failure.kind === 'error') return failure.hint;
  if (failure.kind === 'exit') return EXITS[failure.actual]?.hint;
  if (failure.kind === 'timeout' && failure.waitedFor === FOR_THE_END)
    return 'what it printed says how far it came; "timeout" gives it longer';
  return undefined;
}

/** What a step waits for that types a command. */
export const FOR_THE_END = 'the command to end';

/** Those that a shell gives of its own accord. */
const EXITS: Readonly<Record<number, { readonly meaning: string; readonly hint: string }>> = {
  126: {
    meaning: 'the shell cannot execute it',
    hint: 'is it a program, with its execute bit, for this machine?',
  },
  127: {
    meaning: 'the shell found no such command',
    hint: 'is its package in the image, and its folder in PATH? "packages" of the machine adds one',
  },
};

/** All there is to say, the one line first. */
export function failureLines(failure: Failure): readonly FailureLine[] {
  const head: FailureLine = { kind: 'text', text: describeFailure(failure) };
  switch (failure.kind) {
    case 'exit':
    case 'timeout':
      return [head, ...hintLines(failure)];
    case 'mismatch': {
      const { what, mismatch, at } = failure;
      const place = at === undefined ? '' : ` (${describePlace(at)})`;
      const [first = '', ...rest] = mismatch.message.split('\n');
      return [
        { kind: 'text', text: `${firstLine(what)}: ${first}${place}` },
        ...textLines(rest.join('\n')),
        ...mismatchLines(mismatch),
      ];
    }
    case 'fact': {
      const { expected, actual, what } = failure;
      if (!expected.includes('\n') && !actual.includes('\n') && expected.length + actual.length < 100)
        return [head];
      return [
        { kind: 'text', text: `${firstLine(what)}:` },
        ...signed('- ', expected),
        ...signed('+ ', actual),
      ];
    }
    case 'boot':
      return [
        ...textLines(failure.message),
        ...failure.evidence.flatMap(({ title, text }): FailureLine[] => [
          { kind: 'title', text: title },
          ...textLines(text),
        ]),
      ];
  }
  return [
    ...textLines(failure.message),
    ...textLines(failure.detail ?? '').map(({ text }): FailureLine => ({
      kind: 'same',
      text: `  ${text}`,
    })),
    ...hintLines(failure),
  ];
}

function hintLines(failure: Failure): readonly FailureLine[] {
  return textLines(failureHint(failure) ?? '').map(({ text }) => ({ kind: 'hint', text: `hint: ${text}` }));
}

/** `- expected` and `+ seen`, with the line numbers of what was seen, all in the same columns. */
export function mismatchLines({ rows }: Mismatch): readonly FailureLine[] {
  const widest = Math.max(1, ...rows.map(({ line }) => String(line ?? '').length));
  return rows.flatMap((row) => SIGNS[row.kind].map((sign) => mismatchLine(row, sign, widest)));
}

const SIGNS: Record<MismatchRow['kind'], readonly ('same' | 'expected' | 'seen' | 'gap')[]> = {
  same: ['same'],
  missing: ['expected'],
  extra: ['seen'],
  differs: ['expected', 'seen'],
  gap: ['gap'],
};
const SIGN_TEXT = { same: ' ', expected: '-', seen: '+', gap: ' ' } as const;

function mismatchLine(row: MismatchRow, kind: keyof typeof SIGN_TEXT, widest: number): FailureLine {
  const { expected = '', actual = '', line } = row;
  const number = kind === 'seen' || kind === 'same' ? String(line ?? '') : '';
  const prefix = `${number.padStart(widest)} ${SIGN_TEXT[kind]} `;
  if (kind === 'gap') return { kind, text: `${prefix}... ${actual || expected}`.trimEnd() };
  const parts = (kind === 'expected' ? row.expectedParts : row.actualParts)?.map(
    ([start, end]): [number, number] => [start + prefix.length, end + prefix.length],
  );
  const text = `${prefix}${kind === 'expected' ? expected : actual}`;
  return kind === 'same' || parts === undefined ? { kind, text } : { kind, text, parts };
}

function signed(sign: '- ' | '+ ', text: string): FailureLine[] {
  const lines = text === '' ? ['(nothing)'] : text.replace(/\n$/, '').split('\n');
  return lines.map((line) => ({ kind: sign === '- ' ? 'expected' : 'seen', text: `${sign}${line}` }));
}

function textLines(text: string): FailureLine[] {
  if (text === '') return [];
  return text
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => ({ kind: 'text', text: line }));
}
