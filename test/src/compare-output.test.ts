import t from 'tap';
import { compareRuns, isWorse } from '../../src/compare.ts';
import { changeName, describeComparison, printedLines } from '../../src/describe-compare.ts';
import { foldEvents } from '../../src/fold.ts';
import type { RunResult } from '../../src/result.ts';
import { recordRun, type SampleStep } from '../fixtures/sample-run.ts';

/** One job, or one a text; its step `a` printed that. */
function run(texts: readonly string[], more: Partial<SampleStep> = {}): RunResult {
  const jobs = texts.map((out, at) => ({
    job: texts.length === 1 ? 'a/b@x' : `a/b@x,repeat=${at + 1}`,
    title: 'A',
    outcome: 'passed' as const,
    steps: [{ id: 'a', outcome: 'passed' as const, out, ...more }],
  }));
  return foldEvents(recordRun(jobs, { outcome: 'passed', exit: 0 }));
}

function printed(before: RunResult, now: RunResult): readonly (readonly string[])[] {
  const comparison = compareRuns(before, now);
  return comparison.printed.map((one) => [changeName(comparison, one), ...printedLines(one)]);
}

t.test('A step that passed and printed something else is told with the lines that differ', async (t) => {
  const [old, fresh] = [
    run(['Active: running\nsame\nState: good\n']),
    run(['Active: runs\nsame\nState: well\n']),
  ];
  t.same(printed(old, fresh), [
    ['a/b@x#a', '- Active: running', '+ Active: runs', '- State: good', '+ State: well'],
  ]);
  const comparison = compareRuns(old, fresh);
  t.equal(describeComparison(comparison), '1 step passed and printed something else');
  t.notOk(isWorse(comparison));
});

t.test('Of many lines the first are told, and how many there are', async (t) => {
  const lines = Array.from({ length: 9 }, (_, at) => `a line ${'x'.repeat(at)}\n`).join('');
  const [told = []] = printed(run(['']), run([lines]));
  t.same(told.slice(1), ['+ a line', '+ a line x', '+ a line xx', '… and 6 more lines']);
});

t.test('Times, pids, ids and what the step caught are no difference', async (t) => {
  const now = { captures: { leader: '4711' } };
  const before = { captures: { leader: '113' } };
  t.same(
    printed(
      run(['12:00:01 x[12]: took 12ms\nLeader 113\n'], before),
      run(['13:00:02 x[34]: took 1.5s\nLeader 4711\n'], now),
    ),
    [],
  );
});

t.test('What varies among repeats is none, nor what one side does not have or what failed', async (t) => {
  t.same(printed(run(['one\n', 'two\n']), run(['two\n', 'three\n'])), []);
  t.equal(printed(run(['one\n', 'two\n']), run(['three\n', 'four\n'])).length, 1);
  t.same(printed(run([]), run(['one\n'])), []);
  t.same(printed(run(['one\n']), run(['two\n'], { outcome: 'failed' })), []);
});
