/** axe-core in a page: what it finds wrong there. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** Evaluated in the page, which its policy allows to nobody else. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rule, and the first element at fault, of each violation in what this selects. */
export async function violations(page: Page, selector = 'html'): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axe);
  const found: unknown = await page.evaluate(
    `axe.run(${JSON.stringify(selector)}, {resultTypes: ['violations']}).then(({violations}) =>
      violations.map(({id, help, nodes}) => id + ': ' + help + ': ' + nodes.length + ' × ' + nodes[0].html.slice(0, 200)))`,
  );
  return Array.isArray(found) ? found.map(String) : ['axe gave no list'];
}

/** Leaves of each long list its beginning: the rest is of the same kind, and takes axe a minute. */
export async function shorten(page: Page): Promise<void> {
  await page.evaluate(`
    for (const list of document.querySelectorAll('.failures, pre, .chart tbody'))
      for (const item of [...list.children].slice(12)) item.remove();`);
}
