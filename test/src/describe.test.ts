import t, { type Test } from 'tap';
import { describeFailure, failureLines } from '../../src/describe-failure.ts';
import { failureHint, FOR_THE_END } from '../../src/describe-hint.ts';
import {
  describeDuration,
  describeQuantity,
  firstLine,
  shellWord,
  visible,
} from '../../src/describe-text.ts';
import {
  againCommand,
  describeJob,
  headline,
  jobReason,
  nothingPassed,
  shellCommand,
} from '../../src/describe.ts';
import type { Failure } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import type { JobResult } from '../../src/result.ts';
import { FAILED, OTHERS, PASSED, passedRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun, type SampleJob } from '../fixtures/sample-run.ts';

function checkFailure(t: Test, failure: Failure, ...lines: string[]): void {
  t.equal(describeFailure(failure), lines[0]);
  t.same(
    failureLines(failure).map(({ text }) => text),
    lines,
  );
}
function jobOf(job: SampleJob): JobResult {
  const found = foldEvents(recordRun([job])).jobs[0];
  if (found === undefined) throw new Error('no job');
  return found;
}

const fact = (what: string, expected: string, actual: string): string =>
  describeFailure({ kind: 'fact', what, expected, actual });
const hint = (what: string, actual: string): string | undefined =>
  failureHint({ kind: 'fact', what, expected: 'x', actual });
const reason = (err: string): string | undefined => {
  const steps = [
    { id: 'a', outcome: 'failed', err, failures: [{ kind: 'exit', expected: '0', actual: 1 }] },
  ] as const;
  return jobReason(jobOf({ job: 'a@b', title: 'A', outcome: 'failed', steps }));
};

t.test('An exit status and its signal', async (t) => {
  checkFailure(t, { kind: 'exit', expected: '0', actual: 1 }, 'expected exit 0, saw 1');
  checkFailure(
    t,
    { kind: 'exit', expected: '0', actual: 137, signal: 'SIGKILL' },
    'expected exit 0, saw 137 (ended by SIGKILL)',
    'hint: somebody killed it, or its memory ran out ("memory" of the machine)',
  );
  checkFailure(t, { kind: 'exit', expected: '0', actual: 129 }, 'expected exit 0, saw 129 (ended by SIGHUP)');
  checkFailure(
    t,
    { kind: 'exit', expected: '0', actual: 127 },
    'expected exit 0, saw 127 (the shell found no such command)',
    'hint: is its package installed, and its folder in PATH? "packages" of a machine adds one to its image',
  );
});

t.test('What is absent is a state and no value', async (t) => {
  t.equal(
    fact('package nginx exists', 'there', 'not there'),
    'package nginx: expected it to be there, but it is not there',
  );
  t.equal(
    fact('file /run/x exists', 'not there', 'there'),
    'file /run/x: expected it not to be there, but it is',
  );
  t.equal(
    fact('http http://a/ status', '200', 'not there: Connection refused'),
    'http http://a/ status: expected 200, but it is not there: Connection refused',
  );
});

t.test('What is to stand in a text, or not, is a sentence', async (t) => {
  t.equal(
    fact('file /etc/hostname contains', 'contains web', 'db'),
    'file /etc/hostname: expected it to contain web, saw db',
  );
  t.equal(
    fact('journal lacks', 'lacks oops', 'Oct 1 web a[1]: oops'),
    'journal: expected it to lack oops, saw Oct 1 web a[1]: oops',
  );
  t.equal(
    fact('file /x contains', 'contains web', 'not there'),
    'file /x: expected it to contain web, but it is not there',
  );
  t.equal(
    fact('unit a.service wants', 'contains b.service', 'c.service'),
    'unit a.service wants: expected it to contain b.service, saw c.service',
  );
});

t.test('What to do about a fact depends on what it is of', async (t) => {
  t.equal(
    hint('unit a.service active', 'failed'),
    '"systemctl status a.service" and "journalctl -u a.service" say why',
  );
  t.match(hint('unit a.service active', 'inactive: it is not there'), /daemon-reload/);
  t.match(hint('unit a.service active', 'inactive'), /was it started/);
  t.match(hint('package nginx exists', 'not there'), /^"packages: \[nginx\]"/);
  t.equal(hint('package nginx version', '1.0'), undefined);
  t.match(hint('port 22/tcp listening', 'false'), /"wait"/);
  t.match(hint('stdout', 'more, so that its middle was not kept'), /output-limit/);
  t.match(hint('stdout', '1'), undefined);
  t.match(hint('system running failed-units', 'a.service'), /status UNIT/);
  t.match(hint('system', 'offline'), /ps -p 1/);
  t.match(hint('system running failed-units', 'not there'), /ps -p 1/);
});

