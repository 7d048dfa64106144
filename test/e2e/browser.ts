/** A real Chromium, and pages that report whatever they complain about. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { Test } from 'tap';

/** By the names distributions give it. */
const CHROMIUM =
  process.env['CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].find((path) =>
    existsSync(path),
  ) ??
  '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** In CI a missing browser is a failure. */
export async function browserOrSkip(t: Test): Promise<Browser | undefined> {
  if (existsSync(CHROMIUM)) return launchBrowser();
  const reason = `no Chromium at ${CHROMIUM}: install the package chromium, or set CHROMIUM`;
  if (process.env['CI'] === undefined) t.pass(reason, { skip: reason });
  else t.fail(reason);
  return undefined;
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET });
}

export interface OpenedPage {
  readonly page: Page;
  /** Console errors, refused loads, uncaught errors, dialogs, requests beyond the page itself. */
  readonly complaints: readonly string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  // A page of megabytes on a computer that does much else.
  timeoutMs = 60_000,
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  // Functions sent into the page hold this call where esbuild compiled them with their names kept.
  await page.addInitScript('globalThis.__name = (named) => named');
  page.setDefaultTimeout(timeoutMs);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url.replace(/#.*/, '')) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}
