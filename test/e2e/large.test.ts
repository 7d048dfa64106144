import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { largeRun } from '../fixtures/large-run.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

/** A page of this size on a busy computer takes its time. */
const options = { timeout: 120_000 };
t.setTimeout(600_000);
const step = (id: string): string => `[id="area/case-7@debian-12/${id}"]`;
const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const { browser } = pages;
  const url = await pages.write('large', largeRun());

  t.test('5,000 steps of real systemd output are at most 3 MB', options, async (t) => {
    const { size } = statSync(fileURLToPath(url));
    t.ok(size <= 3_000_000, `${size} bytes`);
  });

  t.test('All of it is seen before its script has come', options, async (t) => {
    const whole = readFileSync(fileURLToPath(url), 'utf8');
    const at = whole.lastIndexOf('<script>');
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.write(whole.slice(0, at));
      held.push(() => response.end(whole.slice(at)));
    });
    const held: (() => void)[] = [];
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'commit' });
    await page.waitForFunction(
      () =>
        performance.getEntriesByName('first-contentful-paint').length === 1 &&
        document.querySelectorAll('.step').length === 5_000,
    );
    t.equal(await page.evaluate(() => document.readyState), 'loading', 'the script is still to come');
    t.match(await page.locator('h1').innerText(), /passed/i);
    t.ok(await page.locator('.job > summary').first().isVisible());
    for (const letGo of held) letGo();
    // What it takes away is there until it runs.
    await page.locator('.large').waitFor({ state: 'detached' });
    await page.close();
  });

  t.test('Without JavaScript all rows are there, and what is packed says so', options, async (t) => {
    const { page, complaints } = await openPage(browser, url, { javaScriptEnabled: false });
    t.equal(await page.locator('.step').count(), 5_000);
    t.match(await page.locator('.large').innerText(), /first or last line of output.*event log/);
    await page.locator('[id="area/case-7@debian-12"] > summary').click();
    await page.locator(`${step('step-4')} summary`).click();
    t.match(await page.locator(`${step('step-4')} .packed`).innerText(), /^.*broken\.service.* \d\d lines$/);
    t.strictSame(complaints, []);
    await page.context().close();
  });

  const { page, complaints } = await openPage(browser, url);
  const found = page.locator('.jobs .tools span');
  const filter = page.locator('.jobs .tools input');

  t.test('A step is unpacked when it is opened, and is a page like any other', options, async (t) => {
    t.equal(await page.locator('.large').count(), 0, 'nothing is missing');
    await page.locator('[id="area/case-7@debian-12"] > summary').click();
    await page.locator(`${step('step-4')} summary`).click();
    await page
      .locator(`${step('step-4')} t-l`)
      .first()
      .waitFor();
    t.match(
      await page.locator(`${step('step-4')} .term`).innerText(),
      /broken\.service - Broken <b>demo<\/b> & "quotes"/,
    );
    t.equal(
      await page
        .locator(`${step('step-4')} .f1`)
        .first()
        .isVisible(),
      true,
      'in colours',
    );
    t.equal(await page.locator(`${step('step-4')} .bar button`).count(), 3, 'with its tools');
    t.equal(await page.locator(`${step('step-4')} .packed`).count(), 0);
  });

  t.test('A link to a line of what is packed marks it', options, async (t) => {
    await page.goto(`${url}#area/case-9@debian-12/step-8/L3`);
    const marked = page.locator('[id="area/case-9@debian-12/step-8"] t-l.at');
    await marked.waitFor();
    t.match(await marked.textContent(), /Active: failed/);
  });

  t.test('The filter finds what is packed, and leaves the address of what it found', options, async (t) => {
    await filter.fill('job:*case-1@* "Result: exit-code"');
    await page.waitForFunction(
      () => document.querySelector('.jobs .tools span')?.textContent === '13 of 5000 steps',
    );
    t.equal(await page.locator('.job:visible').count(), 1);
    t.equal(await page.evaluate(() => location.hash), '#q=job:*case-1@*%20%22Result:%20exit-code%22');
    await filter.fill('');
    await page.waitForFunction(() => document.querySelector('.step[hidden], .job[hidden]') === null);
    t.equal(await page.evaluate(() => location.hash), '');
    t.equal(
      await page.locator('[id="area/case-1@debian-12"]').getAttribute('open'),
      null,
      'closed as it was',
    );
  });

  t.test('A query in the address is taken, also one that comes later', options, async (t) => {
    const other = await openPage(browser, `${url}#q=s:failed`);
    t.equal(await other.page.locator('.jobs .tools span').innerText(), '0 of 5000 steps');
    await other.page.evaluate(() => location.assign('#q=step-3%20job:case-12'));
    await other.page.waitForFunction(() =>
      document.querySelector('.jobs .tools span')?.textContent?.startsWith('11 of'),
    );
    t.equal(await other.page.locator('.jobs .tools input').inputValue(), 'step-3 job:case-12');
    t.strictSame(other.complaints, []);
    await other.page.context().close();
  });

  t.test('What no step can be is said beside the filter', options, async (t) => {
    await filter.fill('s:faild');
    await page.waitForFunction(() =>
      document.querySelector('.jobs .tools span')?.textContent?.includes('did you mean'),
    );
    t.match(await found.innerText(), 'no outcome is "faild": did you mean "failed"?');
    await filter.fill('');
  });

  t.test('In all of that the page complained of nothing', options, async (t) => t.strictSame(complaints, []));
}
