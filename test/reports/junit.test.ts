import t, { type Test } from 'tap';
import { jenkinsReporter, junitReporter } from '../../reports/junit.ts';
import type { Event, EventBody } from '../../src/event.ts';
import { cutRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun, type SampleStep } from '../fixtures/sample-run.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

async function junit(events: readonly Event[]): Promise<string> {
  return (await report(junitReporter, events)).get('junit.xml') ?? '';
}

/** Unlike `t.match`, does not print megabytes. */
function checkHolds(t: Test, text: string, ...parts: readonly string[]): void {
  for (const part of parts) t.ok(text.includes(part), part);
}

const step = (more: Partial<SampleStep>): readonly Event[] =>
  recordRun([
    { job: 'a/b@c', title: 'B', outcome: 'failed', steps: [{ id: 'one', outcome: 'failed', ...more }] },
  ]);

t.test('The sample run looks as it did', async (t) =>
  checkGolden(t, 'sample.junit', await junit(sampleRun())),
);

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} closes what it opens and holds nothing that XML forbids`, async (t) => {
    const text = await junit(events());
    t.notMatch(text, /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\uFFFE\uFFFF]|\p{Surrogate}|\]\]>/u);
    t.notMatch(text, /&(?!(amp|lt|gt|quot|#9|#10|#13);)/);
    const open: string[] = [];
    for (const [, close, tag = '', itself] of text.matchAll(/<(\/?)([\w-]+)(?:\s[^<>]*?)?(\/?)>/g)) {
      if (itself === '/') continue;
      if (close === '') open.push(tag);
      else t.equal(open.pop(), tag);
    }
    t.same(open, []);
  });
}

t.test('Characters that XML cannot hold go, others are escaped', async (t) => {
  const text = await junit(step({ title: 'a\uD800b]]>&"<\uFFFE', out: 'x\uDFFFy\u0001 ]]>\n' }));
  t.notMatch(text, /[\u0001\uFFFE\uFFFF]|\p{Surrogate}/u);
  checkHolds(t, text, '› ab]]&gt;&amp;&quot;&lt;"', '<system-out>xy ]]&gt;\n</system-out>');
});

t.test('Output is what a terminal shows; other texts show what a terminal would obey', async (t) => {
  const out =
    '\u001B[31mred\u001B[0m \u001B]8;;javascript:alert(1)\u0007link\u001B]8;;\u0007\r\nhalf\rover\r\n';
  const text = await junit(step({ title: '\u001B[31mname', out }));
  checkHolds(t, text, '<system-out>red link\nover\n</system-out>', 'name="a/b@c › ␛[31mname"');
  checkHolds(t, await junit(sampleRun()), '+ ␛[31mred␛[0m', '+ &lt;/script&gt;&lt;svg onload=alert(1)&gt;');
});

t.test('Failures count as failures, errors as errors, what is known as skipped', async (t) => {
  const text = await junit(sampleRun());
  checkHolds(
    t,
    text,
    '<failure message="expected exit 0, saw 3: Warning: hello.service changed on disk. (and 2 more)" type="failed">',
    'type="timed-out"',
  );
  checkHolds(t, text, '<skipped message="known issue: systemd#21708: fixed in 257', 'type="interrupted"');
  checkHolds(t, text, 'again: rootlab run scenarios/units/hello.yaml');
});

t.test('A run that was killed reports its step as interrupted', async (t) =>
  checkHolds(t, await junit(cutRun()), 'type="interrupted"', '</testsuites>'),
);

t.test('Long output is cut in its middle', async (t) => {
  const text = await junit(step({ out: `first\n${'x'.repeat(500_000)}\nlast\n` }));
  checkHolds(t, text, 'first\nxxx', 'characters cut; all of it is in the event log', '\nlast\n');
  t.ok(text.length < 70_000, `${text.length}`);
});

t.test('However much was said, the file stays below 30 MB and every step is in it', async (t) => {
  const steps = Array.from({ length: 700 }, (_, index): SampleStep => ({
    id: `s${index}`,
    outcome: index > 600 ? 'failed' : 'passed',
    out: '&'.repeat(64 * 1024),
  }));
  const text = await junit(recordRun([{ job: 'a/b@c', title: 'B', outcome: 'failed', steps }]));
  t.ok(Buffer.byteLength(text) < 30_000_000, `${Buffer.byteLength(text)}`);
  t.equal(text.match(/<testcase /g)?.length, 700);
});

t.test('Jenkins sees a package a folder, a class a job, and what was flaky', async (t) => {
  const text = (await report(jenkinsReporter, sampleRun())).get('jenkins.xml') ?? '';
  checkGolden(t, 'sample.jenkins', text);
  checkHolds(
    t,
    text,
    'classname="units.hello@debian-12"',
    '<flakyFailure message="try 3: the first ARP is lost" type="flaky"/>',
  );
  const dotted = recordRun([
    { job: 'a.b/c@d,v=257.4', title: 'A', outcome: 'errored', reason: 'no image', steps: [] },
    { job: 'e@f', title: 'E', outcome: 'passed', steps: [{ id: 'one', title: 'One', outcome: 'passed' }] },
  ]);
  checkHolds(
    t,
    (await report(jenkinsReporter, dotted)).get('jenkins.xml') ?? '',
    '<testcase name="a.b/c@d,v=257.4" classname="a_b.c@d,v=257_4" ',
    '<testcase name="One" classname="e@f" ',
  );
});

t.test('Jenkins finds the files of a step, and none that a program only names', async (t) => {
  const job = 'a/b@c';
  const file = { mediaType: 'text/plain', sha256: '', sizeBytes: 3 };
  const attach = (step: string | undefined, path: string): EventBody => ({
    type: 'attachment',
    job,
    step,
    name: path,
    path,
    ...file,
  });
  const events = recordRun([
    {
      job,
      title: 'B',
      outcome: 'passed',
      steps: [
        {
          id: 'one',
          outcome: 'passed',
          out: 'x [[ATTACHMENT|/etc/shadow]]',
          more: [attach('one', 'one/a&b.txt')],
        },
        { id: 'two', outcome: 'passed', more: [attach('two', 'c.txt'), attach(undefined, 'journal.txt')] },
      ],
    },
  ]);
  const options = { attachmentPath: (path: string) => `/ws/out/${path}` };
  checkHolds(
    t,
    (await report(jenkinsReporter, events, options)).get('jenkins.xml') ?? '',
    '<system-out>x [ [ATTACHMENT|/etc/shadow]]\n[[ATTACHMENT|/ws/out/one/a&amp;b.txt]]\n[[ATTACHMENT|/ws/out/journal.txt]]\n</system-out>',
    '<system-out>[[ATTACHMENT|/ws/out/c.txt]]\n</system-out>',
  );
});
