import t from 'tap';
import { galleryPast, galleryRun } from '../fixtures/gallery/index.ts';
import { violations } from './axe.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

/** Opens all, and leaves of each long list its beginning: the rest is of the same kind, and takes a minute. */
const OPEN_ALL = `
  for (const details of document.querySelectorAll('details')) details.open = true;
  for (const list of document.querySelectorAll('.failures, .term pre, .chart tbody'))
    for (const item of [...list.children].slice(12)) item.remove();`;

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const url = await pages.write('gallery', galleryRun(), galleryPast());

  for (const colorScheme of ['light', 'dark'] as const)
    t.test(`axe finds nothing in ${colorScheme}`, { timeout: 120_000 }, async (t) => {
      const { page, complaints } = await openPage(pages.browser, url, { colorScheme });
      page.setDefaultTimeout(60_000);
      await page.evaluate(OPEN_ALL);
      for (const part of ['.card', '.grid', '.changes', '.past', '.chart', '.attempt'])
        t.ok(await page.locator(part).count(), part);
      t.same(await violations(page), [], 'all that can be opened');
      await page.keyboard.press('?');
      t.same(await violations(page), [], 'the keys');
      t.same(complaints, []);
      await page.context().close();
    });
}
