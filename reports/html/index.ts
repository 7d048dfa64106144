/** The report as one self-contained page: readable without JavaScript, sealed by its policy, written piece by piece. */
import { createHash } from 'node:crypto';
import { buildMatrix, differentSteps } from '../../src/matrix.ts';
import type { RunResult } from '../../src/result.ts';
import type { ReportChunk, Reporter, ReporterFactory, ReporterOptions } from '../reporter.ts';
import { script, style } from './assets.gen.ts';
import { createBudget, type Budget } from './budget.ts';
import { comparisonHtml } from './comparison.ts';
import { html, trusted, within, type Html } from './element.ts';
import { environmentHtml } from './environment.ts';
import { failuresHtml } from './failures.ts';
import { historyHtml } from './history.ts';
import { jobsHtml } from './jobs.ts';
import { matrixHtml } from './matrix.ts';
import { timelineHtml } from './timeline.ts';
import { overviewHtml, verdictSentence } from './overview.ts';

/** How the page comes to its script and stylesheet. */
interface Assets {
  readonly style: Html;
  readonly script: Html;
  /** Where from its policy lets them come. */
  readonly scriptSource: string;
  readonly styleSource: string;
  /** What lies beside it. */
  readonly files: readonly ReportChunk[];
}

/** In the page itself: one file that opens anywhere. */
const INLINE: Assets = {
  style: trusted(`<style>${style}</style>`),
  script: trusted(`<script>${script}</script>`),
  scriptSource: sourceHash(script),
  styleSource: sourceHash(style),
  files: [],
};
/** Beside it: for servers like Jenkins, which refuse what stands in a page. */
const FILES: Assets = {
  style: trusted('<link rel="stylesheet" href="./rootlab.css" />'),
  script: trusted('<script src="./rootlab.js"></script>'),
  scriptSource: "'self'",
  styleSource: "'self'",
  files: [
    { path: 'rootlab.css', chunk: style },
    { path: 'rootlab.js', chunk: script },
  ],
};

export const htmlReporter: ReporterFactory = (options) => pageReporter(options, INLINE);
export const htmlFilesReporter: ReporterFactory = (options) => pageReporter(options, FILES);

function pageReporter(options: ReporterOptions, assets: Assets): Reporter {
  return {
    async *render(result) {
      const budget = createBudget();
      for await (const { html: chunk } of pageHtml({ result, options, budget, assets })) {
        budget.size += Buffer.byteLength(chunk);
        yield { path: 'index.html', chunk };
        yield* budget.files.splice(0);
      }
      yield* assets.files;
    },
  };
}

interface PageOptions {
  readonly result: RunResult;
  readonly options: ReporterOptions;
  readonly budget: Budget;
  readonly assets: Assets;
}

async function* pageHtml(page: PageOptions): AsyncGenerator<Html> {
  yield trusted('<!doctype html>\n');
  yield* within('html', { lang: 'en', id: 'top' }, documentHtml(page));
}

async function* documentHtml(page: PageOptions): AsyncGenerator<Html> {
  const { result, assets } = page;
  yield html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${trusted(policy(assets))}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${verdictSentence(result)} – ${result.title === '' ? 'rootlab' : result.title}</title>
    ${assets.style}
  </head>`;
  yield* within('body', {}, bodyHtml(page));
}

async function* bodyHtml(page: PageOptions): AsyncGenerator<Html> {
  const { result, assets } = page;
  yield html`<a class="skip" href="#main">Skip to the results</a>
    <header class="top">
      <a class="brand" href="#top">rootlab</a><span class="run">${verdictSentence(result)}</span>
      <div class="tools" hidden></div>
    </header>`;
  yield* within('main', { id: 'main', tabindex: '-1' }, mainHtml(page));
  yield html`<footer>
      Made by ${result.tool === '' ? 'rootlab' : result.tool} from the run's event log.
    </footer>
    <div class="sr" id="status" role="status" aria-live="polite"></div>
    ${assets.script}`;
}

async function* mainHtml({ result, options, budget }: PageOptions): AsyncGenerator<Html> {
  yield overviewHtml(result);
  yield* failuresHtml(result);
  const { baseline, between, history } = options;
  if (baseline !== undefined) yield comparisonHtml(baseline, result, between);
  const matrix = buildMatrix(result);
  yield* matrixHtml(matrix, result);
  yield* timelineHtml(result);
  const { readAttachment } = options;
  yield* jobsHtml(result, { different: differentSteps(matrix), budget, readAttachment });
  if (history !== undefined) yield historyHtml(history(), result);
  yield environmentHtml(result);
}

/** Nothing but this very script and stylesheet; no network at all. */
function policy({ scriptSource, styleSource }: Assets): string {
  return [
    "default-src 'none'",
    `script-src ${scriptSource}`,
    `style-src ${styleSource}`,
    'img-src data: blob:',
    'font-src data:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
