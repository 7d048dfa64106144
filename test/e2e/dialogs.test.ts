import t, { type Test } from 'tap';
import { galleryRun } from '../fixtures/gallery/index.ts';
import { matrixRun, ROWS, VERSIONS } from '../fixtures/matrix-run.ts';
import { shorten, violations } from './axe.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip, type Pages } from './pages.ts';

/** The dialog that this button opens, in light and dark, as it is and after a step into it; nothing else is reached meanwhile. */
async function checkDialog(t: Test, { browser }: Pages, url: string, button: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, complaints } = await openPage(browser, url, { colorScheme, reducedMotion: 'reduce' });
    await page.locator(button).first().click();
    const dialog = page.locator('dialog[open]');
    await dialog.waitFor();
    await shorten(page);
    t.same(await violations(page, 'dialog[open]'), [], `${colorScheme}: as it opens`);
    await dialog.locator('select').first().selectOption({ index: 1 });
    await shorten(page);
    t.same(await violations(page, 'dialog[open]'), [], `${colorScheme}: with another choice`);
    t.same(complaints, []);
    await page.context().close();
  }
}

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  // axe takes its time on a computer that does much else.
  const options = { timeout: 120_000 };

  t.test('axe finds nothing in the dialog that replays a job', options, async (t) => {
    const url = await pages.write('gallery', galleryRun());
    const job = 'gallery/outputs@debian-13';
    await checkDialog(t, pages, `${url}#${job}/boot`, `[id="${job}"] .replay`);
  });

  t.test('axe finds nothing in the dialog that compares two cells', options, async (t) => {
    const url = await pages.write('matrix', matrixRun(VERSIONS, ROWS));
    await checkDialog(t, pages, url, 'button[aria-label="Compare: Step differs"]');
  });
}
