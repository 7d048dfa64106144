/** The table of reporters: a new one is its file and a line here. */
import { consoleReporter } from './console.ts';
import { jsonlReporter } from './jsonl.ts';
import type { ReporterFactory } from './reporter.ts';
import { tapReporter } from './tap.ts';

export const reporters: Readonly<Record<string, ReporterFactory>> = {
  console: consoleReporter,
  tap: tapReporter,
  jsonl: jsonlReporter,
  // The page is large, and a run that only prints should not wait for it.
  html: (options) => ({
    async *render(result) {
      const { htmlReporter } = await import('./html/index.ts');
      const pages = htmlReporter(options).render?.(result);
      if (pages !== undefined) yield* pages;
    },
  }),
};
