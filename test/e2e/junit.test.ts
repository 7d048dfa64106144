import t, { type Test } from 'tap';
import { junitReporter } from '../../reports/junit.ts';
import { report, RUNS } from '../reports/contract.ts';
import { browserOrSkip } from './browser.ts';

/** By Jenkins' junit-10.xsd: what each element may hold and say, `!` what it must say. */
const SCHEMA: Readonly<Record<string, { readonly holds: string; readonly says: string }>> = {
  testsuites: { holds: 'testsuite', says: 'name time tests failures errors' },
  testsuite: {
    holds: 'properties testcase',
    says: 'name! tests! failures! errors! skipped time timestamp file',
  },
  properties: { holds: 'property', says: '' },
  property: { holds: '', says: 'name! value!' },
  testcase: { holds: 'skipped error failure system-out', says: 'name! time classname' },
  skipped: { holds: '', says: 'type message' },
  error: { holds: '', says: 'type message' },
  failure: { holds: '', says: 'type message' },
  'system-out': { holds: '', says: '' },
};
interface Found {
  readonly name: string;
  readonly parent: string;
  readonly says: readonly string[];
}

function checkSchema(t: Test, found: readonly Found[]): void {
  const faults = found.flatMap(({ name, parent, says }) => {
    const rule = SCHEMA[name];
    if (rule === undefined) return [`<${name}>`];
    const may = rule.says.split(' ').map((word) => word.replace('!', ''));
    const must = rule.says.split(' ').filter((word) => word.endsWith('!'));
    return [
      ...says.filter((word) => !may.includes(word)).map((word) => `${word} of <${name}>`),
      ...must.filter((word) => !says.includes(word.slice(0, -1))).map((word) => `<${name}> without ${word}`),
      ...(parent === '' || SCHEMA[parent]?.holds.split(' ').includes(name)
        ? []
        : [`<${name}> in <${parent}>`]),
    ];
  });
  t.same(faults, []);
}

const browser = await browserOrSkip(t);
if (browser !== undefined) {
  t.teardown(async () => browser.close());
  const page = await browser.newPage();
  await page.addInitScript('globalThis.__name = (named) => named');
  await page.goto('about:blank');
  for (const [name, events] of Object.entries(RUNS)) {
    t.test(`${name} is read by an XML parser, and keeps to Jenkins' schema`, async (t) => {
      const text = (await report(junitReporter, events())).get('junit.xml') ?? '';
      const found = await page.evaluate((text): Found[] => {
        const { documentElement } = new DOMParser().parseFromString(text, 'application/xml');
        return [documentElement, ...documentElement.querySelectorAll('*')].map((element) => ({
          name: element.tagName,
          parent: element.parentElement?.tagName ?? '',
          says: element.getAttributeNames(),
        }));
      }, text);
      t.equal(found[0]?.name, 'testsuites');
      checkSchema(t, found);
    });
  }
}
