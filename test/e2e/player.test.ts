import type { Page } from 'playwright-core';
import t from 'tap';
import type { Event } from '../../src/event.ts';
import { recordRun, type SampleJob } from '../fixtures/sample-run.ts';
import { galleryRun } from '../fixtures/gallery/index.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

/** So many rows that those of the last jobs are packed. */
function manyJobs(): readonly Event[] {
  return recordRun(
    Array.from({ length: 700 }, (_, number): SampleJob => {
      const steps = Array.from({ length: 10 }, (_, step) => ({
        id: `step-${step}`,
        outcome: 'passed' as const,
        out: `${step} of ${number}\n`,
      }));
      return { job: `a/b-${number}@host`, title: 'B', outcome: 'passed', steps };
    }),
    { outcome: 'passed', exit: 0 },
  );
}

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

  t.test('A whole job is played: its steps are chapters, what they printed stays text', async (t) => {
    const { page, complaints } = await openPage(browser, url);
    await page.locator('[id="gallery/outputs@debian-13"] .replay').click();
    const dialog = page.locator('dialog[open]');
    t.equal(await dialog.locator('button').first().innerText(), 'Pause', 'it plays');
    t.ok((await dialog.locator('t-l.later').count()) > 20, 'most lines are still to come');
    const steps = await page.locator('[id="gallery/outputs@debian-13"] .step').count();
    t.equal(await dialog.locator('option').count(), steps);
    await dialog.locator('select').selectOption({ index: 2 });
    t.equal(await dialog.locator('button').first().innerText(), 'Play', 'it stands at the chapter');
    t.equal(await dialog.locator('.chapter:not(.later)').count(), 3);
    t.match(await dialog.locator('.chapter:not(.later)').last().innerText(), /A bar of progress/);
    await dialog.locator('input[type=range]').fill('1');
    t.equal(await dialog.locator('t-l:not(.later)').count(), 1);
    await page.keyboard.press('Escape');
    t.equal(await page.locator('dialog[open]').count(), 0);
    t.strictSame(complaints, []);
    await page.context().close();
  });

  t.test('A job whose rows are packed is played as well', { timeout: 120_000 }, async (t) => {
    const { page, complaints } = await openPage(browser, await pages.write('many', manyJobs()));
    const job = page.locator('.job').last();
    await job.locator('summary').first().click();
    t.equal(await job.locator('.rest').count(), 1);
    await job.locator('.replay').click();
    const dialog = page.locator('dialog[open]');
    await dialog.waitFor();
    t.equal(await dialog.locator('option').count(), 10);
    await dialog.locator('select').selectOption({ index: 9 });
    t.match(await dialog.locator('pre').innerText(), /step-8\n\$ step-8\n8 of 699\nstep-9$/);
    t.strictSame(complaints, []);
    await page.context().close();
  });

  t.test(
    'A text is found in an output, its line becomes the address, and numbers leave room for what was cut',
    async (t) => {
      const { page } = await openPage(browser, url);
      const find = page.locator(`${boot} .bar input[type=search]`);
      await find.fill('reached target');
      const first = await page.evaluate(() => location.hash);
      t.match(first, /boot\/L\d+$/);
      t.match(await page.locator('t-l.at').innerText(), /Reached target/);
      await find.press('Enter');
      t.not(await page.evaluate(() => location.hash), first, 'Enter goes to the next');
      await find.press('Shift+Enter');
      t.equal(await page.evaluate(() => location.hash), first);
      t.ok((await page.evaluate(() => CSS.highlights.get('find')?.size ?? 0)) > 2, 'all places are marked');
      await page.context().close();
    },
  );

  t.test('A failure is copied as Markdown, whole enough to be a bug report', async (t) => {
    const { page } = await openPage(browser, whole, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('.card button', { hasText: 'Copy as Markdown' }).first().click();
    await page.locator('.card button', { hasText: 'Copied' }).waitFor();
    const text = await page.evaluate(async () => navigator.clipboard.readText());
    t.match(text, /^### A line is another: failed\n\n`gallery\/failures@debian-12` test\/fixtures/);
    t.match(text, /```diff\n[^`]*\n-Active: active[^\n]*\n\+Active: failed/);
    t.match(text, /```sh\nrootlab run test\/fixtures\/gallery\/failures\.yaml\n/);
    t.match(text, /\n \.\.\. 6 lines\n```/);
    t.equal(text.match(/^- systemd: 252\.39/gm)?.length, 1);
    await page.locator('.card:has(.hint) button', { hasText: 'Copy as Markdown' }).first().click();
    await page.locator('.card:has(.hint) button', { hasText: 'Copied' }).first().waitFor();
    t.match(
      await page.evaluate(async () => navigator.clipboard.readText()),
      /^\*\*Hint\*\* is its package installed/m,
    );
    await page.context().close();
  });

  t.test('By keys alone a step is reached, opened and closed', async (t) => {
    const { page } = await openPage(browser, whole, { forcedColors: 'active' });
    await page.keyboard.press('Tab');
    t.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to the results');
    const row = page.locator('[id="gallery/outputs@debian-13"] > summary');
    await row.focus();
    await page.keyboard.press('Enter');
    // It comes once the job is open.
    await page.locator('[id="gallery/outputs@debian-13"] .replay').waitFor();
    await page.keyboard.press('Tab');
    t.equal(await page.evaluate(() => document.activeElement?.textContent), 'Replay this job');
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
