import { validate } from 'ctrf';
import t, { type Test } from 'tap';
import { ctrfReporter } from '../../reports/ctrf.ts';
import type { Event } from '../../src/event.ts';
import { sampleRun } from '../fixtures/sample-jobs.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

interface Ctrf {
  readonly specVersion: string;
  readonly results: {
    readonly tool: object;
    readonly environment: object;
    readonly summary: Readonly<Record<string, number>>;
    readonly tests: readonly { name: string; status: string; rawStatus: string; stdout?: string[] }[];
  };
}

async function checkCtrf(t: Test, events: readonly Event[]): Promise<Ctrf> {
  const document: Ctrf = JSON.parse((await report(ctrfReporter, events)).get('ctrf.json') ?? '');
  const { results } = document;
  const { valid, errors } = validate(document);
  t.ok(valid, JSON.stringify(errors));
  t.match(document.specVersion, /^\d+\.\d+\.\d+$/);
  t.equal(results.summary['tests'], results.tests.length);
  for (const status of ['passed', 'failed', 'skipped', 'pending', 'other'])
    t.equal(results.summary[status], results.tests.filter((test) => test.status === status).length, status);
  return document;
}

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} has the shape of CTRF`, async (t) => {
    await checkCtrf(t, events());
  });
}

t.test('Each outcome has a status, and its own name beside it', async (t) => {
  const { results } = await checkCtrf(t, sampleRun());
  const pairs = new Set(results.tests.map(({ status, rawStatus }) => `${rawStatus} ${status}`));
  t.same([...pairs].toSorted(), [
    'errored failed',
    'failed failed',
    'flaky passed',
    'interrupted failed',
    'known other',
    'not-run pending',
    'passed passed',
    'skipped skipped',
    'timed-out failed',
  ]);
  t.equal(results.summary['flaky'], 1);
});

t.test('A wrong shape is found', async (t) => {
  const document = await checkCtrf(t, sampleRun());
  const first = { ...document.results.tests[0], more: 1 };
  t.notOk(validate({ ...document, results: { ...document.results, tests: [first] } }).valid);
  t.notOk(validate({ ...document, reportFormat: 'ctrf' }).valid);
});

t.test('The sample run looks as it did', async (t) =>
  checkGolden(t, 'sample.ctrf', (await report(ctrfReporter, sampleRun())).get('ctrf.json') ?? ''),
);
