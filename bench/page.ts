/**
 * The page of 5,000 steps of real systemd output: its size, how long the program writes it and in how much memory; then
 * in Chromium how long until something is seen, a step is open, and the filter has answered. Processor time counts, which
 * a busy computer blurs least; beside it stands what a clock said.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { homeDirectory } from '../runner/home.ts';
import type { Event } from '../src/event.ts';
import { launchBrowser, openPage } from '../test/e2e/browser.ts';
import { largeRun } from '../test/fixtures/large-run.ts';
import { recordRun } from '../test/fixtures/sample-run.ts';
import { termFixture } from '../test/fixtures/showcase.ts';
import { ms, show, take } from './measure.ts';

const program = join(homeDirectory, 'dist/main.js');
const folder = mkdtempSync(join(tmpdir(), 'rootlab-bench-'));
async function main(): Promise<void> {
  try {
    const large = writePage('large', largeRun());
    show('bytes of the page of 5,000 steps', large.bytes, 3e6, `${(large.bytes / 1e6).toFixed(2)} MB`);
    show('it is written in', large.cpuMs, 5_000, `${ms(large.cpuMs)} (${ms(large.wallMs)})`);
    show('by a program of', large.megabytes, 300, `${large.megabytes.toFixed(0)} MB`);
    const line = termFixture('boot-bookworm.log');
    const console4 = writePage('console', consoleRun(line.repeat(Math.ceil(4e6 / line.length))));
    show(
      'a console log of 4 MB is written in',
      console4.cpuMs,
      4_000,
      `${ms(console4.cpuMs)} (${ms(console4.wallMs)})`,
    );
    await seenInChromium(pathToFileURL(large.file).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Written {
  readonly file: string;
  readonly bytes: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly megabytes: number;
}

function writePage(name: string, events: readonly Event[]): Written {
  const log = join(folder, `${name}.jsonl`);
  const file = join(folder, `${name}.html`);
  writeFileSync(log, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const argv = [program, 'report', log, `--reporter=html=${file}`];
  const took = take([process.execPath, ...argv], folder);
  const told = join(folder, 'tell.cjs');
  writeFileSync(told, `process.on('exit', () => console.error('RSS', process.resourceUsage().maxRSS));`);
  const { stderr } = spawnSync(process.execPath, ['--require', told, ...argv], {
    cwd: folder,
    encoding: 'utf8',
  });
  const megabytes = Number(/RSS (\d+)/.exec(stderr)?.[1] ?? Number.NaN) / 1_024;
  return { file, bytes: statSync(file).size, ...took, megabytes };
}

function consoleRun(text: string): readonly Event[] {
  const job = 'area/console@debian-12';
  const more = [{ type: 'output', job, step: 'boot', fd: 'console', text }] as const;
  return recordRun([
    { job, title: 'Console', outcome: 'failed', steps: [{ id: 'boot', outcome: 'failed', more }] },
  ]);
}

async function seenInChromium(url: string): Promise<void> {
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, 'about:blank');
    page.setDefaultTimeout(120_000);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const cpu = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000;
    };
    const measure = async (what: string, limit: number, script: string): Promise<void> => {
      const before = await cpu();
      const wall = Number(await page.evaluate(script));
      const tookMs = (await cpu()) - before;
      show(what, tookMs, limit, `${ms(tookMs)} (${ms(wall)})`);
    };
    await page.goto(url, { waitUntil: 'commit' });
    await measure('the page is seen after', 1_500, PAINTED);
    await page.waitForLoadState();
    await page.evaluate(`(() => {
      const job = document.querySelectorAll('.job')[40];
      job.open = true;
      job.scrollIntoView();
    })()`);
    await page.waitForTimeout(1_000);
    await measure('a step is open after', 100, OPENED);
    // Who types into the filter has gone there before; what is packed is read then.
    await page.locator('.jobs .tools input').focus();
    await page.waitForTimeout(5_000);
    await measure('the filter by an outcome answers after', 100, filtered('s:failed'));
    await measure('the filter by an output answers after', 100, filtered('broken.service'));
    await measure('the next one answers after', 100, filtered('graphical.target !s:failed'));
    await measure('and without one all is there after', 100, filtered(''));
  } finally {
    await browser.close();
  }
}

/** Each gives the milliseconds that it took by the clock. */
const PAINTED = `new Promise((resolve) =>
  new PerformanceObserver((list) => resolve(list.getEntriesByName('first-contentful-paint')[0]?.startTime))
    .observe({ type: 'paint', buffered: true }))`;
const OPENED = `new Promise((resolve) => {
  const details = document.querySelectorAll('.job')[40].querySelector('[data-at]');
  const began = performance.now();
  details.open = true;
  const look = () => details.querySelector('t-l') === null ? setTimeout(look) : resolve(performance.now() - began);
  look();
})`;
function filtered(query: string): string {
  return `new Promise((resolve) => {
    const input = document.querySelector('.jobs .tools input');
    const act = window.setTimeout;
    let apply;
    window.setTimeout = (run) => (apply = run);
    input.value = ${JSON.stringify(query)};
    input.dispatchEvent(new Event('input'));
    window.setTimeout = act;
    const began = performance.now();
    apply();
    void document.body.offsetHeight;
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
  })`;
}

await main();
