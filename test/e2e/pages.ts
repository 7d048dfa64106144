/** A real Chromium, and pages of runs for it to open: both are gone when the test ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import type { Test } from 'tap';
import { htmlReporter } from '../../reports/html/index.ts';
import type { ReporterOptions } from '../../reports/reporter.ts';
import type { Event } from '../../src/event.ts';
import { report } from '../reports/contract.ts';
import { browserOrSkip } from './browser.ts';

export interface Pages {
  readonly browser: Browser;
  /** Gives the address of the page of that run. */
  write(name: string, events: readonly Event[], options?: Partial<ReporterOptions>): Promise<string>;
}

export async function pagesOrSkip(t: Test): Promise<Pages | undefined> {
  const browser = await browserOrSkip(t);
  if (browser === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'rootlab-pages-'));
  t.teardown(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
  return {
    browser,
    async write(name, events, options) {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, (await report(htmlReporter, events, options)).get('index.html') ?? '');
      return pathToFileURL(file).href;
    },
  };
}
