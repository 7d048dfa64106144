import t from 'tap';
import { linesToHtml } from '../../reports/ansi.ts';
import type { Event } from '../../src/event.ts';
import { FLAGS } from '../../src/terminal.ts';
import { sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun } from '../fixtures/sample-run.ts';
import { showcaseRun } from '../fixtures/showcase.ts';
import { openPage } from './browser.ts';
import { contrastFaults } from './contrast.ts';
import { pagesOrSkip } from './pages.ts';

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const { browser, write } = pages;
  const showcase = await write('showcase', showcaseRun());

  t.test('Hostile names and output run no script and break no policy', async (t) => {
    for (const events of [sampleRun(), hostileRun()]) {
      const { page, complaints } = await openPage(browser, await write('hostile', events));
      for (const key of ['e', 'n', 't', 't', '?']) await page.keyboard.press(key);
      t.strictSame(complaints, []);
      t.equal(await page.evaluate('globalThis.ran'), undefined);
      t.equal(await page.locator('svg[onload], main img, main iframe, main script').count(), 0);
      await page.close();
    }
  });

  t.test('Without JavaScript the failure, its comparison and all steps can be read', async (t) => {
    const { page, complaints } = await openPage(browser, showcase, { javaScriptEnabled: false });
    const first = page.locator('.card').first();
    t.match(await first.innerText(), /stdout: line 3 differs[^]*active \(running\)[^]*Run it again/);
    await page.locator('.step summary', { hasText: 'Say hello from inside' }).last().click();
    t.ok(await page.locator('t-l', { hasText: 'hello, outside world!' }).last().isVisible());
    t.equal(await page.locator('button:visible').count(), 0);
    t.strictSame(complaints, []);
    await page.close();
  });

  // One page for all that follows: each leaves it as it can be used by the next.
  const { page, complaints } = await openPage(browser, showcase);

  t.test('Every id is there once and every link within the page leads somewhere', async (t) => {
    const faults = await page.evaluate(() => {
      const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
      const links = [...document.querySelectorAll('a[href^="#"]:not([href^="#q="])')].map((link) =>
        decodeURIComponent((link.getAttribute('href') ?? '').slice(1)),
      );
      return [
        ...ids.filter((id, index) => ids.indexOf(id) !== index),
        ...links.filter((id) => !ids.includes(id)),
      ];
    });
    t.strictSame(faults, []);
  });

  t.test('Printed, closed steps are on paper too', async (t) => {
    await page.emulateMedia({ media: 'print' });
    t.ok(await page.locator('t-l', { hasText: 'hello, outside world!' }).first().isVisible());
    await page.emulateMedia({ media: 'screen' });
    t.notOk(await page.locator('t-l', { hasText: 'hello, outside world!' }).first().isVisible());
  });

  t.test('A link to a line opens its job and step and marks it', async (t) => {
    await page.goto(`${showcase}#workshop/docker-without-docker@debian-12/boot/L9`);
    const marked = page.locator('t-l.at');
    t.match(await marked.textContent(), /Welcome to Debian/);
    t.ok(await marked.isVisible());
  });

  t.test('Keys go through the failures and can be switched off', async (t) => {
    const focused = async (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
    await page.keyboard.press('n');
    t.equal(await focused(), 'failure/workshop/docker-without-docker@debian-13/look-at-its-unit');
    await page.keyboard.press('n');
    t.equal(await focused(), 'failure/machines/reboot@debian-12/wait-for-it');
    const keys = async (on: boolean): Promise<void> => {
      await page.locator('.top button', { hasText: 'Help' }).click();
      await page.locator('dialog input').setChecked(on);
      await page.locator('dialog button').click();
    };
    await keys(false);
    await page.keyboard.press('t');
    t.equal(await page.evaluate(() => document.documentElement.dataset['theme']), undefined);
    await keys(true);
  });

  t.test('The filter leaves the steps that hold all words', async (t) => {
    await page.keyboard.press('/');
    await page.keyboard.type('debian-12 critical-chain');
    await page.waitForFunction(() =>
      /^1 of \d+ steps shown$/.test(document.getElementById('status')?.textContent ?? ''),
    );
    t.equal(await page.locator('.step:visible').count(), 1);
    await page.locator('.jobs .tools input').fill('');
    await page.waitForFunction(() => document.querySelector('.step[hidden]') === null);
  });

  t.test('At 360 pixels nothing is wider than the window', async (t) => {
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    await page.setViewportSize({ width: 360, height: 780 });
    t.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  });

  for (const colorScheme of ['light', 'dark'] as const)
    t.test(`All text has a contrast of 4.5 to 1 in ${colorScheme}`, async (t) => {
      await page.emulateMedia({ colorScheme });
      const samples = await everyColour();
      await page.evaluate((samples) => {
        const pre = document.querySelector('.term pre');
        if (pre !== null) pre.innerHTML = samples;
      }, samples);
      t.strictSame(await page.evaluate(contrastFaults), []);
    });

  t.test('In all of that the page complained of nothing', async (t) => t.strictSame(complaints, []));
}

/** As text and as ground, those of the palette and what is neither. */
async function everyColour(): Promise<string> {
  const both = [...Array(256).keys()].flatMap((colour) => [
    { text: `text ${colour} `, fg: colour, flags: 0 },
    { text: `ground ${colour} `, bg: colour, flags: 0 },
  ]);
  const odd = [FLAGS.dim, FLAGS.inverse].map((flags) => ({ text: `flags ${flags} `, flags }));
  const lines = await linesToHtml([...both, ...odd].map((run) => [run]));
  return lines.map((line) => `<t-l>${line}</t-l>`).join('');
}

function hostileRun(): readonly Event[] {
  const evil = `</pre></script><script>globalThis.ran=1</script><img src=x onerror="globalThis.ran=1">"'\u001B]8;;javascript:globalThis.ran=1\u0007x\u001B]8;;\u0007\0`;
  const job = `a/${evil}@debian-12`;
  const failures = [
    { kind: 'fact', what: evil, expected: `${evil}\n`, actual: evil },
    { kind: 'error', message: evil, hint: evil, detail: evil },
    {
      kind: 'mismatch',
      what: evil,
      mismatch: {
        message: evil,
        rows: [{ kind: 'differs', expected: evil, actual: evil, actualParts: [[0, 9]] }],
      },
    },
    { kind: 'boot', message: evil, evidence: [{ title: evil, text: evil }] },
  ] as const;
  const step = {
    id: evil,
    title: evil,
    command: evil,
    say: evil,
    expected: evil,
    reason: evil,
    outcome: 'failed',
    out: evil,
    err: evil,
    captures: { x: evil },
    failures,
  } as const;
  return recordRun([{ job, title: evil, outcome: 'failed', kept: evil, reason: evil, steps: [step] }]);
}
