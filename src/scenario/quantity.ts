/** Durations, sizes and comparisons as values of keys. */
import * as z from 'zod';
import { parseComparison, parseDuration, parseSize } from '../quantity.ts';
import { leaf, problem } from './shape.ts';
import { checkReferences } from './text.ts';

export function duration(what: string): z.ZodType<number> {
  return leaf(what, 0, (text, cell) => {
    const ms = parseDuration(text);
    if (ms === undefined)
      problem(cell, `${what} cannot be "${text}"`, 'a duration is written 500ms, 30s, 5m, 1h30m');
    return ms ?? 0;
  });
}

export function size(what: string): z.ZodType<number> {
  return leaf(what, 0, (text, cell) => {
    const bytes = parseSize(text);
    if (bytes === undefined) problem(cell, `${what} cannot be "${text}"`, 'a size is written 64K, 512M, 2G');
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

/** Whether all of it reads as a comparison; a `${name}` beside an operator stands for a number. */
export function isComparison(text: string): boolean {
  if (!text.includes('${')) return parseComparison(text) !== undefined;
  return /^\s*[<>=!]|\.\./.test(text) && parseComparison(text.replaceAll(/\$\{\w+\}/g, '1')) !== undefined;
}