t.test('A bare status is followed by what was complained of last', async (t) => {
  t.equal(reason(''), 'a: expected exit 0, saw 1');
  t.equal(
    reason('one\n\u001B[31mcat: /x: No such file\u001B[0m\n\n'),
    'a: expected exit 0, saw 1: cat: /x: No such file',
  );
});

t.test('A fact in one line, or signed line by line when it is long', async (t) => {
  checkFailure(
    t,
    { kind: 'fact', what: 'took', expected: '< 1s', actual: '2s' },
    'took: expected < 1s, saw 2s',
  );
  const at = { file: 'a.yaml', line: 6, column: 9 };
  const port: Failure = { kind: 'fact', what: 'port 80/tcp listening', expected: 'true', actual: 'x', at };
  t.equal(describeFailure(port), 'port 80/tcp listening: expected true, saw x');
  t.equal(failureLines(port)[0]?.text, 'port 80/tcp listening: expected true, saw x (a.yaml:6:9)');
  t.equal(failureLines({ ...port, actual: 'x\ny' })[0]?.text, 'port 80/tcp listening (a.yaml:6:9):');
  const long: Failure = { kind: 'fact', what: 'boot', expected: '', actual: 'a\nb\n' };
  t.equal(describeFailure(long), 'boot: expected (nothing), saw a …');
  t.same(
    failureLines(long).map(({ kind, text }) => [kind, text]),
    [
      ['text', 'boot:'],
      ['expected', '- (nothing)'],
      ['seen', '+ a'],
      ['seen', '+ b'],
    ],
  );
});

t.test('A mismatch is aligned, with numbers of the lines seen and the parts that differ', async (t) => {
  const rows = [
    { kind: 'same', expected: 'a', actual: 'a', line: 9 },
    {
      kind: 'differs',
      expected: 'b c',
      actual: 'b d',
      expectedParts: [[2, 3]],
      actualParts: [[2, 3]],
      line: 10,
    },
    { kind: 'missing', expected: 'e' },
    { kind: 'gap' },
    { kind: 'extra', actual: 'f', line: 99 },
  ] as const;
  const failure: Failure = {
    kind: 'mismatch',
    what: 'stdout',
    mismatch: { message: 'line 10 differs', rows },
  };
  checkFailure(
    t,
    failure,
    'stdout: line 10 differs',
    ' 9   a',
    '   - b c',
    '10 + b d',
    '   - e',
    '     ...',
    '99 + f',
  );
  const seen = failureLines(failure).find(({ text }) => text === '10 + b d');
  t.equal(seen?.text.slice(...(seen.parts?.[0] ?? [0, 0])), 'd');
});

t.test('A time-out, a boot and an error say all they know', async (t) => {
  checkFailure(
    t,
    { kind: 'timeout', limitMs: 60_000, waitedFor: 'unit x' },
    'waited 1min in vain for unit x',
    'hint: "within" gives it longer',
  );
  checkFailure(
    t,
    { kind: 'timeout', limitMs: 5_000, waitedFor: FOR_THE_END },
    'waited 5s in vain for the command to end',
    'hint: what it printed says how far it came; "timeout" gives it longer',
  );
  const evidence = [{ title: 'console', text: 'one\ntwo\n' }];
  checkFailure(t, { kind: 'boot', message: 'no', evidence }, 'no', 'console', 'one', 'two');
  checkFailure(
    t,
    { kind: 'boot', message: 'it did not start up within 8.5 s', evidence: [] },
    'it did not start up within 8.5 s',
    'hint: what is told below says what it waits for; "boot-timeout" of the machine, "timeout" of a reboot give it longer',
  );
  checkFailure(
    t,
    { kind: 'error', message: 'cannot x', hint: 'do y', detail: 'E: z' },
    'cannot x',
    '  E: z',
    'hint: do y',
  );
});

