import t from 'tap';
import { consoleReporter } from '../../reports/console.ts';
import { htmlReporter } from '../../reports/html/index.ts';
import { report } from './contract.ts';
import { recordRun, type SampleStep } from '../fixtures/sample-run.ts';

/** The line that ends the details of a step. */
async function metaOf(step: Partial<SampleStep>): Promise<string | undefined> {
  const steps: SampleStep[] = [{ id: 'one', outcome: 'passed', ...step }];
  const events = recordRun([{ job: 'area/case@debian-12', title: 'Case', outcome: 'passed', steps }]);
  const page = (await report(htmlReporter, events)).get('index.html') ?? '';
  return /<p class="meta">([^<]*)</.exec(page)?.[1]?.replace(/ · scenarios.*/, '');
}

t.test('A step tells what its machine used, where somebody counted', async (t) => {
  t.equal(
    await metaOf({ exit: 0, used: { cpuMs: 1500, memoryBytes: 3 * 1024 ** 2 } }),
    'exit 0 · CPU 1.5s · 3M in memory · limit 1min',
  );
  t.equal(await metaOf({ used: { cpuMs: 0.4 } }), 'limit 1min');
  t.equal(await metaOf({}), 'limit 1min');
});

t.test('Evidence is no step of its job, as in every other report', async (t) => {
  const steps: SampleStep[] = [
    { id: 'one', outcome: 'failed' },
    { id: 'journal', phase: 'on-failure', outcome: 'passed' },
  ];
  const events = recordRun([{ job: 'a/b@d', title: 'A', outcome: 'failed', machine: false, steps }]);
  const page = (await report(htmlReporter, events)).get('index.html') ?? '';
  t.equal(/<li class="sum">([^<]*)</.exec(page)?.[1], '1 step');
  t.equal(/class="facts">([^<]*)</.exec(page)?.[1], '1 step');
});

t.test('A question has its choices and answer, and what helps a learner is folded', async (t) => {
  const step: SampleStep = {
    id: 'one',
    verb: 'ask',
    command: '',
    outcome: 'passed',
    ask: { text: 'Which is *first*?', choices: ['bash', 'init'], answer: 'init' },
    learn: {
      hints: ['Look.'],
      explain: [{ when: 'file /a', say: 'There is `a`.' }],
      wrong: [{ run: 'ps', hint: 'Only yours.' }],
      reset: 'rm /a',
      solution: 'ps 1',
    },
  };
  const events = recordRun([{ job: 'a/b@d', title: 'A', outcome: 'passed', machine: false, steps: [step] }]);
  const page = (await report(htmlReporter, events)).get('index.html') ?? '';
  for (const seen of [
    /Which is <em>first<\/em>\?/,
    /<li>bash<\/li>\s*<li>init<\/li>/,
    /<summary>Answer<\/summary>\s*<p>init<\/p>/,
    /<summary>1 hint, 1 explanation, 1 wrong command, reset, solution<\/summary>/,
    /Where <code>file \/a<\/code>:<\/p>\s*<p>There is <code>a<\/code>/,
    /Wrong <code>ps<\/code>: Only yours\./,
    /Solution:<\/p>\s*<pre class="plain">ps 1<\/pre>/,
  ])
    t.ok(seen.test(page), String(seen));
  const console = [...(await report(consoleReporter, events)).values()].join('');
  t.notMatch(console, /Look|ps 1/);
});
