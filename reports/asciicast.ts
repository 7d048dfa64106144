/**
 * The asciicast reporters: what consoles and `tty` steps showed, to be played back, in version 2 or 3 of the format.
 *
 * A file is one recording, so the jobs that showed something follow each other, in the order of the plan and each in
 * its own time; markers say where a job and its steps begin. What was typed is not in the log, and not here.
 */
import { firstLine } from '../src/describe-text.ts';
import { OUTCOME_WORDS, stepTitle } from '../src/describe.ts';
import type { Stream } from '../src/event.ts';
import { chunkBytes, type JobResult, type StepResult } from '../src/result.ts';
import { jsonText } from './json-text.ts';
import type { Reporter, ReporterFactory } from './reporter.ts';
import { type AttemptSpan, attemptSpans } from './spans.ts';

/** Of a `tty` step that names no size; the log holds none. */
const SCREEN = { width: 160, height: 50 };
/** Seconds that a player waits at most where nothing happens. */
const IDLE = 2;

export const asciicastReporter: ReporterFactory = () => reporterOf(V2);
export const asciicastV3Reporter: ReporterFactory = () => reporterOf(V3);

interface Version {
  readonly path: string;
  readonly header: Readonly<Record<string, unknown>>;
  /** What an event says of its time: both count microseconds from the start. */
  readonly timeOf: (atMicros: number, lastMicros: number) => number;
}
const V2: Version = {
  path: 'terminal.cast',
  header: { version: 2, ...SCREEN },
  timeOf: (at) => at,
};
const V3: Version = {
  path: 'terminal-v3.cast',
  header: { version: 3, term: { cols: SCREEN.width, rows: SCREEN.height } },
  timeOf: (at, last) => at - last,
};

function reporterOf({ path, header, timeOf }: Version): Reporter {
  return {
    async *render({ startedAt, title, jobs }) {
      const timestamp = startedAt === 0 ? undefined : Math.floor(startedAt / 1_000);
      const about = { timestamp, idle_time_limit: IDLE, title: firstLine(title) };
      yield { path, chunk: `${jsonText({ ...header, ...about })}\n` };
      let last = 0;
      for (const [ms, code, data] of castEvents(jobs)) {
        const at = Math.round(ms * 1_000);
        const seconds = timeOf(at, last) / 1_000_000;
        last = at;
        yield { path, chunk: `${jsonText([seconds, code, data])}\n` };
      }
    },
  };
}

function* castEvents(jobs: readonly JobResult[]): Generator<CastEvent> {
  let offset = 0;
  for (const job of jobs) {
    for (const span of attemptSpans(job)) {
      if (!span.steps.some(({ step }) => showsTerminal(step))) continue;
      for (const [ms, code, data] of attemptEvents(job, span))
        yield [offset + Math.max(0, ms - span.fromMs), code, data];
      offset += lastMs(span) - span.fromMs;
    }
  }
}

type CastEvent = readonly [ms: number, code: 'o' | 'm', data: string];

/** Ends what the terminal before it left: colours, another screen, a hidden cursor. */
const RESET = '\u001Bc';

function attemptEvents({ job }: JobResult, { attempt, fromMs, steps }: AttemptSpan): readonly CastEvent[] {
  const name = firstLine(job) + (attempt.attempt > 1 ? ` (attempt ${attempt.attempt})` : '');
  const begin: CastEvent = [fromMs, 'm', `${name} ${OUTCOME_WORDS[attempt.outcome]}`];
  return [begin, ...steps.flatMap((span) => stepEvents(span.step, span.fromMs))].toSorted(
    ([a], [b]) => a - b,
  );
}

function stepEvents(step: StepResult, fromMs: number): readonly CastEvent[] {
  const marker: CastEvent = [fromMs, 'm', `${stepTitle(step)} ${OUTCOME_WORDS[step.outcome]}`];
  if (!showsTerminal(step)) return [marker];
  const decoders = new Map<Stream, InstanceType<typeof TextDecoder>>();
  const shown = step.output.flatMap((chunk): CastEvent[] => {
    if (!TERMINALS.has(chunk.fd)) return [];
    const decoder = decoders.get(chunk.fd) ?? new TextDecoder();
    decoders.set(chunk.fd, decoder);
    const text = chunk.text ?? decoder.decode(chunkBytes(chunk), { stream: true });
    // The log of a console holds lines; a terminal needs to be told to go back to the left.
    return [[chunk.atMs, 'o', chunk.fd === 'console' ? text.replaceAll(/\r?\n/g, '\r\n') : text]];
  });
  return [marker, [fromMs, 'o', RESET], ...shown];
}

const TERMINALS: ReadonlySet<Stream> = new Set(['tty', 'console']);

function showsTerminal({ output }: StepResult): boolean {
  return output.some(({ fd }) => TERMINALS.has(fd));
}

/** Output may come after the end of its step. */
function lastMs({ toMs, steps }: AttemptSpan): number {
  return steps.reduce((latest, { step }) => Math.max(latest, step.output.at(-1)?.atMs ?? 0), toMs);
}