t.test('The first line of a red run says what failed and why', async (t) => {
  t.equal(
    headline(foldEvents(sampleRun())),
    'units/hello@debian-12#status failed: See it run: expected exit 0, saw 3: Warning: hello.service changed on disk. (and 2 more) (and 5 more jobs)',
  );
  t.equal(headline(foldEvents(passedRun())), '1 job passed in 1.39s');
  t.match(
    headline(
      foldEvents(
        recordRun(
          OTHERS.filter(({ outcome }) => outcome === 'skipped'),
          { outcome: 'skipped', exit: 0 },
        ),
      ),
    ),
    /^nothing passed/,
  );
});

t.test('Reasons of jobs that need not fail', async (t) => {
  const reasons = OTHERS.filter(({ outcome }) => ['known', 'flaky', 'skipped'].includes(outcome)).map((job) =>
    jobReason(jobOf(job)),
  );
  t.same(reasons, [
    'A full stop after userspace: systemd#21708: fixed in 257: took: expected < 1s, saw 1.24s',
    'ping: try 3: the first ARP is lost',
    'needs docker: no daemon answers; start it: systemctl start docker',
  ]);
  t.equal(jobReason(jobOf(PASSED)), undefined);
  t.notOk(nothingPassed(foldEvents(passedRun())));
});

t.test('A failed job can be run again and entered, also with a name for quotes', async (t) => {
  const job = jobOf(FAILED);
  t.equal(
    describeJob(job),
    'units/hello@debian-12#status failed: See it run: expected exit 0, saw 3: Warning: hello.service changed on disk. (and 2 more)',
  );
  t.equal(againCommand(job), 'rootlab run scenarios/units/hello.yaml@debian-12');
  t.equal(shellCommand(job), 'nsenter -t 4711 -a bash');
  t.equal(
    shellCommand({ ...job, kept: undefined }),
    'rootlab run scenarios/units/hello.yaml@debian-12 --shell on-failure',
  );
  t.equal(againCommand({ ...job, job: "it's; a name" }), String.raw`rootlab run 'it'\''s; a name'`);
  t.equal(againCommand({ ...job, axes: {} }), 'rootlab run scenarios/units/hello.yaml');
  t.equal(
    againCommand({ ...job, axes: {}, options: ['--allow-host', '--from=a b'] }),
    "rootlab run scenarios/units/hello.yaml --allow-host '--from=a b'",
  );
  t.equal(againCommand({ ...job, job: `${job.job},repeat=2` }), againCommand(job), 'a repeat is no job');
  const part = { file: 'scenarios/parts/hello.yaml', line: 1, column: 1 };
  const steps = job.steps.map((step) => (step.phase === 'steps' ? step : { ...step, place: part }));
  t.equal(againCommand({ ...job, steps }), againCommand(job), 'boot and prepare may stand elsewhere');
  t.equal(shellWord(''), "''");
  t.same(['a b', "it's", 'c'].map(shellWord), ["'a b'", String.raw`'it'\''s'`, 'c']);
});

t.test('Durations are short and never round to a unit too many', async (t) => {
  const said = [
    0, 0.4, 64, 999, 999.6, 1_240, 9_994, 9_996, 30_000, 59_949, 59_951, 60_000, 63_000, 3_600_000, 7_500_000,
  ];
  t.equal(
    said.map(describeDuration).join(' | '),
    '0ms | 0ms | 64ms | 999ms | 1s | 1.24s | 9.99s | 10s | 30s | 59.9s | 1min | 1min | 1min 3s | 1h | 2h 5min',
  );
});

t.test('Nothing that a terminal obeys is left in a line', async (t) => {
  t.equal(visible('a\u001B[31m\u0007\u009B\u202Eb\tc\n'), 'a␛[31m␇��b\tc\n');
  t.equal(firstLine('\n  one \ntwo'), 'one …');
  t.equal(firstLine(' '), '(nothing)');
});

t.test('What was measured reads as its unit does', async (t) => {
  const rows: readonly (readonly [value: number, unit: string, words: string])[] = [
    [1_240, 'ms', '1.24s'],
    [1, 'bytes', '1 byte'],
    [1_023, 'bytes', '1023 bytes'],
    [1_024, 'bytes', '1 KiB'],
    [11_862_016, 'bytes', '11.3 MiB'],
    [-1_572_864, 'bytes', '-1.5 MiB'],
    [3 * 1024 ** 5, 'bytes', '3072 TiB'],
    [0.123_456_78, '', '0.123457'],
  ];
  for (const [value, unit, words] of rows) t.equal(describeQuantity(value, unit), words);
});
