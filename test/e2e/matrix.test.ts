import t from 'tap';
import { foldEvents } from '../../src/fold.ts';
import { historyLines } from '../../src/history.ts';
import { matrixRun, ROWS, VERSIONS } from '../fixtures/matrix-run.ts';
import { recordRun, type SampleJob } from '../fixtures/sample-run.ts';
import { violations } from './axe.ts';
import { openPage } from './browser.ts';
import { contrastFaults } from './contrast.ts';
import { pagesOrSkip } from './pages.ts';

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const { browser, write } = pages;
  const four = await write('four', matrixRun(VERSIONS, ROWS));

  t.test('Without JavaScript a badge leads to the difference, open and side by side', async (t) => {
    const { page, complaints } = await openPage(browser, four, { javaScriptEnabled: false });
    t.ok(await page.locator('.grid td', { hasText: 'since 257' }).first().isVisible());
    await page.locator('.grid a.tag', { hasText: 'since 257' }).first().click();
    t.ok(await page.locator('[id="difference/a/b/since"]').isVisible());
    t.match(await page.locator('.sides').first().innerText(), /systemd-247[^]*systemd-257[^]*a\s+"a"/);
    t.equal(await page.locator('button:visible').count(), 0);
    t.strictSame(complaints, []);
    await page.close();
  });

  const { page, complaints } = await openPage(browser, four);

  t.test('Any two cells of a row are compared, by keyboard alone', async (t) => {
    await page.locator('button[aria-label="Compare: Step differs"]').focus();
    await page.keyboard.press('Enter');
    const dialog = page.locator('dialog.wide');
    t.equal(await dialog.locator('h2').innerText(), 'Step differs');
    t.match(await dialog.locator('thead').innerText(), /systemd-247: passed[^]*systemd-252: passed/);
    t.strictSame(await dialog.locator('mark').allInnerTexts(), ['x', 'y']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    t.match(await dialog.locator('thead').innerText(), /systemd-247: passed[^]*systemd-257: passed/);
    t.match(await dialog.locator('caption').innerText(), 'No lines differ');
    await page.keyboard.press('Escape');
    t.equal(
      await page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
      'Compare: Step differs',
    );
  });

  t.test('What is never the same is no difference there either', async (t) => {
    await page.locator('button[aria-label="Compare: Step alike"]').click();
    t.match(await page.locator('dialog.wide caption').innerText(), 'No lines differ');
    await page.keyboard.press('Escape');
  });

  t.test('A badge opens what it leads to', async (t) => {
    await page.locator('.grid a.tag', { hasText: 'since 257' }).first().click();
    t.ok(await page.locator('[id="difference/a/b/since"]').isVisible());
  });

  for (const colorScheme of ['light', 'dark'] as const)
    t.test(`All of it has a contrast of 4.5 to 1 in ${colorScheme}`, async (t) => {
      await page.emulateMedia({ colorScheme });
      t.strictSame(await page.evaluate(contrastFaults), []);
    });

  t.test('Sixteen columns scroll in a region of their own, the steps stay', async (t) => {
    const versions = Array.from({ length: 16 }, (_, index) => String(247 + index));
    const wide = await openPage(browser, await write('wide', matrixRun(versions, [['one', ...versions]])));
    await wide.page.setViewportSize({ width: 360, height: 780 });
    const grid = wide.page.locator('.grid');
    const left = async (): Promise<number | undefined> =>
      (await wide.page.locator('.s th').first().boundingBox())?.x;
    const before = await left();
    await grid.focus();
    for (let count = 0; count < 5; count += 1) await wide.page.keyboard.press('ArrowRight');
    await wide.page.waitForFunction(() => (document.querySelector('.grid')?.scrollLeft ?? 0) > 100);
    t.equal(await left(), before);
    t.equal(await wide.page.evaluate(() => document.documentElement.scrollWidth), 360);
    await wide.page.emulateMedia({ media: 'print' });
    t.equal(await grid.evaluate((node) => getComputedStyle(node).overflow), 'visible');
    await wide.page.close();
  });

  t.test('Of repeats those that did not pass are compared with one that did', async (t) => {
    const jobs = [1, 2, 3].map((number): SampleJob => {
      const outcome = number === 1 ? 'passed' : 'failed';
      const steps = [{ id: 'one', title: 'One', outcome, out: `say ${'xyz'[number - 1]}\n` }] as const;
      return { job: `a/b@x,repeat=${number}`, title: 'B', outcome, steps };
    });
    const repeats = await openPage(browser, await write('repeats', recordRun(jobs)));
    await repeats.page.locator('button[aria-label="Compare: One"]').click();
    const dialog = repeats.page.locator('dialog.wide');
    t.match(await dialog.locator('thead').innerText(), /x #1: passed[^]*x #2: failed/);
    t.strictSame(await dialog.locator('mark').allInnerTexts(), ['x', 'y']);
    t.equal(await dialog.locator('select').first().locator('option').count(), 3);
    t.strictSame(await violations(repeats.page, '.matrix'), []);
    t.strictSame(repeats.complaints, []);
    await repeats.page.close();
    const alone = await openPage(browser, await write('alone', recordRun(jobs.slice(0, 2))));
    t.equal(await alone.page.locator('.grid button').count(), 1, 'one alone that failed, too');
    await alone.page.locator('.grid a.tag').click();
    t.strictSame(await alone.page.locator('.sides mark').allInnerTexts(), ['x', 'y']);
    await alone.page.close();
  });

  t.test('Comparison and history lead to their steps, also on a narrow page', async (t) => {
    const before = matrixRun(VERSIONS, [['fails', 'x', 'x', 'x', 'x'], ...ROWS.slice(0, 3)]);
    const now = matrixRun(VERSIONS, ROWS);
    const history = ['before', 'now'].flatMap((run) => historyLines(foldEvents(now), run));
    const url = await write('compared', now, { baseline: foldEvents(before), history: () => history });
    const compared = await openPage(browser, url, { viewport: { width: 360, height: 780 } });
    const link = compared.page.locator('.changes a').first();
    t.equal(await link.innerText(), 'a/b@systemd-262#fails');
    await link.click();
    t.ok(await compared.page.locator('[id="a/b@systemd-262/fails"] .row').isVisible());
    t.equal(await compared.page.evaluate(() => document.documentElement.scrollWidth), 360);
    t.equal(await compared.page.locator('.past').first().locator('li').count(), 2);
    for (const colorScheme of ['light', 'dark'] as const) {
      await compared.page.emulateMedia({ colorScheme });
      t.strictSame(await compared.page.evaluate(contrastFaults), []);
    }
    t.strictSame(compared.complaints, []);
    await compared.page.close();
  });

  t.test('In all of that the page complained of nothing', async (t) => t.strictSame(complaints, []));
}
