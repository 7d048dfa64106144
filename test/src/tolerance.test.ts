import t, { type Test } from 'tap';
import { budgetFailures, exceptionFor, settle, wordTry } from '../../src/tolerance.ts';
import type { Outcome } from '../../src/event.ts';
import { checkProblems, messagesOf, scenarioOf, withSteps } from './parse-check.ts';

const axes = 'title: A\nmatrix: {image: [debian-12, debian-13]}\nmachine: ${image}\nsteps:\n';
const stepOf = (text: string) => {
  const [step] = scenarioOf(`${axes}${text}`).steps;
  if (step === undefined) throw new Error('no step');
  return step;
};

const of = (text: string): readonly string[] => messagesOf(withSteps(`  - {run: x, ${text}}\n`));

function checkBudget(t: Test, limit: string, seen: string, actual?: string): void {
  const step = stepOf(
    `  - {run: x, expect: "<boot>", measure: {boot: "\${boot}"}, budget: {boot: "${limit}"}}\n`,
  );
  const failures = budgetFailures(step, { boot: seen });
  t.match(failures, actual === undefined ? [] : [{ what: 'budget boot', expected: limit, actual }]);
  t.equal(failures.length, actual === undefined ? 0 : 1, `${seen} ${limit}`);
}

t.test('a number over its budget is a failure with both numbers', async (t) => {
  checkBudget(t, '< 5s', '4.9s');
  checkBudget(t, '< 5s', '1min 2s', '1min 2s');
  checkBudget(t, '<= 64K', '64K');
  checkBudget(t, '< 64K', '65537', '65537');
  checkBudget(t, '< 64K', '128K', '128K');
  checkBudget(t, '< 5', 'many', 'no number');
});

t.test('a budget is for a measure of the same step', async (t) => {
  t.match(messagesOf(withSteps('  - {run: x, budget: {boot: "< 5s"}}\n')), [
    /"budget" names no measure: "boot"/,
  ]);
});

function checkSettled(t: Test, outcome: Outcome, issue: string, expected: object, strict = false): void {
  const { knownIssues } = stepOf(`  - {run: x, known-issue: ${issue}}\n`);
  const facts = { image: 'debian-12', systemd: '252.39' };
  t.match(settle(outcome, knownIssues, facts, { today: '2026-11-24', strict }), expected);
}

t.test(
  'a failure that is known is known, a pass is fixed, which fails where that is asked for',
  async (t) => {
    const issue = '{ref: "#7", because: it is slow}';
    checkSettled(t, 'failed', issue, { outcome: 'known', reason: '#7 (it is slow)', notes: [] });
    checkSettled(t, 'timed-out', issue, { outcome: 'known' });
    checkSettled(t, 'errored', issue, { outcome: 'errored', notes: [] });
    checkSettled(t, 'flaky', issue, { outcome: 'flaky', notes: [] });
    checkSettled(t, 'passed', issue, { outcome: 'passed', notes: [/^fixed: the known issue #7/] });
    checkSettled(t, 'passed', issue, { outcome: 'failed', reason: /^fixed/ }, true);
  },
);

t.test('a known issue counts where its conditions hold, and up to its day', async (t) => {
  checkSettled(t, 'failed', '{ref: a, because: b, when: {systemd: ">= 257"}}', {
    outcome: 'failed',
    notes: [],
  });
  checkSettled(t, 'failed', '[{ref: a, because: b, when: {systemd: "252"}}]', { outcome: 'known' });
  checkSettled(t, 'failed', '{ref: a, because: b, expires: 2026-11-24}', {
    outcome: 'known',
    reason: 'a (b), until 2026-11-24',
  });
  checkSettled(t, 'failed', '{ref: a, because: b, expires: 2026-11-23}', {
    outcome: 'failed',
    notes: ['the known issue a expired on 2026-11-23 and is ignored'],
  });
});

t.test('one exception applies, and two at once are an error', async (t) => {
  const { except } = stepOf(`  - run: x
    except:
      - {when: {systemd: "< 254"}, because: old, expect: a}
      - {when: {systemd: "< 250"}, because: older, expect: b}
`);
  t.equal(exceptionFor(except, { systemd: '257' }), undefined);
  t.equal(exceptionFor(except, { systemd: '252' })?.because, 'old');
  t.throws(() => exceptionFor(except, { systemd: '249' }), /two exceptions apply, of lines 7 and 8/);
});

function onHost(when: string): readonly string[] {
  return messagesOf(
    `title: A\nmachine: host\nsteps:\n  - {run: x, except: {when: ${when}, because: b, expect: y}}\n`,
  );
}

t.test('what can never apply is told when the file is read', async (t) => {
  checkProblems(
    t,
    `${axes}  - {run: x, except: [{when: {image: debian-11}, because: old, expect: y}]}\n`,
    `
a.yaml:5:38: this can never apply: image is debian-12 or debian-13 in all jobs
    - {run: x, except: [{when: {image: debian-11}, because: old, expect: y}]}
                                       ^
hint: compare "when" with the matrix, the image and the "when" of the step; or remove it
`,
  );
  const never = [/can never apply/];
  t.match(
    messagesOf(
      `${axes}  - {run: x, known-issue: {ref: a, because: b, when: {image: "!= debian-12", systemd: 1}}, when: {image: debian-12}}\n`,
    ),
    never,
  );
  t.match(
    messagesOf(withSteps('  - {run: x, except: {when: {image: debian-13}, because: b, expect: y}}\n')),
    never,
  );
  t.match(onHost('{image: debian-12}'), never, 'this computer has no image');
  t.match(onHost('{backend: nspawn}'), never);
  t.same(onHost('{backend: host, systemd: 252}'), []);
  t.same(
    messagesOf(
      `${axes}  - {run: x, except: {when: {image: debian-13, arch: aarch64}, because: b, expect: y}}\n`,
    ),
    [],
  );
});

t.test('an exception captures the same names, and has a reason and a condition', async (t) => {
  t.match(of('expect: "<a> <b>", except: {when: {systemd: 1}, because: b, expect: "<b>"}'), [
    /must capture the same names: b, not a, b/,
  ]);
  t.same(of('expect: "<a> <b>", except: {when: {systemd: 1}, because: b, expect: "<b>,<a>"}'), []);
  t.match(of('except: {when: {systemd: 1}, expect: y}'), [/an exception has no "because"/]);
  for (const when of ['[]', '{}', '[{}]'])
    t.match(of(`except: {when: ${when}, because: b, expect: y}`), [/an exception needs a "when"/]);
  t.match(of('except: {because: b, expect: y}'), [/an exception has no "when"/]);
  t.match(of('except: {when: {systemd: 1}, because: b, expect: {output: y}}'), [/both be about "output"/]);
});

t.test('a retry has a number and a reason, and goes with what can be done again', async (t) => {
  t.match(of('retry: {times: 2}'), [/retry has no "because"/]);
  t.match(of('retry: {times: 0, because: b}'), [/times cannot be "0"/]);
  t.match(of('retry: {times: 1, because: b}, background: true'), [/"retry" judges nothing/]);
  t.match(of('known-issue: {ref: a, because: b, expires: 2026-02-30}'), [/expires cannot be "2026-02-30"/]);
  t.equal(
    wordTry(1, 3, 'failed', [{ kind: 'exit', expected: '0', actual: 1 }]).replace(/:[^:]*$/, ''),
    'try 1 of 3: failed',
  );
});
