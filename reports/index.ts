/** The table of reporters: a new one is its file and a line here. */
import { asciicastReporter, asciicastV3Reporter } from './asciicast.ts';
import { chromeTraceReporter } from './chrome-trace.ts';
import { consoleReporter } from './console.ts';
import { ctrfReporter } from './ctrf.ts';
import { dotenvReporter } from './dotenv.ts';
import { githubReporter } from './github.ts';
import { gitlabReporter } from './gitlab.ts';
import { jsonReporter } from './json.ts';
import { jsonlReporter } from './jsonl.ts';
import { jenkinsReporter, junitReporter } from './junit.ts';
import { markdownReporter } from './markdown.ts';
import { otlpReporter } from './otlp.ts';
import type { ReporterFactory } from './reporter.ts';
import { tapReporter } from './tap.ts';

export const reporters: Readonly<Record<string, ReporterFactory>> = {
  console: consoleReporter,
  tap: tapReporter,
  jsonl: jsonlReporter,
  ctrf: ctrfReporter,
  github: githubReporter,
  gitlab: gitlabReporter,
  dotenv: dotenvReporter,
  json: jsonReporter,
  junit: junitReporter,
  jenkins: jenkinsReporter,
  markdown: markdownReporter,
  'chrome-trace': chromeTraceReporter,
  otlp: otlpReporter,
  asciicast: asciicastReporter,
  'asciicast-v3': asciicastV3Reporter,
  html: pageReporter('htmlReporter'),
  'html-files': pageReporter('htmlFilesReporter'),
};

/** The page's code is large: it is loaded while the first machine starts, and not at all by a run that only prints. */
function pageReporter(which: 'htmlReporter' | 'htmlFilesReporter'): ReporterFactory {
  return (options) => {
    let page: Promise<typeof import('./html/index.ts')> | undefined;
    const load = async (): Promise<typeof import('./html/index.ts')> => (page ??= import('./html/index.ts'));
    return {
      onEvent: ({ type }) => {
        if (type === 'step-begin' && page === undefined) setTimeout(() => void load(), 20).unref();
        return '';
      },
      async *render(result) {
        const pages = (await load())[which](options).render?.(result);
        if (pages !== undefined) yield* pages;
      },
    };
  };
}
