/** `rootlab lint`: all that is wrong in scenario files, before anything runs. */
import type { Command } from '../command.ts';
import { loadJobs } from '../load.ts';

export const lint: Command = {
  summary: 'Check scenario files without running them',
  usage: '[PATH|GLOB …]',
  description:
    'Reads all files, reports every problem of every file with its place and what to do, and runs nothing.',
  options: {},
  examples: [['rootlab lint scenarios', 'a folder']],
  async execute(input) {
    const { jobs } = await loadJobs(input.words, { tags: [], images: [] });
    const files = new Set(jobs.map(({ scenario }) => scenario.file)).size;
    process.stdout.write(
      `${files} ${files === 1 ? 'file' : 'files'}, ${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}: no problems\n`,
    );
    return 0;
  },
};
