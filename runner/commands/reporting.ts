/** Drives the reporters of `run` and `report`: their text is written, their faults are named. */
import { appendFileSync, closeSync, createReadStream, openSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { reporters } from '../../reports/index.ts';
import { readLog } from '../../reports/jsonl.ts';
import type { Reporter } from '../../reports/reporter.ts';
import { UserError } from '../../src/error.ts';
import type { ImagePair } from '../../src/compare-between.ts';
import type { Event } from '../../src/event.ts';
import { createFold, type Endless, type FoldOptions } from '../../src/fold.ts';
import type { HistoryLine } from '../../src/history.ts';
import type { RunResult } from '../../src/result.ts';
import { errorCode, fileCause } from '../file-error.ts';
import { makeFolders } from '../folders.ts';
import { missingPageUrl, pageUrl, repositoryPath } from './page-url.ts';
import { asides, linking, pageReporters, type ReporterChoice, streams } from './reporter-choice.ts';
import { openWriter } from './writer.ts';

export interface Reporting {
  readonly listen: (event: Event) => void;
  /** While a person uses the terminal nothing is redrawn on it. */
  pause(paused: boolean): void;
  /** Waits for what is still being written, then lets the reporters render; returns the faults, in words. */
  finish(result: () => Promise<RunResult>): Promise<readonly string[]>;
}

export interface ReportingOptions {
  /** Where pages go. */
  readonly directory: string;
  /** Where attachments are looked up. */
  readonly logDirectory: string;
  readonly live: boolean;
  readonly endless?: Endless | undefined;
  readonly baseline?: RunResult | undefined;
  readonly between?: ImagePair | undefined;
  readonly history?: (() => readonly HistoryLine[]) | undefined;
  /** Told of each file that a reporter has rendered. */
  readonly onWritten?: ((path: string) => void) | undefined;
}

export function openReporting(choices: readonly ReporterChoice[], options: ReportingOptions): Reporting {
  const faults: string[] = [];
  const htmlChoice = choices.find(({ name }) => pageReporters.has(name));
  const htmlPath =
    htmlChoice &&
    (htmlChoice.file === undefined ? join(options.directory, 'index.html') : resolve(htmlChoice.file));
  const linked = choices.find(({ name }) => linking.has(name));
  const missing = linked && missingPageUrl(htmlPath, process.env);
  if (missing !== undefined)
    process.stderr.write(`note: reporter "${linked?.name}" cannot link to the page: ${missing}\n`);
  const channels = choices.map((choice) => openChannel(choice, options, htmlPath, faults));
  const began = performance.now();
  let paused = false;
  const ticker = options.live
    ? setInterval(() => {
        if (paused) return;
        for (const channel of channels) channel.tick(performance.now() - began);
      }, 100)
    : undefined;
  return {
    listen: (event) => {
      for (const channel of channels) channel.listen(event);
    },
    pause: (now) => {
      paused = now;
      for (const channel of channels) channel.flush();
    },
    finish: async (result) => {
      clearInterval(ticker);
      await Promise.all(channels.map(async (channel) => channel.settled()));
      for (const channel of channels) await channel.render(result);
      return faults;
    },
  };
}

/** The events of a saved log, one by one. */
export function openLog(file: string, endless?: Endless): AsyncIterable<Event> {
  return readLog(createReadStream(file, 'utf8'), file, endless);
}

export async function foldAll(
  events: AsyncIterable<Event> | Iterable<Event>,
  options?: FoldOptions,
): Promise<RunResult> {
  const fold = createFold(options);
  for await (const event of events) fold.add(event);
  return fold.result();
}

/** Beyond this much output the result is not kept in memory while the run goes on, but read from the log. */
const keptCharacters = 4 << 20;

/** The result of a run as it happens. */
export function keepResult(log: string): { add(event: Event): void; result(): Promise<RunResult> } {
  let fold: ReturnType<typeof createFold> | undefined = createFold();
  let characters = 0;
  return {
    add: (event) => {
      if (event.type === 'output') characters += (event.text ?? event.base64 ?? '').length;
      if (characters > keptCharacters) fold = undefined;
      fold?.add(event);
    },
    result: async () => fold?.result() ?? foldAll(openLog(log)),
  };
}

/** What is written is seen at most this much later. */
const flushMs = 20;

interface Channel {
  listen(event: Event): void;
  tick(nowMs: number): void;
  flush(): void;
  settled(): Promise<void>;
  render(result: () => Promise<RunResult>): Promise<void>;
}

function openChannel(
  choice: ReporterChoice,
  options: ReportingOptions,
  htmlPath: string | undefined,
  faults: string[],
): Channel {
  const factory = reporters[choice.name];
  if (factory === undefined) throw new UserError(`unknown reporter "${choice.name}"`);
  const toStdout = choice.file === undefined;
  const terminal = toStdout && process.stdout.isTTY;
  const reporter: Reporter = factory({
    colour: terminal && (process.env['NO_COLOR'] ?? '') === '',
    columns: terminal ? process.stdout.columns : 100,
    live: terminal && options.live,
    endless: options.endless,
    htmlPath,
    pageUrl: pageUrl(htmlPath, process.env),
    repositoryPath: (file) => repositoryPath(file, process.env),
    traceParent: process.env['TRACEPARENT'],
    baseline: options.baseline,
    between: options.between,
    history: options.history,
    attachmentPath: (path) => resolve(options.logDirectory, path),
    readAttachment: async (path) => readSmallFile(resolve(options.logDirectory, path)),
  });
  let broken = false;
  let last: Promise<void> | undefined;
  const aside = asides.has(choice.name);
  const stream =
    choice.file !== undefined && (aside || streams.has(choice.name)) ? openFile(choice.file) : aside ? 2 : 1;
  const fail = (error: unknown): void => {
    if (!broken) faults.push(`reporter "${choice.name}" failed: ${wordFault(error)}`);
    broken = true;
  };
  const writer = openWriter(stream, { onFault: fail });
  // A thousand quick steps a second need not be a thousand writes.
  let pending = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = pending;
    pending = '';
    // What it said before it failed is said.
    writer.write(text);
  };
  const write = (text: string): void => {
    if (text === '') return;
    pending += text;
    timer ??= setTimeout(flush, flushMs);
  };
  const guarded = (speak: () => string | Promise<string>): void | Promise<void> => {
    try {
      const text = speak();
      return typeof text === 'string' ? write(text) : text.then(write).catch(fail);
    } catch (error) {
      fail(error);
    }
  };
  return {
    listen: (event) => {
      if (reporter.onEvent === undefined || broken) return;
      const speak = (): void | Promise<void> => guarded(() => reporter.onEvent?.(event) ?? '');
      // Most answers are there at once; only behind one that is not must the next event wait.
      const next = last === undefined ? speak() : last.then(speak);
      if (next === undefined) return;
      const mine: Promise<void> = next.finally(() => {
        if (last === mine) last = undefined;
      });
      last = mine;
    },
    tick: (nowMs) => {
      if (last === undefined && reporter.onTick !== undefined && !broken && terminal)
        void guarded(() => reporter.onTick?.(nowMs) ?? '');
    },
    flush,
    settled: async () => {
      // The answer to one event may be what the next has waited for.
      for (let waiting = last; waiting !== undefined; waiting = last) await waiting;
      flush();
      await writer.settled();
      if (stream > 2) closeSync(stream);
    },
    render: async (result) => {
      if (reporter.render === undefined || broken) return;
      try {
        const pages = reporter.render(await result());
        const written = await (aside
          ? appendSummary(pages)
          : writePages(pages, choice.file, options.directory));
        for (const path of written) options.onWritten?.(path);
      } catch (error) {
        fail(error);
      }
    },
  };
}

