/** The dotenv reporter: what a run came to as variables, which GitLab gives to later jobs (`reports:dotenv`). */
import { badJobs } from '../src/describe.ts';
import type { ReporterFactory } from './reporter.ts';

/** Only words, numbers and an address: GitLab knows no quotes there, no empty lines, and 5 KB at most. */
export const dotenvReporter: ReporterFactory = ({ pageUrl }) => ({
  async *render(result) {
    const variables = {
      OUTCOME: result.outcome,
      EXIT: result.exit,
      JOBS: result.jobs.length,
      BAD_JOBS: badJobs(result).length,
      SECONDS: Math.round(result.durationMs / 1_000),
      REPORT_URL: pageUrl,
    };
    const lines = Object.entries(variables).flatMap(([name, value]) =>
      value === undefined ? [] : [`ROOTLAB_${name}=${value}\n`],
    );
    yield { path: 'rootlab.env', chunk: lines.join('') };
  },
});
