/** The JSON reporter: the whole result of a run as one document, for programs that want no fold of their own. */
import type { ReporterFactory } from './reporter.ts';

/** Grows when a reader of the former version would be wrong; new keys alone do not count. */
export const RESULT_VERSION = 1;

export const jsonReporter: ReporterFactory = () => ({
  // Job by job: what a large run said is more than one string can hold.
  async *render({ jobs, ...run }) {
    const path = 'result.json';
    const head = JSON.stringify({ format: 'rootlab-result', version: RESULT_VERSION, ...run });
    yield { path, chunk: `${head.slice(0, -1)},"jobs":[` };
    for (const [index, job] of jobs.entries())
      yield { path, chunk: `${index === 0 ? '\n' : ',\n'}${JSON.stringify(job)}` };
    yield { path, chunk: '\n]}\n' };
  },
});
