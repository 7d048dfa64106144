/** Times of commands, and the rows of the table they end in. */
import { spawnSync } from 'node:child_process';

export interface Took {
  readonly wallMs: number;
  /** Of the process and all its children. */
  readonly cpuMs: number;
}

/** By bash's own clock; what the command prints is thrown away. */
export function take(argv: readonly string[], cwd: string, env = process.env): Took {
  const timed = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1 </dev/null';
  const { stderr } = spawnSync('bash', ['-c', timed, 'bash', ...argv], { cwd, env, encoding: 'utf8' });
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number);
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000 };
}

/** The least of all rounds: what else the computer did only adds. */
export function least(values: readonly number[]): number {
  return Math.min(...values);
}

/** Of an odd number of rounds the one in the middle: steadier than the least where a sum of times is the yardstick. */
export function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function show(what: string, value: number, limit: number, text: string): void {
  console.log(
    `${value <= limit ? 'ok  ' : 'OVER'} ${what.padEnd(52)} ${text.padEnd(34)} limit ${Number(limit.toFixed(3))}`,
  );
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

/** A row's value, limit and text. */
export function ratio(a: number, b: number, limit: number): [number, number, string] {
  return [a / b, limit, `${(a / b).toFixed(2)} (${ms(a)} / ${ms(b)})`];
}
