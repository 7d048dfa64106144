/** `rootlab report`: any report of a saved log, afterwards. */
import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { reporters } from '../../reports/index.ts';
import type { ReporterOptions } from '../../reports/reporter.ts';
import { UserError } from '../../src/error.ts';
import type { Event } from '../../src/event.ts';
import type { Endless } from '../../src/fold.ts';
import type { HistoryLine } from '../../src/history.ts';
import type { Command, Input } from '../command.ts';
import { readHistory } from '../history.ts';
import { goesOn } from './goes-on.ts';
import { readImagePair, requireImages } from './image-pair.ts';
import { findLog, joinLogs, openWholeLog } from './merge-logs.ts';
import { readReporterChoices } from './reporter-choice.ts';
import { foldAll, openReporting } from './reporting.ts';

export const report: Command = {
  summary: 'Make reports from the logs of earlier runs',
  usage: 'LOG… [OPTIONS]',
  description:
    'LOG is an events.jsonl, or the folder of a run. A log without an end (the runner was killed) reports as interrupted;\n' +
    'that of a run that still goes on says what has ended so far.\n' +
    'Several logs are joined as by "rootlab merge", and their pages go to the current folder.',
  options: {
    reporter: {
      value: 'NAME[=FILE]',
      multiple: true,
      help: `${Object.keys(reporters).join(', ')}; repeatable (default: console)`,
    },
    to: { value: 'NAME[=FILE],…', help: 'the same for several at once' },
    baseline: {
      value: 'LOG',
      help: 'an earlier run: the page and the Markdown summary say what has changed since',
    },
    between: {
      value: 'OLD,NEW',
      help: 'jobs on the image OLD of the baseline with those on NEW, without a baseline of the same run',
    },
    serve: { help: 'show the page on a port of this computer, also while the run goes on, until Ctrl-C' },
  },
  examples: [
    ['rootlab report reports/out/latest', 'the newest run, again'],
    ['rootlab report reports/out/latest --reporter html=page.html', 'its page'],
    ['rootlab report reports/out/latest --to html,junit=junit.xml', 'for people and for a CI service'],
    ['rootlab report reports/out/latest --baseline=nightly.jsonl --reporter html', 'what has changed'],
    [
      'rootlab report reports/out/latest --between=debian-12,mine --reporter html',
      'what another image changes',
    ],
    ['rootlab report shard-1 shard-2 --reporter html=page.html', 'one page of two runs'],
    ['rootlab report --serve', 'the newest run, while it goes on'],
  ],
  async execute(input) {
    const serves = input.flag('serve');
    const [word = serves ? 'reports/out/latest' : undefined, ...more] = input.words;
    if (word === undefined)
      throw new UserError('rootlab report takes a log', { hint: 'rootlab report reports/out/latest' });
    if (serves && more.length > 0)
      throw new UserError('rootlab report --serve takes one log', { hint: 'join several by rootlab merge' });
    if (serves) return serveUntilStopped(findLog(word), input);
    const asked = reportersIn(input);
    const choices = readReporterChoices(asked.length === 0 ? ['console'] : asked);
    const source = more.length === 0 ? oneLog(word) : await severalLogs(input.words);
    const { directory, endless } = source;
    const comparison = await readComparison(input, source);
    const history = (): readonly HistoryLine[] => readHistory(dirname(directory));
    const reporting = openReporting(choices, {
      directory,
      logDirectory: directory,
      live: false,
      endless,
      ...comparison,
      history: more.length === 0 ? history : undefined,
      onWritten: (path) => process.stderr.write(`note: wrote ${path}\n`),
    });
    for await (const event of source.events()) reporting.listen(event);
    const faults = await reporting.finish(async () => foldAll(source.events(), { endless }));
    for (const fault of faults) process.stderr.write(`error: ${fault}\n`);
    return faults.length > 0 ? 3 : 0;
  },
};

/** What the run is to be compared with, if with anything. */
async function readComparison(
  { value }: Input,
  { events }: Source,
): Promise<Pick<ReporterOptions, 'baseline' | 'between'>> {
  const [earlier, between] = [value('baseline'), readImagePair(value('between'))];
  const baseline = earlier === undefined ? undefined : await foldAll(openWholeLog(findLog(earlier)));
  if (between === undefined) return { baseline };
  const now = await foldAll(events());
  requireImages({ baseline: baseline ?? now, now }, between);
  return { baseline: baseline ?? now, between };
}

function reportersIn({ value, values }: Input): readonly string[] {
  return [...values('reporter'), ...(value('to')?.split(',') ?? [])];
}

interface Source {
  /** Where pages go, and kept files are looked up from. */
  readonly directory: string;
  /** All of them, each time. */
  readonly events: () => AsyncIterable<Event> | Iterable<Event>;
  /** What has no end there yet. */
  readonly endless?: Endless;
}

/** Its events pass one by one: it may be larger than memory. */
function oneLog(word: string): Source {
  const log = findLog(word);
  const endless = goesOn(log) ? 'running' : 'interrupted';
  return { directory: dirname(resolve(log)), events: () => openWholeLog(log, endless), endless };
}

async function severalLogs(words: readonly string[]): Promise<Source> {
  const directory = process.cwd();
  const events = await joinLogs(words, directory);
  return { directory, events: () => events };
}

async function serveUntilStopped(log: string, input: Input): Promise<number> {
  const { signal } = input;
  if (reportersIn(input).length > 0)
    throw new UserError('option "--serve" cannot stand beside "--reporter" or "--to"', {
      hint: 'leave them out',
    });
  const { serveReport } = await import('./serve.ts');
  const served = await serveReport(log);
  process.stdout.write(`${served.url}\n`);
  if (!signal.aborted) await once(signal, 'abort');
  await served.close();
  return 0;
}
