/** Numbers that a step records: a text with a quantity in it becomes a value and its unit. */
import type { Variables } from './judge.ts';
import { parseDuration, parseSize } from './quantity.ts';
import { substitute } from './substitute.ts';

export interface Measure {
  readonly value: number;
  /** `ms`, `bytes`, or none for a plain number. */
  readonly unit: string;
}

/** For a comparison, with its unit. */
export function textOfMeasure({ value, unit }: Measure): string {
  return unit === 'ms' ? `${value}ms` : String(value);
}

/** Nothing where the text is no quantity. */
export function readMeasure(text: string, variables: Variables): Measure | undefined {
  const value = substitute(text, variables).text.trim();
  if (/^[-+]?[0-9]+(\.[0-9]+)?$/.test(value)) return { value: Number(value), unit: '' };
  const durationMs = parseDuration(value);
  if (durationMs !== undefined) return { value: durationMs, unit: 'ms' };
  const sizeBytes = parseSize(value);
  return sizeBytes === undefined ? undefined : { value: sizeBytes, unit: 'bytes' };
}
