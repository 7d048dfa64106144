import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import t from 'tap';
import { LONG_FAILED, LONG_JOB, longRun } from '../fixtures/long-run.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

/** A page of this size on a busy computer takes its time. */
const TIMEOUT_MS = 180_000;
const options = { timeout: TIMEOUT_MS };
t.setTimeout(900_000);
const step = (number: number): string => `[id="${LONG_JOB}/step-${number}"]`;
const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const { browser } = pages;
  const url = await pages.write('long', longRun());

  t.test('100,000 steps are at most 10 MB', options, async (t) => {
    const { size } = statSync(fileURLToPath(url));
    t.ok(size <= 10_000_000, `${size} bytes`);
  });

  t.test('Without JavaScript every failure is there, and how many steps are not', options, async (t) => {
    const { page, complaints } = await openPage(browser, url, { javaScriptEnabled: false }, TIMEOUT_MS);
    for (const number of LONG_FAILED) {
      t.match(await page.locator(`${step(number)} .title`).textContent(), `Touch file ${number}`);
      t.match(
        await page.locator(`[id="failure/${LONG_JOB}/step-${number}"]`).innerText(),
        /expected exit 0|failed/,
      );
    }
    t.match(await page.locator('.large').innerText(), /94000 more steps .*All of it is in the event log/);
    const first = page.locator('.rest').first();
    t.match(await first.innerText(), /500 steps passed\s+Touch file 5997 … Touch file 6496/);
    await first.locator('summary').click();
    t.match(await first.innerText(), /in the event log; with JavaScript also here/);
    t.strictSame(complaints, []);
    await page.context().close();
  });

  const { page, complaints } = await openPage(browser, `${url}#${LONG_JOB}/step-70123/L1`, {}, TIMEOUT_MS);

  t.test('A link to a line of a packed step opens it', options, async (t) => {
    const marked = page.locator(`${step(70_123)} t-l.at`);
    await marked.waitFor();
    t.equal(await marked.textContent(), 'made 70123');
    t.ok(await inSight(page, 't-l.at'));
    t.equal(await page.locator('.rest > details[open]').count(), 1);
  });

  t.test('A row of many opens by keyboard, and its steps are steps like others', options, async (t) => {
    const rest = page.locator('.rest').first();
    await rest.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    await page.locator(step(5_997)).waitFor();
    t.equal(await rest.locator('.step').count(), 500);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator(`${step(5_997)} t-l`).waitFor();
    t.match(await page.locator(`${step(5_997)} .body`).innerText(), /echo made 5997[^]*made 5997/);
  });

  t.test('The filter counts and shows what is packed', options, async (t) => {
    const filter = page.locator('.jobs .tools input');
    const counted = async (words: string): Promise<void> => {
      await page.waitForFunction(
        (words) => document.querySelector('.jobs .tools span')?.textContent === words,
        words,
        { timeout: 100_000 },
      );
    };
    await filter.fill('"made 81234"');
    await counted('1 of 100000 steps');
    await page.locator(step(81_234)).waitFor();
    t.equal(await page.locator('.step:visible').count(), 1);
    t.match(await page.locator('.rest:visible .title').first().innerText(), /^1 of 500 steps passed$/);
    await filter.fill('s:failed');
    await counted('4 of 100000 steps');
    t.equal(await page.locator('.rest:visible').count(), 0);
    await filter.fill('s:passed !"made 7"');
    await counted('88885 of 100000 steps');
    await filter.fill('');
    await counted('');
    await filter.blur();
    t.equal(await page.locator('.step[hidden], .rest[hidden]').count(), 0);
    t.equal(await page.locator('.rest .title', { hasText: / of / }).count(), 0);
  });

  t.test('Each failure is gone to by its key', options, async (t) => {
    for (const number of LONG_FAILED) {
      await page.keyboard.press('n');
      t.equal(await page.evaluate(() => document.activeElement?.id), `failure/${LONG_JOB}/step-${number}`);
    }
  });

  t.test('In all of that the page complained of nothing', options, async (t) => t.strictSame(complaints, []));
}

async function inSight(page: Page, selector: string): Promise<boolean> {
  const box = await page.locator(selector).boundingBox();
  return box !== null && box.y >= 0 && box.y + box.height <= 900;
}
