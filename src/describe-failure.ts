/** The one wording of failures: in one line, and in full as lines that a view dresses. */
import type { Failure, Mismatch, MismatchRow } from './event.ts';
import { exitMeaning, failureHint, FATES, WAIT_FOR_IT } from './describe-hint.ts';
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
      const { expected, actual, signal, machine } = failure;
      if (machine !== undefined)
        return `${FATES[machine].meaning} (expected exit ${expected}, saw ${actual})`;
      const meaning = signal === undefined ? exitMeaning(actual) : `ended by ${signal}`;
      return `expected exit ${expected}, saw ${actual}${meaning === undefined ? '' : ` (${meaning})`}`;
    }
    case 'mismatch':
      return `${firstLine(failure.what)}: ${firstLine(failure.mismatch.message)}`;
    case 'fact':
      return describeFact(failure);
    case 'timeout':
      return `waited ${describeDuration(failure.limitMs)} in vain for ${firstLine(failure.waitedFor)}`;
  }
  return firstLine(failure.message);
}

function describeFact({ what, expected, actual }: Extract<Failure, { kind: 'fact' }>): string {
  const name = firstLine(what).replace(/ (?:exists|contains|lacks)$/, '');
  const seen = firstLine(actual);
  if (expected === 'not there' && actual === 'there')
    return `${name}: expected it not to be there, but it is`;
  const wanted =
    expected === 'there'
      ? 'it to be there'
      : firstLine(expected).replace(/^(contain|lack)s /, (_, verb: string) => `it to ${verb} `);
  // What is absent, or cannot be read, is a state and no value.
  return `${name}: expected ${wanted}, ${/^not (?:there|readable)\b/.test(seen) ? 'but it is' : 'saw'} ${seen}`;
}

/** What to do about each failure of a step, '' for nothing: what holds for several is told with the last of them. */
export function hintsOnce(failures: readonly Failure[]): readonly string[] {
  const hints = failures.map((failure) => failureHint(failure) ?? '');
  return hints.map((hint, index) => (hints.lastIndexOf(hint) === index ? hint : ''));
}

/** All there is to say, the one line first. */
export function failureLines(failure: Failure, hint = failureHint(failure) ?? ''): readonly FailureLine[] {
  const head: FailureLine = { kind: 'text', text: describeFailure(failure) };
  switch (failure.kind) {
    case 'exit':
    case 'timeout':
      return [head, ...hintLines(hint)];
    case 'mismatch': {
      const { what, mismatch } = failure;
      const [first = '', ...rest] = mismatch.message.split('\n');
      return [
        { kind: 'text', text: `${firstLine(what)}: ${first}${placeOf(failure)}` },
        ...textLines(rest.join('\n')),
        ...mismatchLines(mismatch),
        ...hintLines(hint),
      ];
    }
    case 'fact': {
      const { expected, actual, what } = failure;
      const place = placeOf(failure);
      if (isShort(failure)) return [{ ...head, text: head.text + place }, ...hintLines(hint)];
      return [
        { kind: 'text', text: `${firstLine(what)}${place}:` },
        ...signed('- ', expected),
        ...signed('+ ', actual),
        ...hintLines(hint),
      ];
    }
    case 'boot':
      return [
        ...textLines(failure.message),
        ...hintLines(hint),
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
    ...hintLines(hint),
  ];
}

/** Of several checks of a step each has its own. */
function placeOf({ at }: Extract<Failure, { kind: 'mismatch' | 'fact' }>): string {
  return at === undefined ? '' : ` (${describePlace(at)})`;
}

/** Whether the words of one who waited for it in vain leave nothing to be said of it. */
export function isToldByWait(failure: Failure): boolean {
  if (failure.kind !== 'fact' || !isShort(failure)) return false;
  const hint = failureHint(failure);
  return hint === undefined || hint === WAIT_FOR_IT;
}

function isShort({ expected, actual }: Extract<Failure, { kind: 'fact' }>): boolean {
  return !(expected + actual).includes('\n') && expected.length + actual.length < 100;
}

function hintLines(hint: string): readonly FailureLine[] {
  return textLines(hint).map(({ text }) => ({ kind: 'hint', text: `hint: ${text}` }));
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
