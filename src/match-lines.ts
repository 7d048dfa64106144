/** Matchers made of matchers, and those that look for a line. */
import { count, quoted } from './describe-text.ts';
import type { Mismatch, MismatchRow } from './event.ts';
import { differ, MATCHED, rowOf, type Context, type Match } from './match-table.ts';
import { findPattern, type Spot } from './pattern-match.ts';
import { isPattern, parsePattern, splitLines } from './pattern.ts';
import type { Matcher } from './scenario.ts';

type LineMatch =
  | { readonly ok: true; readonly captures: Context['captured']; readonly line: number; readonly end: Spot }
  | { readonly ok: false; readonly mismatch: Mismatch };

/** The first line that matches: a pattern may stand anywhere within it, other matchers take the whole line. */
export function findLine(matcher: Matcher, lines: readonly string[], context: Context): LineMatch {
  if (matcher.kind === 'pattern') {
    const parsed = parsePattern(matcher.value);
    if (isPattern(parsed)) {
      const found = findPattern(parsed, lines, context.variables, context.captured);
      if (found.ok) return found;
      const message = `expected ${wordLine(matcher)}, saw none in ${count(lines.length, 'line')}`;
      return { ok: false, mismatch: { message, rows: found.mismatch.rows } };
    }
  }
  for (const [line, text] of lines.entries()) {
    const result = rowOf(matcher).match(text, context);
    if (result.ok) return { ...result, line, end: { line, column: text.length } };
  }
  const message = `expected ${wordLine(matcher)}, saw none in ${count(lines.length, 'line')}`;
  return { ok: false, mismatch: { message, rows: [] } };
}

/** Each must match; what one catches the next must catch again. */
export function matchAll(
  matchers: readonly Matcher[],
  context: Context,
  one: (matcher: Matcher, context: Context) => Match,
): Match {
  let captures: Context['captured'] = {};
  for (const matcher of matchers) {
    const result = one(matcher, { ...context, captured: { ...context.captured, ...captures } });
    if (!result.ok) return result;
    captures = { ...captures, ...result.captures };
  }
  return { ok: true, captures };
}

export function matchAny(matchers: readonly Matcher[], text: string, context: Context): Match {
  const mismatches: Mismatch[] = [];
  for (const matcher of matchers) {
    const result = rowOf(matcher).match(text, context);
    if (result.ok) return result;
    mismatches.push(result.mismatch);
  }
  const message = `none of ${matchers.length} holds: ${mismatches.map((one) => one.message).join('; ')}`;
  return differ(message, mismatches[0]?.rows);
}

export function matchNot(matcher: Matcher, text: string, context: Context): Match {
  return rowOf(matcher).match(text, context).ok
    ? differ(`must not hold, but does: ${word(matcher)}`)
    : MATCHED;
}

export function matchLacks(matchers: readonly Matcher[], text: string, context: Context): Match {
  const lines = splitLines(text);
  for (const matcher of matchers) {
    const found = findLine(matcher, lines, context);
    if (!found.ok) continue;
    const around = lines.slice(Math.max(0, found.line - 2), found.line);
    return differ(`line ${found.line + 1} contains ${word(matcher)}, which must not be there`, [
      ...around.map((actual, index) => ({
        kind: 'same' as const,
        actual,
        line: found.line - around.length + index + 1,
      })),
      { kind: 'extra', actual: lines[found.line] ?? '', line: found.line + 1 },
    ]);
  }
  return MATCHED;
}

/** Each stands after the end of the one before, be it on the same line. */
export function matchInOrder(matchers: readonly Matcher[], text: string, context: Context): Match {
  const all = splitLines(text);
  let rest = all;
  let above = 0;
  let captures: Context['captured'] = {};
  for (const [index, matcher] of matchers.entries()) {
    const found = findLine(matcher, rest, { ...context, captured: { ...context.captured, ...captures } });
    if (!found.ok) {
      if (index === 0) return found;
      const after = ` after ${word(matchers[index - 1])} on line ${above + 1}`;
      const earlier = findLine(matcher, all.slice(0, above), context);
      const but = earlier.ok ? `; it stands before, on line ${earlier.line + 1}` : '';
      return differ(`expected ${wordLine(matcher)}${after}${earlier.ok ? but : ', saw none'}`, [
        ...(earlier.ok ? [seenLine(all, earlier.line)] : []),
        ...(earlier.ok && earlier.line < above - 1 ? [{ kind: 'gap' as const }] : []),
        seenLine(all, above),
        { kind: 'missing', expected: bare(matcher) },
        ...all.slice(above + 1, above + 4).map((_, next) => seenLine(all, above + 1 + next)),
      ]);
    }
    captures = { ...captures, ...found.captures };
    above += found.end.line;
    const line = (rest[found.end.line] ?? '').replace(/^[ \t]+/, '');
    rest = [line.slice(found.end.column), ...rest.slice(found.end.line + 1)];
  }
  return { ok: true, captures };
}

function seenLine(lines: readonly string[], line: number): MismatchRow {
  return { kind: 'same', actual: lines[line] ?? '', line: line + 1 };
}

function bare(matcher: Matcher): string {
  return matcher.kind === 'pattern' ? matcher.value.trimEnd() : word(matcher);
}

function wordLine(matcher: Matcher): string {
  return matcher.kind === 'pattern'
    ? `a line that contains ${word(matcher)}`
    : `a line of which it holds: ${word(matcher)}`;
}

function word(matcher: Matcher | undefined): string {
  if (matcher === undefined) return '';
  return matcher.kind === 'pattern'
    ? quoted(matcher.value.trimEnd())
    : `${matcher.kind} ${wordValue(matcher)}`;
}

function wordValue(matcher: Matcher): string {
  if (matcher.kind === 'json') return JSON.stringify(matcher.value);
  if (matcher.kind === 'not') return word(matcher.value);
  if (typeof matcher.value === 'string') return quoted(matcher.value.trimEnd());
  return matcher.value.map(word).join(', ');
}
