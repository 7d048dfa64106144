import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import t from 'tap';
import { galleryRun } from '../fixtures/gallery/index.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

/** Evaluated in the page, which its policy allows to nobody else. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rule, and the first element at fault, of each violation. */
async function violations(page: Page): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(
    `axe.run(document, {resultTypes: ['violations']}).then(({violations}) =>
      violations.map(({id, help, nodes}) => id + ': ' + help + ': ' + nodes.length + ' × ' + nodes[0].html.slice(0, 200)))`,
  );
  return Array.isArray(found) ? found.map(String) : ['axe gave no list'];
}

/** Opens all, and leaves of each long list its beginning: the rest is of the same kind, and takes a minute. */
const OPEN_ALL = `
  for (const details of document.querySelectorAll('details')) details.open = true;
  for (const list of document.querySelectorAll('.failures, .term pre, .chart tbody'))
    for (const item of [...list.children].slice(12)) item.remove();`;

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const url = await pages.write('gallery', galleryRun());

  for (const colorScheme of ['light', 'dark'] as const)
    t.test(`axe finds nothing in ${colorScheme}`, { timeout: 60_000 }, async (t) => {
      const { page, complaints } = await openPage(pages.browser, url, { colorScheme });
      await page.evaluate(axe);
      page.setDefaultTimeout(60_000);
      await page.evaluate(OPEN_ALL);
      t.same(await violations(page), [], 'all that can be opened');
      await page.keyboard.press('?');
      t.same(await violations(page), [], 'the keys');
      t.same(complaints, []);
      await page.context().close();
    });
}
