import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import t from 'tap';
import { attachedRun, FILES, readAttachment } from '../fixtures/attachments.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

async function saved(page: Page, link: Locator): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const url = await pages.write('files', attachedRun(), { readAttachment });
  const step = '[id="area/files@debian-12/keep"]';

  for (const javaScriptEnabled of [true, false])
    t.test(
      `Attachments are saved, never run, ${javaScriptEnabled ? 'with' : 'without'} scripts`,
      async (t) => {
        const { page, complaints } = await openPage(pages.browser, url, { javaScriptEnabled });
        await page.locator(`${step} summary`).first().click();
        for (const name of ['notes.txt', 'evil.html', 'evil.svg', 'evil.png']) {
          const file = await saved(page, page.locator(`${step} .files a`, { hasText: name }));
          t.equal(file.name, name);
          t.ok(FILES[name]?.equals(file.content), name);
        }
        t.equal(page.url(), url, 'the page is still there');
        t.equal(page.context().pages().length, 1);
        await page.locator('.files summary', { hasText: 'dot.bin' }).click();
        const picture = page.locator('.files img');
        t.ok(await picture.isVisible());
        if (javaScriptEnabled) {
          t.equal(await picture.evaluate('document.querySelector(".files img").naturalWidth'), 1);
          t.equal(await page.evaluate('globalThis.ran'), undefined);
        }
        t.strictSame(complaints, []);
        await page.context().close();
      },
    );

  t.test('An output is saved as it came', async (t) => {
    const { page, complaints } = await openPage(pages.browser, url);
    await page.locator(`${step} summary`).first().click();
    const file = await saved(page, page.locator(`${step} .term button`, { hasText: 'Save' }));
    t.equal(file.content.toString(), '\u001B[1;32mactive\u001B[0m  \r\n');
    t.strictSame(complaints, []);
    await page.context().close();
  });
}
