import t from 'tap';
import { reporters } from '../../reports/index.ts';
import { recordRun } from '../fixtures/sample-run.ts';
import { report } from './contract.ts';

/** A step with `within` that never held. */
const events = recordRun([
  {
    job: 'a/b@c',
    title: 'B',
    outcome: 'failed',
    steps: [
      {
        id: 'ready',
        command: 'curl -s web',
        outcome: 'failed',
        exit: 7,
        tries: 7,
        expected: 'within 1s',
        err: 'connection refused\n',
        failures: [{ kind: 'exit', expected: '0', actual: 7 }],
      },
    ],
  },
]);

async function textOf(name: string): Promise<string> {
  const factory = reporters[name];
  if (factory === undefined) throw new Error(`no reporter ${name}`);
  const files = await report(factory, events, { pageUrl: 'https://ci/index.html' });
  return [...files.values()].join('\n');
}

t.test('How often a step was tried in vain stands in its one line', async (t) => {
  const line = 'expected exit 0, saw 7 (tried 7 times): connection refused';
  for (const name of [
    'console',
    'tap',
    'ctrf',
    'github',
    'junit',
    'jenkins',
    'markdown',
    'gitlab',
    'otlp',
    'html',
  ])
    t.match(await textOf(name), line, name);
});

t.test('It ends what is told of the failure in full', async (t) => {
  for (const name of ['console', 'tap', 'ctrf', 'github', 'junit', 'jenkins', 'markdown'])
    t.match(await textOf(name), /tried 7 times(?!\))/, name);
});
