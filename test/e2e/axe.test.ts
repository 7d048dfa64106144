import t from 'tap';
import { galleryPast, galleryRun } from '../fixtures/gallery/index.ts';
import { shorten, violations } from './axe.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

const OPEN_ALL = `for (const details of document.querySelectorAll('details')) details.open = true`;

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const url = await pages.write('gallery', galleryRun(), galleryPast());

  for (const colorScheme of ['light', 'dark'] as const)
    t.test(`axe finds nothing in ${colorScheme}`, { timeout: 120_000 }, async (t) => {
      const { page, complaints } = await openPage(pages.browser, url, { colorScheme });
      page.setDefaultTimeout(60_000);
      await page.evaluate(OPEN_ALL);
      await shorten(page);
      for (const part of ['.card', '.grid', '.changes', '.past', '.chart', '.attempt'])
        t.ok(await page.locator(part).count(), part);
      t.same(await violations(page), [], 'all that can be opened');
      await page.keyboard.press('?');
      t.same(await violations(page), [], 'the keys');
      t.same(complaints, []);
      await page.context().close();
    });
}
