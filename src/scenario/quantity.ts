/** Durations, sizes and comparisons as values of keys. */
import * as z from 'zod';
import { formatSize, kindOf, parseComparison, parseDuration, parseSize } from '../quantity.ts';
import type { Cell } from '../yaml.ts';
import { leaf, problem } from './shape.ts';
import { checkReferences } from './text.ts';

/** Timers hold 24 days, and a slow computer multiplies. */
const longestMs = 24 * 3_600_000;

/** A limit: nothing can be done in no time at all. */
export function duration(what: string, hint?: string): z.ZodType<number> {
  return leaf(what, 0, (text, cell) => {
    const ms = parseDuration(text);
    if (ms === undefined)
      problem(cell, `${what} cannot be "${text}"`, 'a duration is written 500ms, 30s, 5m, 1h30m');
    else if (ms <= 0)
      problem(cell, `${what} must be more than 0, not "${text}"`, hint ?? 'such as 500ms, 30s, 5m, 1h30m');
    else if (ms > longestMs)
      problem(cell, `${what} must be at most 24h, not "${text}"`, 'such as 500ms, 30s, 5m, 1h30m');
    return ms ?? 0;
  });
}

export function size(what: string, leastBytes: number): z.ZodType<number> {
  return leaf(what, 0, (text, cell) => {
    const bytes = parseSize(text);
    if (bytes === undefined) problem(cell, `${what} cannot be "${text}"`, 'a size is written 64K, 512M, 2G');
    else if (bytes < leastBytes)
      problem(
        cell,
        `${what} must be at least ${formatSize(leastBytes)}, not "${text}"`,
        'such as 512M; a number alone is bytes',
      );
    return bytes ?? 0;
  });
}

export function comparison(what: string): z.ZodType<string> {
  return leaf(what, '', (text, cell) => {
    checkReferences(text, cell);
    if (!isComparison(text) && !/^\s*\$\{\w+\}\s*$/.test(text))
      problem(
        cell,
        `${what} cannot be "${text}"`,
        'a comparison is written "< 10s", ">= 252", "!= 0", "10..20" or a value',
      );
    return text;
  });
}

/** Of something that has a version, which begins with numbers: `250x` is a slip of the finger. */
export function versionComparison(what: string): z.ZodType<string> {
  return leaf(what, '', (text, cell) => {
    checkReferences(text, cell);
    const operands = operandsOf(text.replaceAll(/\$\{\w+\}/g, '1'));
    if (operands?.every((operand) => /^v?\d+(?:\.\d+)*(?:[-~+].*)?$/.test(operand)) !== true)
      problem(
        cell,
        `${what} cannot be "${text}"`,
        'a version is compared ">= 252", "< 6.8", "!= 257", "252..256", or is one such as 257.13',
      );
    return text;
  });
}

/** Of something that is measured in time. */
export function durationComparison(what: string): z.ZodType<string> {
  return leaf(what, '', (text, cell) => {
    checkReferences(text, cell);
    checkDurations(text, cell, what);
    return text;
  });
}

/** What a comparison compares with; nothing where the text is none. */
export function operandsOf(text: string): readonly string[] | undefined {
  const read = parseComparison(text);
  if (read === undefined) return undefined;
  return read.op === '..' ? [read.low, read.high] : [read.value];
}

/** Of something that is counted; `lines`, `exit` and the like have no unit. */
export function numberComparison(what: string): z.ZodType<string> {
  return leaf(what, '', (text, cell) => {
    checkReferences(text, cell);
    checkNumbers(text, cell, what);
    return text;
  });
}

/** A variable may be any number. */
export function checkNumbers(text: string, cell: Cell, what: string): void {
  const operands = operandsOf(text.replaceAll(/\$\{\w+\}/g, '1'));
  if (operands?.every((operand) => kindOf(operand) === 'number') !== true)
    problem(cell, `${what} cannot be "${text}"`, 'a number, or a comparison such as "!= 0", ">= 5", "1..3"');
}

/** A number alone never compares with a duration; a variable may hold one, or the number before a unit. */
export function checkDurations(text: string, cell: Cell, what: string): void {
  const fits = ['1s', '1'].some((value) =>
    operandsOf(text.replaceAll(/\$\{\w+\}/g, value))?.every(
      (operand) => operand === '0' || parseDuration(operand) !== undefined,
    ),
  );
  if (!fits) problem(cell, `${what} cannot be "${text}"`, 'a duration has a unit: "< 5s", "100ms..2s"');
}

/** Whether all of it reads as a comparison; a `${name}` beside an operator stands for a number. */
export function isComparison(text: string): boolean {
  if (!text.includes('${')) return parseComparison(text) !== undefined;
  return /^\s*[<>=!]|\.\./.test(text) && parseComparison(text.replaceAll(/\$\{\w+\}/g, '1')) !== undefined;
}
