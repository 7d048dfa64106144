/** A session of a plain local bash, and checks written as a file would write them: for the tests of resources. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import type { Collected, Run, RunOptions, Session } from '../../runner/machine.ts';
import { evaluate } from '../../runner/resources/evaluate.ts';
import type { CheckRequest, CheckResult } from '../../runner/resources/evaluate.ts';
import { resources } from '../../runner/resources/index.ts';
import type { FactMatcher, ResourceCheck } from '../../src/scenario.ts';
import { parseComparison } from '../../src/quantity.ts';

const at = { file: 'x.yaml', line: 1, column: 1 };

/** `shell`: bash under another name. */
export function shellSession(shell = 'bash'): Session {
  return {
    name: '#checks',
    run: (text, options) => runBash([shell, '--norc', '-c', text], options),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** `check({unit: 'x.service', active: 'active'})`: a fact's text is a comparison where it is one, as in a file. */
export function check(
  parts: Readonly<Record<string, string | readonly string[] | FactMatcher>>,
  expect?: ResourceCheck['expect'],
): ResourceCheck {
  const [[kind, name] = ['', ''], ...facts] = Object.entries(parts);
  if (!isKind(kind) || typeof name !== 'string') throw new TypeError(`no resource: ${kind}`);
  return {
    kind,
    name,
    facts: facts.map(([name, value]) => ({ name, expected: factOf(value), at })),
    expect,
    at,
  };
}

export function evaluateHere(
  checks: readonly ResourceCheck[],
  more: Partial<CheckRequest> = {},
): Promise<readonly CheckResult[]> {
  return evaluate({
    checks,
    session: shellSession(),
    signal: new AbortController().signal,
    variables: {},
    stepStartedAtMs: Date.now(),
    expectation: () => [],
    ...more,
  });
}

/** `ok|NOT  name: seen (expected)` a line. */
export function wordResults(results: readonly CheckResult[]): string {
  return results
    .map(({ ok, name, actual, expected }) => `${ok ? 'ok ' : 'NOT'} ${name}: ${actual} (${expected})`)
    .join('\n');
}

function isKind(kind: string): kind is ResourceCheck['kind'] {
  return Object.hasOwn(resources, kind);
}

function factOf(value: string | readonly string[] | FactMatcher): FactMatcher {
  if (typeof value === 'string') {
    return { kind: parseComparison(value) === undefined ? 'pattern' : 'comparison', value, at };
  }
  if ('kind' in value) return value;
  return { kind: 'contains', value: value.map((one) => ({ kind: 'pattern', value: one, at })), at };
}

function runBash([file = 'bash', ...args]: readonly string[], options: RunOptions): Promise<Run> {
  const began = performance.now();
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...options.env },
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  let ended: Run['ended'] = 'normal';
  const timer = setTimeout(() => {
    ended = 'timed-out';
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, options.timeoutMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => {
      clearTimeout(timer);
      const durationMs = performance.now() - began;
      resolve({ exit: exit ?? 137, ended, stdout: collected(out), stderr: collected(err), durationMs });
    });
  });
}

function collected(chunks: readonly Buffer[]): Collected {
  const bytes = Buffer.concat(chunks);
  return { bytes, totalBytes: bytes.length, cutBytes: 0, cutAt: 0 };
}
