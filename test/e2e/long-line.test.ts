import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Event, EventBody } from '../../src/event.ts';
import { recordRun, type SampleStep } from '../fixtures/sample-run.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

t.setTimeout(600_000);
const options = { timeout: 120_000 };
const JOB = 'a/b@c';

/** 1 GB in one line, in pieces as the runner logs it, and some more behind it. */
function longLine(id: string): readonly EventBody[] {
  const piece: EventBody = { type: 'output', job: JOB, step: id, fd: 'out', text: 'x'.repeat(65_536) };
  const end: EventBody = { ...piece, text: `\n${'a line\n'.repeat(40)}the end\n` };
  return [...Array.from({ length: 16_384 }, () => piece), end];
}

function longRun(): readonly Event[] {
  const steps: readonly SampleStep[] = [
    { id: 'fine', outcome: 'passed', exit: 0, more: longLine('fine') },
    {
      id: 'bad',
      outcome: 'failed',
      exit: 1,
      failures: [{ kind: 'exit', expected: '0', actual: 1 }],
      more: longLine('bad'),
    },
  ];
  return recordRun([{ job: JOB, title: 'One line', outcome: 'failed', steps }]);
}

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const url = await pages.write('long', longRun());

  t.test('Lines of 1 GB leave a small page', options, async (t) => {
    const { size } = statSync(fileURLToPath(url));
    t.ok(size < 500_000, `${size} bytes`);
  });

  t.test('It can be opened, searched, filtered and left', options, async (t) => {
    const { page, complaints } = await openPage(pages.browser, url);
    for (const id of ['fine', 'bad']) {
      const step = page.locator(`[id="${JOB}/${id}"]`);
      const row = step.locator('summary').first();
      if ((await step.locator('> details').getAttribute('open')) === null) await row.click();
      const line = step.locator('t-l').first();
      const text = await line.innerText();
      t.match(text, /^x{8000} … [\d,]+ characters cut/, 'it says what is left out');
      t.ok(text.length < 9_000, `${text.length} characters`);
      t.match(await step.locator('.term').innerText(), /characters left out[^]*the end/);
      const find = step.locator('.bar input[type=search]');
      await find.fill('the end');
      t.match(await step.locator('t-l.at').innerText(), /^the end/);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    t.equal(width, 1_280, 'nothing is wider than the window');
    await page.locator('.jobs .tools input').fill('s:failed xxx');
    await page.waitForFunction(() =>
      document.querySelector('.jobs .tools span')?.textContent?.startsWith('1 of 2'),
    );
    t.same(complaints, []);
    await page.context().close();
  });
}
