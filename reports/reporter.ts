/** Reporter: events in, text out, no effects; live and from a saved log alike. */
import type { ImagePair } from '../src/compare-between.ts';
import type { Event } from '../src/event.ts';
import type { Endless } from '../src/fold.ts';
import type { HistoryLine } from '../src/history.ts';
import type { RunResult } from '../src/result.ts';

export interface Reporter {
  /** Text to write now; '' for none. */
  onEvent?(event: Event): string | Promise<string>;
  /** A redrawn part of a terminal; asked a few times a second while the run goes on. `nowMs` counts as `event.m`. */
  onTick?(nowMs: number): string;
  /** The files of a finished (or cut short) run; `path` is relative to the report's folder. */
  render?(result: RunResult): AsyncIterable<ReportChunk>;
}
export interface ReportChunk {
  readonly path: string;
  readonly chunk: string | Uint8Array;
}

export interface ReporterOptions {
  readonly colour: boolean;
  readonly columns: number;
  /** The text goes to a terminal that understands cursor movement, as the run happens. */
  readonly live: boolean;
  /** What has no end in a saved log. */
  readonly endless?: Endless | undefined;
  /** Where the page lies, for the last lines of a console report. */
  readonly htmlPath?: string | undefined;
  /** The address that the page will have for others: in the artifacts of a CI job. */
  readonly pageUrl?: string | undefined;
  /** The path that a file of the log has in the repository, where a CI service reads paths from its root. */
  readonly repositoryPath?: ((file: string) => string) | undefined;
  /** Where an attachment lies, by its path relative to the log. */
  readonly attachmentPath?: ((path: string) => string) | undefined;
  /** The W3C trace context that the run was started in: `$TRACEPARENT`. */
  readonly traceParent?: string | undefined;
  /** An earlier run, to be compared with. */
  readonly baseline?: RunResult | undefined;
  /** Its jobs on the one image with those on the other. */
  readonly between?: ImagePair | undefined;
  /** What earlier runs came to; asked for once the run has ended. */
  readonly history?: (() => readonly HistoryLine[]) | undefined;
  /** What a small attachment holds, by its path relative to the log; absent where it is large or gone. */
  readonly readAttachment?: ((path: string) => Promise<Uint8Array | undefined>) | undefined;
}
export type ReporterFactory = (options: ReporterOptions) => Reporter;
