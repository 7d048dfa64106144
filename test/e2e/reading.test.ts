import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { galleryPast, galleryRun } from '../fixtures/gallery/index.ts';
import { largeRun } from '../fixtures/large-run.ts';
import { RUNS } from '../reports/contract.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

const options = { timeout: 120_000 };
t.setTimeout(600_000);
const byId = (id: string): string => `[id="${id}"]`;

async function isOpen(page: Page, selector: string): Promise<boolean> {
  return (await page.locator(selector).getAttribute('open')) !== null;
}

/** What answers to the pointer on less: of a text in a line that is more than its box. */
function smallTargets(): string[] {
  const all = [...document.querySelectorAll('a, button, input, summary')];
  const pressed = all.filter((element) => element.checkVisibility() && !element.matches('.skip'));
  if (pressed.length < 200) return ['they are not found'];
  return pressed.flatMap((element) => {
    element.scrollIntoView({ block: 'center' });
    const [box] = element.getClientRects();
    if (box === undefined || (box.width >= 24 && box.height >= 24)) return [];
    const [x, y] = [box.x + Math.min(box.width, 60) / 2, box.y + box.height / 2];
    const [up, down, left, right] = [
      [0, -1],
      [0, 1],
      [-1, 0],
      [1, 0],
    ].map(([dx = 0, dy = 0]) => {
      let far = 0;
      while (far < 24 && element.contains(document.elementFromPoint(x + dx * (far + 1), y + dy * (far + 1))))
        far += 1;
      return far;
    });
    const high = (up ?? 0) + 1 + (down ?? 0);
    const wide = (left ?? 0) + 1 + (right ?? 0);
    return high < 24 || wide < 24 ? [`${wide}x${high} ${element.outerHTML.slice(0, 100)}`] : [];
  });
}

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const { browser, write } = pages;
  const gallery = await write('gallery', galleryRun());

  /** What the fragment leads to is in sight and open, in a browser that runs scripts. */
  async function checkLink(t: Test, fragment: string, ...open: readonly string[]): Promise<void> {
    const { page, complaints } = await openPage(browser, `${gallery}#${encodeURI(fragment)}`);
    const target = page.locator(byId(fragment));
    await target.waitFor();
    await page.waitForFunction((id) => {
      const box = document.getElementById(id)?.getBoundingClientRect();
      return box !== undefined && box.top >= 0 && box.top < innerHeight;
    }, fragment);
    for (const selector of open) t.ok(await isOpen(page, selector), selector);
    t.same(complaints, []);
    await page.context().close();
  }

  for (const width of [1280, 360])
    t.test(
      `In a window ${width} pixels wide all that can be pressed is 24 high and wide`,
      options,
      async (t) => {
        const viewport = { width, height: 900 };
        const { page } = await openPage(browser, gallery, { viewport });
        await page.evaluate(
          "for (const details of document.querySelectorAll('details')) details.open = true;",
        );
        await page.locator('.replay').first().waitFor();
        t.same(await page.evaluate(smallTargets), []);
        await page.context().close();
      },
    );

  t.test('A long history widens no window', options, async (t) => {
    const past = await write('past', galleryRun(), galleryPast());
    const { page } = await openPage(browser, past, { viewport: { width: 360, height: 900 } });
    t.ok((await page.locator('.past li').count()) > 20);
    t.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    await page.context().close();
  });

  t.test('A link leads to a job, which opens', options, async (t) =>
    checkLink(t, 'gallery/outputs@debian-13', byId('gallery/outputs@debian-13')),
  );

  t.test('A link leads to a step, which opens with its job', options, async (t) =>
    checkLink(
      t,
      'gallery/pair@debian-12+debian-13/talk',
      byId('gallery/pair@debian-12+debian-13'),
      `${byId('gallery/pair@debian-12+debian-13/talk')} > details`,
    ),
  );

  t.test('A link leads to a line, which is marked in its open step', options, async (t) => {
    const step = 'gallery/outputs@debian-13/boot';
    const { page, complaints } = await openPage(browser, `${gallery}#${step}/L30`);
    const line = page.locator(`${byId(step)} t-l.at`);
    await line.waitFor();
    t.equal(await line.count(), 1);
    t.equal(
      await line.evaluate((element) => [...(element.parentElement?.children ?? [])].indexOf(element) + 1),
      30,
    );
    await page.waitForFunction(() => {
      const box = document.querySelector('t-l.at')?.getBoundingClientRect();
      return box !== undefined && box.top >= 0 && box.bottom <= innerHeight;
    });
    t.same(complaints, []);
    await page.context().close();
  });

  t.test('Both attempts of a job are there, and both open with their steps', options, async (t) => {
    const url = await write('again', RUNS['a job that was tried twice']?.() ?? []);
    for (const javaScriptEnabled of [true, false]) {
      const { page, complaints } = await openPage(browser, url, { javaScriptEnabled });
      const job = page.locator('.job');
      t.equal(await job.count(), 1, 'it is one job');
      t.match(await job.locator('> summary').innerText(), /attempt 2, before it 1 passed/);
      const earlier = job.locator('.attempt');
      t.match(await earlier.locator('> summary').innerText(), /attempt 1/);
      if ((await job.getAttribute('open')) === null) await job.locator('> summary').click();
      await earlier.locator('> summary').click();
      const steps = [job.locator('.inside > .steps > .step'), earlier.locator('.steps > .step')] as const;
      t.equal(await steps[0].count(), await steps[1].count());
      for (const step of steps.map((all) => all.last())) {
        await step.locator('summary').first().click();
        t.ok(await step.locator('.command').first().isVisible());
      }
      t.same(complaints, []);
      await page.context().close();
    }
  });

  t.test(
    'On paper a packed step is what it is without JavaScript, an opened one is whole',
    options,
    async (t) => {
      const { page, complaints } = await openPage(browser, await write('large', largeRun(60, 50)));
      const job = 'area/case-7@debian-12';
      const [opened, packed] = ['step-4', 'step-8'].map((step) => byId(`${job}/${step}`));
      await page.locator(`${byId(job)} > summary`).click();
      await page.locator(`${opened} summary`).click();
      await page.locator(`${opened} t-l`).first().waitFor();
      await page.emulateMedia({ media: 'print' });
      const excerpt = page.locator(`${packed} .packed`);
      t.ok(await excerpt.isVisible(), 'though it was never opened');
      t.match(await excerpt.innerText(), /broken\.service[^]*\d\d lines$/);
      t.ok(await page.locator(`${opened} t-l`).last().isVisible());
      const other = page.locator(byId('area/case-9@debian-12/step-1'));
      t.ok(await other.isVisible(), 'the rows of a job that was never opened');
      t.ok((await other.boundingBox())?.height);
      t.equal(await page.locator('.top:visible, .tools:visible').count(), 0, 'nothing to press');
      t.same(complaints, []);
      await page.context().close();
    },
  );

  t.test('A page is printed whole, to paper', options, async (t) => {
    const { page } = await openPage(browser, gallery);
    const closed = (await page.pdf()).length;
    await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true;");
    const open = (await page.pdf()).length;
    t.ok(closed > open / 2, `${closed} bytes closed, ${open} open`);
    await page.context().close();
  });
}
