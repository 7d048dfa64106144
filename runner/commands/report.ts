/** `rootlab report`: any report of a saved log, afterwards. */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { reporters } from '../../reports/index.ts';
import { UserError } from '../../src/error.ts';
import type { Command, Input } from '../command.ts';
import { foldLog, openReporting, openLog, readReporterChoices } from './reporting.ts';

export const report: Command = {
  summary: 'Make reports from the log of an earlier run',
  usage: 'LOG [OPTIONS]',
  description:
    'LOG is an events.jsonl, or the folder of a run. A log without an end (the runner was killed) reports as interrupted.',
  options: {
    reporter: {
      value: 'NAME[=FILE]',
      multiple: true,
      help: `${Object.keys(reporters).join(', ')}; repeatable (default: console)`,
    },
    serve: { help: 'show the page on a port of this computer, also while the run goes on, until Ctrl-C' },
  },
  examples: [
    ['rootlab report reports/out/latest', 'the newest run, again'],
    ['rootlab report reports/out/latest --reporter html=page.html', 'its page'],
    ['rootlab report reports/out/latest --reporter junit=junit.xml', 'for a CI service'],
    ['rootlab report --serve', 'the newest run, while it goes on'],
  ],
  async execute(input) {
    const serves = input.flag('serve');
    const [word = serves ? 'reports/out/latest' : undefined, ...more] = input.words;
    if (word === undefined || more.length > 0) {
      throw new UserError('rootlab report takes one log', { hint: 'rootlab report reports/out/latest' });
    }
    const log =
      statSync(word, { throwIfNoEntry: false })?.isDirectory() === true ? join(word, 'events.jsonl') : word;
    if (statSync(log, { throwIfNoEntry: false }) === undefined) {
      throw new UserError(`cannot read the log "${log}": there is no such file`, {
        hint: 'a run writes it to reports/out/RUN/events.jsonl',
      });
    }
    if (serves) return serveUntilStopped(log, input);
    const choices = readReporterChoices(
      input.values('reporter').length === 0 ? ['console'] : input.values('reporter'),
    );
    const directory = dirname(resolve(log));
    const reporting = openReporting(choices, { directory, logDirectory: directory, live: false });
    for await (const event of openLog(log)) reporting.listen(event);
    const faults = await reporting.finish(async () => foldLog(log));
    for (const fault of faults) process.stderr.write(`error: ${fault}\n`);
    return faults.length > 0 ? 3 : 0;
  },
};

async function serveUntilStopped(log: string, { signal, values }: Input): Promise<number> {
  if (values('reporter').length > 0)
    throw new UserError('option "--serve" cannot stand beside "--reporter"', {
      hint: 'leave out --reporter',
    });
  const { serveReport } = await import('./serve.ts');
  const served = await serveReport(log);
  process.stdout.write(`${served.url}\n`);
  if (!signal.aborted) await once(signal, 'abort');
  await served.close();
  return 0;
}
