import t, { type Test } from 'tap';
import { reporters } from '../../reports/index.ts';
import type { Event } from '../../src/event.ts';
import { cutRun } from '../fixtures/sample-jobs.ts';
import { galleryRun } from '../fixtures/gallery/index.ts';
import { missing } from '../runner/completions-sample.ts';
import { report, RUNS } from './contract.ts';
import { faultsOf } from './xmllint.ts';

async function xmlOf(name: string, events: readonly Event[]): Promise<string> {
  const factory = reporters[name];
  if (factory === undefined) throw new Error(`no reporter ${name}`);
  return (await report(factory, events)).get(`${name}.xml`) ?? '';
}

const checkValid = (t: Test, xml: string): void => {
  t.match(xml, /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites /);
  t.equal(faultsOf(xml), '');
};

const skip = missing('xmllint');

for (const name of ['junit', 'jenkins']) {
  for (const [about, events] of Object.entries({ ...RUNS, 'the gallery': galleryRun })) {
    t.test(`${about} is valid by Jenkins' schema as ${name}`, { skip }, async (t) =>
      checkValid(t, await xmlOf(name, events())),
    );
  }
}

t.test('What the schema does not know is found', { skip }, async (t) => {
  const xml = await xmlOf('junit', cutRun());
  t.match(faultsOf(xml.replace('<testcase ', '<testcase file="a.yaml" ')), /attribute 'file' is not allowed/);
  t.match(faultsOf(xml.replace(/ time="[^"]*"/, ' time="1s"')), /'1s' is not accepted by the pattern/);
  t.match(faultsOf(xml.replace('</testsuites>', '\u001B</testsuites>')), /PCDATA invalid Char value 27/);
  t.match(faultsOf(xml.replace('</testsuite>', '<other/></testsuite>')), /This element is not expected/);
});
