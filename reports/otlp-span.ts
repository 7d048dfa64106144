/** One OpenTelemetry span as OTLP/JSON writes it: ids in hexadecimal, 64-bit numbers as strings. */
import { createHash } from 'node:crypto';
import type { RunResult } from '../src/result.ts';
import { jsonText } from './json-text.ts';
import type { Span } from './spans.ts';

export interface Trace {
  readonly traceId: string;
  /** The span of who started the run. */
  readonly parent?: string | undefined;
  /** What all ids are made from: they are the same each time the log is read. */
  readonly seed: string;
  readonly startedAt: number;
}

export function traceOf({ startedAt, tool, argv, title, host }: RunResult, traceParent = ''): Trace {
  const seed = jsonText([startedAt, tool, argv, title, host]);
  const [, traceId, parent] = TRACEPARENT.exec(traceParent.trim()) ?? [];
  return { traceId: traceId ?? hash(seed, 32), parent, seed, startedAt };
}
/** By W3C Trace Context; ids of zeros alone and version ff are invalid. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(?:$|-)/;

/** Of the names from the run down to it; none is the run. */
export function spanId({ seed }: Trace, path: readonly string[]): string {
  return hash(jsonText([seed, ...path]), 16);
}

function hash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/** As the protocol numbers them. */
export const SERVER = 2;
const INTERNAL = 1;
const ERROR = 2;

export type Facts = Readonly<Record<string, string | number | undefined>>;

export interface SpanFacts {
  readonly name: string;
  readonly kind?: number;
  readonly at: Span;
  /** What kind of failure it is; absent where it is none. */
  readonly bad?: string | undefined;
  readonly message?: string | undefined;
  readonly facts: Facts;
}

export function spanOf(
  trace: Trace,
  path: readonly string[],
  { name, kind = INTERNAL, at, bad, message, facts }: SpanFacts,
): object {
  return {
    traceId: trace.traceId,
    spanId: spanId(trace, path),
    parentSpanId: path.length === 0 ? trace.parent : spanId(trace, path.slice(0, -1)),
    name,
    kind,
    startTimeUnixNano: nanoseconds(trace.startedAt + at.fromMs),
    endTimeUnixNano: nanoseconds(trace.startedAt + at.toMs),
    attributes: attributes({ ...facts, 'error.type': bad }),
    status: bad === undefined ? {} : { code: ERROR, message },
  };
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}

export function attributes(facts: Facts): readonly object[] {
  return Object.entries(facts).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) } }];
  });
}
