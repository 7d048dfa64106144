/** `rootlab list`: the jobs there are, by the names that select them. */
import type { Command } from '../command.ts';
import { run } from './run.ts';
import { jobOptions, selectJobs } from './selection.ts';

export const list: Command = {
  summary: 'List the jobs: each scenario with each combination of its matrix',
  usage: '[PATH|GLOB|JOB …] [OPTIONS]',
  options: { ...jobOptions, json: { help: 'as JSON, one object a line' } },
  examples: [
    ['rootlab list', 'all below the current folder'],
    ['rootlab list scenarios/nspawn --image debian-13', 'some of them'],
  ],
  async execute(input) {
    const { jobs, notes } = await selectJobs(input, run);
    for (const note of notes) process.stderr.write(`note: ${note}\n`);
    const width = Math.min(50, Math.max(...jobs.map(({ name }) => name.length)));
    for (const { name, scenario, axes } of jobs) {
      const line = input.flag('json')
        ? JSON.stringify({ job: name, title: scenario.title, tags: scenario.tags, axes, file: scenario.file })
        : `${name.padEnd(width)}  ${scenario.title}`;
      process.stdout.write(`${line}\n`);
    }
    return 0;
  },
};
