/// <reference lib="dom" />
import type { BrowserContextOptions, Page } from 'playwright-core';
import t from 'tap';
import { galleryRun } from '../fixtures/gallery/index.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

const OPEN_ALL = "for (const details of document.querySelectorAll('details')) details.open = true;";

/** Each text that can be seen, with the element it stands in. */
async function seen(page: Page): Promise<readonly string[]> {
  await page.evaluate(OPEN_ALL);
  // What is put into a body once it is open.
  await page.locator('.replay').first().waitFor();
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const [parent, text] = [node.parentElement, node.textContent?.trim() ?? ''];
      if (parent === null || text === '' || parent.closest('button') !== null) continue;
      if (parent.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
        found.push(`${parent.localName}.${parent.className}: ${text.slice(0, 60)}`);
    }
    return found;
  });
}

/** Outcomes whose sign has the colour of what it stands on. */
function vanishedMarks(): string[] {
  const marks = [...document.querySelectorAll('.i')];
  if (marks.length < 20) return ['the signs are not found'];
  return marks
    .filter((mark) => {
      const [own, ...under] = [mark, mark.parentElement, mark.closest('.row, .card'), document.body].map(
        (element) => element && getComputedStyle(element).backgroundColor,
      );
      return own === 'rgba(0, 0, 0, 0)' || under.includes(own ?? null);
    })
    .map((mark) => mark.outerHTML);
}

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  t.setTimeout(600_000);
  const { browser } = pages;
  const url = await pages.write('gallery', galleryRun());
  const usual = await openPage(browser, url);
  const all = await seen(usual.page);
  t.ok(all.length > 1_000, `${all.length} texts`);

  const kinds: Readonly<Record<string, BrowserContextOptions>> = {
    'forced colours': { forcedColors: 'active' },
    'forced colours in the dark': { forcedColors: 'active', colorScheme: 'dark' },
    'no motion': { reducedMotion: 'reduce' },
    'more contrast': { contrast: 'more' },
  };
  for (const [name, options] of Object.entries(kinds))
    t.test(
      `${name}: nothing is hidden, and every outcome keeps its sign`,
      { timeout: 120_000 },
      async (t) => {
        const { page, complaints } = await openPage(browser, url, options);
        t.same(await seen(page), all);
        t.same(await page.evaluate(vanishedMarks), []);
        t.same(complaints, []);
        await page.context().close();
      },
    );
}
