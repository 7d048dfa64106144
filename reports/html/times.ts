/** When each line of a terminal was there, for the page to play it again. */
import { outputText, type OutputChunk } from '../../src/result.ts';

/** Too short to be worth watching. */
const SHORTEST_MS = 200;

/**
 * Milliseconds from each line to the next, the first from the first chunk; undefined where the lines shown are not
 * those that came (a screen that was redrawn, output that was cut), or all came at once.
 */
export function lineTimes(chunks: readonly OutputChunk[], lines: number): readonly number[] | undefined {
  const [first] = chunks;
  if (first === undefined || chunks.some(({ fd }) => fd !== 'tty' && fd !== 'console')) return undefined;
  const times: number[] = [];
  let atMs = first.atMs;
  let open = false;
  for (const chunk of chunks) {
    const parts = outputText([chunk]).split('\n');
    for (const [index, part] of parts.entries()) {
      if (part !== '') open = true;
      if (index === parts.length - 1) break;
      times.push(Math.max(0, Math.round(chunk.atMs - atMs)));
      atMs = chunk.atMs;
      open = false;
    }
  }
  if (open) times.push(Math.max(0, Math.round((chunks.at(-1)?.atMs ?? atMs) - atMs)));
  const whole = times.reduce((sum, time) => sum + time, 0);
  return times.length === lines && whole >= SHORTEST_MS ? times : undefined;
}
