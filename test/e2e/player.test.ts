import type { Page } from 'playwright-core';
import t from 'tap';
import { galleryRun } from '../fixtures/gallery/index.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const { browser } = pages;
  const whole = await pages.write('gallery', galleryRun());
  const url = `${whole}#gallery/outputs@debian-13/boot`;
  const boot = '[id="gallery/outputs@debian-13/boot"]';
  const later = async (page: Page): Promise<number> => page.locator(`${boot} t-l.later`).count();

  t.test('A console is played from its file, paused, and moved through', async (t) => {
    const { page, complaints } = await openPage(browser, url);
    const place = page.locator(`${boot} input[type=range]`);
    t.equal(await place.inputValue(), await place.getAttribute('max'), 'it stands at its end');
    const play = page.locator(`${boot} button`, { hasText: /Play|Pause/ });
    await play.click();
    t.equal(await play.innerText(), 'Pause');
    t.ok((await later(page)) > 20, 'most lines are still to come');
    await play.click();
    t.equal(await play.innerText(), 'Play');
    await page.locator(`${boot} input[type=range]`).fill('3');
    t.equal(await page.locator(`${boot} t-l:not(.later)`).count(), 3);
    t.strictSame(complaints, []);
    await page.context().close();
  });

  t.test('Who wants no motion moves by hand alone; without JavaScript all is there', async (t) => {
    const still = await openPage(browser, url, { reducedMotion: 'reduce' });
    t.equal(await still.page.locator(`${boot} input[type=range]`).count(), 1);
    t.equal(await still.page.locator(`${boot} button`, { hasText: 'Play' }).count(), 0);
    await still.page.context().close();
    const plain = await openPage(browser, url, { javaScriptEnabled: false });
    t.equal(await later(plain.page), 0);
    await plain.page.context().close();
  });

  t.test('By keys alone a step is reached, opened and closed', async (t) => {
    const { page } = await openPage(browser, whole, { forcedColors: 'active' });
    await page.keyboard.press('Tab');
    t.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to the results');
    const row = page.locator('[id="gallery/outputs@debian-13"] > summary');
    await row.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const step = page.locator(`${boot} > details`);
    t.equal(await page.evaluate(() => document.activeElement?.localName), 'summary');
    await page.keyboard.press('Enter');
    t.equal(await step.getAttribute('open'), '');
    await page.keyboard.press('Enter');
    t.equal(await step.getAttribute('open'), null);
    await page.context().close();
  });
}