/** Whoever made the log chose the path: it may lead to a device that never ends. */
async function readSmallFile(path: string): Promise<Uint8Array | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size < SMALL_BYTES ? await readFile(path) : undefined;
  } catch {
    return undefined;
  }
}
const SMALL_BYTES = 1 << 20;

/** What is no fault of the file's is one of ours, and its place is told. */
function wordFault(error: unknown): string {
  if (error instanceof UserError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

type Pages = ReturnType<NonNullable<Reporter['render']>>;

/** Where GitHub Actions collects what its page of a job shows; other steps write there too. */
async function appendSummary(pages: Pages): Promise<readonly string[]> {
  const file = process.env['GITHUB_STEP_SUMMARY'] ?? '';
  if (file === '') return [];
  try {
    for await (const { chunk } of pages) appendFileSync(file, chunk);
  } catch (error) {
    if (errorCode(error) === '') throw error;
    throw new UserError(`cannot add to $GITHUB_STEP_SUMMARY, "${file}": ${fileCause(error)}`);
  }
  return [file];
}

async function writePages(
  chunks: Pages,
  file: string | undefined,
  directory: string,
): Promise<readonly string[]> {
  const open = new Map<string, number>();
  const written: string[] = [];
  try {
    for await (const { path, chunk } of chunks) {
      let target = open.get(path);
      if (target === undefined) {
        // The first file takes the name that was asked for; others lie beside it.
        const name =
          file === undefined ? join(directory, path) : open.size === 0 ? file : join(dirname(file), path);
        target = openFile(name);
        open.set(path, target);
        written.push(name);
      }
      writeFileSync(target, chunk);
    }
    return [...written];
  } finally {
    for (const target of open.values()) closeSync(target);
  }
}

function openFile(path: string): number {
  try {
    makeFolders(dirname(resolve(path)));
    return openSync(path, 'w');
  } catch (error) {
    throw new UserError(`cannot write "${path}": ${fileCause(error)}`, {
      hint: 'name another file with --reporter=NAME=FILE',
    });
  }
}
