/** `rootlab show`: one job as it will run, and where each of its values comes from. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../src/error.ts';
import { readYaml } from '../../src/yaml.ts';
import type { Command } from '../command.ts';
import { usualValues, writtenValues, type Value } from '../harness/origin.ts';
import { loadJobs } from '../load.ts';

export const show: Command = {
  summary: 'Show a job as it will run, each value with the file and line that say it',
  usage: 'JOB|PATH [OPTIONS]',
  description:
    'Variables of the matrix are replaced where rootlab does so before the job runs: in titles, machine and env.',
  options: {
    resolved: { help: 'also the values that no file says, marked "usual"' },
    json: { help: 'as JSON, one object a line' },
  },
  examples: [
    ['rootlab show nspawn/echo@debian-12', 'what the file says for this image'],
    ['rootlab show nspawn/echo@debian-12 --resolved', 'and what holds without being said'],
  ],
  async execute(input) {
    if (input.words.length === 0)
      throw new UserError('rootlab show takes one job', { hint: '"rootlab list" shows their names' });
    const { jobs } = await loadJobs(input.words, {});
    const [job, second] = jobs;
    if (job === undefined || second !== undefined)
      throw new UserError(`cannot show one job: "${input.words.join(' ')}" names ${jobs.length}`, {
        hint: `name one of them: rootlab show ${job?.name ?? 'JOB'}`,
      });
    const { file } = job.scenario;
    const written = writtenValues(job, readYaml(file, dirname(file), readFileSync(file, 'utf8')));
    const values = input.flag('resolved') ? [...written, ...usualValues(job, written)] : written;
    process.stdout.write(input.flag('json') ? asJson(values) : asText(job.name, values));
    return 0;
  },
};

function asJson(values: readonly Value[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** The places stand in a column of their own; further lines of a text below its first. */
function asText(name: string, values: readonly Value[]): string {
  const rows = values.map(({ path, value, origin }) => ({
    place: origin === undefined ? 'usual' : `${origin.file}:${origin.line}`,
    text: value.includes('\n')
      ? `${path}: |\n${value.trimEnd().replace(/^(?=.)/gm, '  ')}`
      : `${path}: ${value}`,
  }));
  const width = Math.max(0, ...rows.map(({ place }) => place.length));
  const lines = rows.map(({ place, text }) =>
    `${place.padEnd(width)}  ${text.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`.replaceAll(/ +$/gm, ''),
  );
  return [name, ...lines, ''].join('\n');
}
