/**
 * Collects many resources with one text typed into a session.
 *
 * Each collector is a frame: its output ends with a marker nobody could print, for it is drawn anew for each batch,
 * and its exit status. Equal collectors are one frame.
 */
import { randomBytes } from 'node:crypto';
import type { Run, Session } from '../machine.ts';
import type { Output } from './resource.ts';

export interface BatchOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}
/** A text: why the collector's output is not to be had. */
export type Frame = Output | string;

const outputLimitBytes = 32 * 1024 * 1024;

/** What each collector printed, in their order. */
export async function collectAll(
  session: Session,
  collectors: readonly string[],
  options: BatchOptions,
): Promise<readonly Frame[]> {
  const texts = [...new Set(collectors)];
  if (texts.length === 0) return [];
  const mark = `rootlab-${randomBytes(16).toString('hex')}`;
  const run = await session.run(frameTexts(texts, mark), { ...options, outputLimitBytes });
  options.signal.throwIfAborted();
  const frames = readFrames(run, mark);
  const missing = wordMissing(run, options.timeoutMs);
  return collectors.map((text) => frames[texts.indexOf(text)] ?? missing);
}

function frameTexts(texts: readonly string[], mark: string): string {
  const end = `printf '\\n%s %s\\n' ${mark} "$s"`;
  return [
    `__checks_end() { local s=$?; ${end}; ${end} >&2; }`,
    ...texts.map((text) => `__checks_frame() {\n${text}\n}\n__checks_frame </dev/null; __checks_end`),
  ].join('\n');
}

function readFrames(run: Run, mark: string): Output[] {
  const out = new TextDecoder().decode(run.stdout.bytes).split(`\n${mark} `);
  const err = new TextDecoder().decode(run.stderr.bytes).split(`\n${mark} `);
  const frames: Output[] = [];
  // Where the middle was not kept, all after it would be counted wrongly.
  if (run.stdout.cutBytes > 0 || run.stderr.cutBytes > 0) return frames;
  for (const [at, tail] of out.slice(1).entries()) {
    frames.push({
      stdout: afterStatus(out[at] ?? '', at),
      stderr: afterStatus(err[at] ?? '', at),
      status: Number.parseInt(tail, 10),
    });
  }
  return frames;
}

/** All pieces but the first begin with the status of the frame before. */
function afterStatus(piece: string, at: number): string {
  return at === 0 ? piece : piece.slice(piece.indexOf('\n') + 1);
}

function wordMissing(run: Run, timeoutMs: number): string {
  if (run.stdout.cutBytes > 0 || run.stderr.cutBytes > 0)
    return `more than ${outputLimitBytes >> 20}M of output`;
  if (run.ended === 'timed-out') return `no answer within ${timeoutMs / 1000}s`;
  if (run.ended === 'shell-ended') return `the shell that looks has ended with status ${run.exit}`;
  const said = new TextDecoder().decode(run.stderr.bytes).trim().split('\n').at(-1) ?? '';
  return `the shell gave no answer${said === '' ? '' : `: ${said}`}`;
}
