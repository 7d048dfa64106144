/** `rootlab merge`: the logs of shards, matrix cells and re-runs become one. */
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../src/error.ts';
import type { Command } from '../command.ts';
import { fileCause } from '../file-error.ts';
import { joinLogs } from './merge-logs.ts';
import { openWriter } from './writer.ts';

export const merge: Command = {
  summary: 'Join the logs of shards, matrix cells and re-runs into one',
  usage: 'LOG… [OPTIONS]',
  description:
    'LOG is an events.jsonl, or the folder of a run. The order of the words does not matter. Runs of the same job are\n' +
    'attempts at it: each is shown, and the newest counts. A log without an end (the runner was killed) is interrupted,\n' +
    'unless another one brought its jobs to their ends. Paths of kept files lead from where the new log lies.',
  options: {
    output: { value: 'FILE', short: 'o', help: 'where the new log goes (default: standard output)' },
  },
  examples: [
    ['rootlab merge shard-1 shard-2 -o all.jsonl', 'folders of two runs'],
    ['rootlab merge cells/* -o all.jsonl', 'every folder there'],
  ],
  async execute(input) {
    if (input.words.length === 0)
      throw new UserError('cannot merge logs: none is given', {
        hint: 'rootlab merge shard-1 shard-2 -o all.jsonl',
      });
    const output = input.value('output');
    const directory = output === undefined ? process.cwd() : dirname(resolve(output));
    const events = await joinLogs(input.words, directory);
    const lines = function* (): Generator<string> {
      for (const event of events) yield `${JSON.stringify(event)}\n`;
    };
    if (output === undefined) await print(lines());
    else write(output, lines());
    return 0;
  },
};

async function print(lines: Iterable<string>): Promise<void> {
  const faults: unknown[] = [];
  const writer = openWriter(1, { onFault: (fault) => faults.push(fault) });
  for (const line of lines) writer.write(line);
  await writer.settled();
  if (faults.length > 0) throw new UserError(`cannot write the log: ${fileCause(faults[0])}`, { status: 3 });
}

/** It may replace one of the logs, so it takes its place when it is whole. */
function write(path: string, lines: Iterable<string>): void {
  const fresh = `${path}.new`;
  try {
    const file = openSync(fresh, 'w');
    try {
      for (const line of lines) writeFileSync(file, line);
      renameSync(fresh, path);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new UserError(`cannot write "${path}": ${fileCause(error)}`, { hint: 'name another file with -o' });
  }
}
