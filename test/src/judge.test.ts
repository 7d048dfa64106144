import t, { type Test } from 'tap';
import { failureLines } from '../../src/describe-failure.ts';
import { failureHint, FOR_THE_END } from '../../src/describe-hint.ts';
import { judge, seenOn, type Observed, type Variables } from '../../src/judge.ts';
import { scenarioOf, withSteps } from './parse-check.ts';

/** What a step's expectation, as it stands in a file, says to what was seen; gives what it caught. */
function checkJudge(t: Test, expect: string, seen: Partial<Observed>, ...failures: string[]): Variables {
  const [step] = scenarioOf(withSteps(`  - run: x\n    ${expect}\n`)).steps;
  if (step === undefined) throw new Error('no step');
  const nothing = { exit: 0, stdout: '', stderr: '', cut: [], durationMs: 1 };
  const verdict = judge(step.expect, { ...nothing, ...seen }, {});
  const kinds = verdict.failures.map((failure) =>
    'what' in failure ? `${failure.kind} ${failure.what}` : failure.kind,
  );
  t.same(kinds, failures, `${expect} of ${JSON.stringify(seen)}`);
  return verdict.captures;
}

t.test('without expect the status must be 0, and what is printed is free', async (t) => {
  checkJudge(t, 'timeout: 1s', { stdout: 'a', stderr: 'b' });
  checkJudge(t, 'timeout: 1s', { exit: 1 }, 'exit');
});

t.test('a status may be one of a list, a comparison, or any', async (t) => {
  for (const [expect, exits] of [
    ['[3, 4]', [3, 4]],
    ['"!= 0"', [1, 137]],
    ['"*"', [0, 255]],
  ] as const) {
    for (const exit of exits) checkJudge(t, `expect: {exit: ${expect}}`, { exit });
  }
  checkJudge(t, 'expect: {exit: [3, 4]}', { exit: 0 }, 'exit');
  checkJudge(t, 'expect: {exit: "!= 0"}', { exit: 0 }, 'exit');
});

t.test('each stream is judged, and all that is wrong is told', async (t) => {
  const seen = { exit: 2, stdout: 'b', stderr: 'c' };
  checkJudge(t, 'expect: {stdout: a, stderr: ""}', seen, 'exit', 'mismatch stdout', 'mismatch stderr');
});

t.test('captures are given on, and where compares them', async (t) => {
  const expect = 'expect: {stdout: "took <boot:duration>", where: {boot: "< 30s"}}';
  t.same(checkJudge(t, expect, { stdout: 'took 1.5s' }), { boot: '1.5s' });
  checkJudge(t, expect, { stdout: 'took 1min' }, 'fact boot');
  checkJudge(t, expect, { stdout: 'none' }, 'mismatch stdout');
});

t.test('a name must catch the same text in both streams', async (t) => {
  const expect = 'expect: {stdout: "<id>", stderr: "<id>"}';
  checkJudge(t, expect, { stdout: 'a', stderr: 'a' });
  checkJudge(t, expect, { stdout: 'a', stderr: 'b' }, 'mismatch stderr');
});

t.test('what was not kept whole is not matched', async (t) => {
  const cut = { stdout: 'a', cut: ['stdout'] } as const;
  checkJudge(t, 'expect: a', cut, 'fact stdout');
  checkJudge(t, 'timeout: 1s', cut);
});

t.test('took is the time of the step', async (t) => {
  checkJudge(t, 'expect: {took: "< 2s"}', { durationMs: 1999 });
  checkJudge(t, 'expect: {took: "< 2s"}', { durationMs: 2001 }, 'fact took');
  const [step] = scenarioOf(withSteps('  - {run: x, expect: {took: "< 100ms"}}\n')).steps;
  const seen = { exit: 0, stdout: '', stderr: '', cut: [], durationMs: 205.4 };
  t.match(step && judge(step.expect, seen, {}).failures, [{ expected: '< 100ms', actual: '205ms' }]);
});

t.test('a computer without an image is not told of one', async (t) => {
  const failures = [
    { kind: 'exit', expected: '0', actual: 127 },
    { kind: 'exit', expected: '0', actual: 137 },
    { kind: 'fact', what: 'package nginx exists', expected: 'there', actual: 'not there' },
    { kind: 'fact', what: 'command nginx exists', expected: 'there', actual: 'not there' },
    { kind: 'timeout', limitMs: 1, waitedFor: FOR_THE_END },
  ] as const;
  const hints = (backend: string) => seenOn(backend, failures).map((failure) => failureHint(failure) ?? '');
  for (const backend of ['host', 'ssh'])
    t.same(hints(backend).slice(0, 4), [
      'is its package installed, and its folder in PATH?',
      'somebody killed it, or memory ran out: "journalctl -k" knows more',
      '"apt-get install nginx" on that computer installs it',
      'is its package installed, and its folder in PATH?',
    ]);
  t.equal(hints('nspawn').filter((hint) => hint.includes('machine')).length, 4);
});

t.test('a machine that went away under a step is told, whatever status that left', async (t) => {
  const [step] = scenarioOf(withSteps('  - run: x\n')).steps;
  if (step === undefined) throw new Error('no step');
  const seen = { exit: 137, signal: 'SIGKILL', stdout: '', stderr: '', cut: [], durationMs: 1 };
  const told = (machine: Observed['machine']): readonly string[] =>
    judge(step.expect, { ...seen, machine }, {})
      .failures.flatMap((one) => failureLines(one))
      .map(({ text }) => text);
  t.match(told('powered-off'), [
    'the machine powered itself off during the step (expected exit 0, saw 137)',
    /^hint: the verb "reboot:"/,
  ]);
  t.match(told('rebooted')[0], 'the machine rebooted during the step');
  t.match(told(undefined)[0], 'ended by SIGKILL');
});
