import t, { type Test } from 'tap';
import { runCases } from '../../reports/cases.ts';
import { foldEvents } from '../../src/fold.ts';
import { OTHERS, sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun, type SampleJob } from '../fixtures/sample-run.ts';

function checkCases(t: Test, job: Partial<SampleJob>, expected: readonly string[]): void {
  const events = recordRun([{ job: 'a/b@c', title: 'B', outcome: 'passed', steps: [], ...job }]);
  const cases = [...runCases(foldEvents(events))].flatMap(([, cases]) => cases);
  t.same(
    cases.map(({ name, outcome, reason }) => [name, outcome, reason].filter(Boolean).join(' | ')),
    expected,
  );
}

t.test('Steps of one title are told apart', async (t) =>
  checkCases(
    t,
    {
      steps: [
        { id: 'one', title: 'Same', outcome: 'passed' },
        { id: 'two', title: 'Same', outcome: 'passed' },
      ],
    },
    ['a/b@c › Same | passed', 'a/b@c › Same [two] | passed'],
  ),
);

t.test('Evidence is no case', async (t) =>
  checkCases(
    t,
    {
      outcome: 'errored',
      steps: [
        {
          id: 'prepare',
          phase: 'prepare',
          outcome: 'errored',
          failures: [{ kind: 'exit', expected: '0', actual: 1 }],
        },
        { id: 'journal', phase: 'on-failure', outcome: 'failed' },
      ],
    },
    ['a/b@c › prepare | errored | expected exit 0, saw 1'],
  ),
);

t.test('A job that no step explains is a case itself', async (t) => {
  checkCases(t, { outcome: 'errored', reason: 'no space left', steps: [{ id: 'one', outcome: 'passed' }] }, [
    'a/b@c › one | passed',
    'a/b@c | errored | no space left',
  ]);
  checkCases(t, { outcome: 'skipped', reason: 'needs docker' }, ['a/b@c | skipped | needs docker']);
});

t.test('What did not run says why', async (t) =>
  checkCases(t, OTHERS.find(({ outcome }) => outcome === 'skipped') ?? {}, [
    'docker/build@debian-12 › build | not-run | needs docker: no daemon answers; start it: systemctl start docker',
  ]),
);

t.test('No name comes twice in a run', async (t) => {
  const names = [...runCases(foldEvents(sampleRun()))].flatMap(([, cases]) => cases.map(({ name }) => name));
  t.ok(names.length > 20);
  t.equal(new Set(names).size, names.length);
});
