import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { htmlFilesReporter } from '../../reports/html/index.ts';
import { report } from '../reports/contract.ts';
import { showcaseRun } from '../fixtures/showcase.ts';
import { openPage } from './browser.ts';
import { pagesOrSkip } from './pages.ts';

/** Of its documentation, "Configuring Content Security Policy". */
const JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
};

const pages = await pagesOrSkip(t);
if (pages !== undefined) {
  const { browser } = pages;
  const folder = mkdtempSync(join(tmpdir(), 'rootlab-assets-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const files = await report(htmlFilesReporter, showcaseRun());
  for (const [name, text] of files) if (name !== '') writeFileSync(join(folder, name), text);
  const isStyled = `getComputedStyle(document.querySelector('.job')).borderRadius === '10px'`;

  t.test('The page holds neither style nor script, and opens as a file with both', async (t) => {
    t.strictSame([...files.keys()].filter(Boolean), ['index.html', 'rootlab.css', 'rootlab.js']);
    t.notOk(/<style|<script>|sha256-/.test(files.get('index.html') ?? ''));
    const { page, complaints } = await openPage(browser, pathToFileURL(join(folder, 'index.html')).href);
    t.equal(await page.evaluate(isStyled), true);
    t.ok(await page.locator('.jobs .tools input').isVisible(), 'the script ran');
    t.strictSame(
      complaints.map((complaint) => complaint.replace(/file:.*\//, '')),
      ['request: rootlab.css', 'request: rootlab.js'],
    );
    await page.context().close();
  });

  t.test("Under Jenkins' default policy it has its style, and all is there to read", async (t) => {
    const server = createServer(({ url = '/' }, response) => {
      response.writeHead(200, {
        'content-type': TYPES[extname(url)] ?? 'text/plain',
        'content-security-policy': JENKINS,
      });
      response.end(readFileSync(join(folder, url)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/index.html`);
    // Evaluated from outside: the page itself may run nothing.
    t.equal(await page.evaluate(isStyled), true);
    t.equal(await page.locator('.jobs .tools input').count(), 0, 'its script did not run');
    t.match(await page.locator('.card').first().innerText(), /stdout: line 3 differs[^]*Run it again/);
    await page.locator('.step summary', { hasText: 'Say hello from inside' }).last().click();
    t.ok(await page.locator('t-l', { hasText: 'hello, outside world!' }).last().isVisible());
    await page.close();
    server.closeAllConnections();
    server.close();
  });
}
