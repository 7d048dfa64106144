import t from 'tap';
import { jsonReporter } from '../../reports/json.ts';
import { foldEvents } from '../../src/fold.ts';
import { sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun } from '../fixtures/sample-run.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} is the whole result, with a version`, async (t) => {
    const text = (await report(jsonReporter, events())).get('result.json') ?? '';
    const { format, version, ...result }: Record<string, unknown> = JSON.parse(text);
    t.equal(format, 'rootlab-result');
    t.equal(version, 1);
    t.strictSame(result, JSON.parse(JSON.stringify(foldEvents(events()))));
  });
}

t.test('Lone surrogates survive as escapes', async (t) => {
  const events = recordRun([
    { job: 'a', title: '\uD800', outcome: 'passed', steps: [{ id: 'one', outcome: 'passed' }] },
  ]);
  const text = (await report(jsonReporter, events)).get('result.json') ?? '';
  t.notMatch(text, /\p{Surrogate}/u);
  t.match(text, String.raw`"title":"\ud800"`);
});

t.test('The sample run looks as it did', async (t) =>
  checkGolden(t, 'sample.json', (await report(jsonReporter, sampleRun())).get('result.json') ?? ''),
);
