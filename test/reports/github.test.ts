import t, { type Test } from 'tap';
import { escapeData, escapeProperty, githubReporter } from '../../reports/github.ts';
import type { Event } from '../../src/event.ts';
import { cutRun, passedRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun, type SampleStep } from '../fixtures/sample-run.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** As the runner of GitHub Actions reads a line. */
function readCommand(line: string): Command | undefined {
  const [, name, words = '', data = ''] = /^::([^\s:]+)(?: ([^]*?))?::([^]*)$/.exec(line) ?? [];
  if (name === undefined) return undefined;
  const pairs = words.split(',').flatMap((word) => {
    const at = word.indexOf('=');
    return at < 0 ? [] : [[word.slice(0, at), unescape(word.slice(at + 1))] as const];
  });
  return { name, properties: Object.fromEntries(pairs), data: unescape(data) };
}

function unescape(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

/** What the runner obeys; between `stop-commands` and its word all is text. */
function readCommands(t: Test, text: string): readonly Command[] {
  const found: Command[] = [];
  let stopped: string | undefined;
  for (const line of text.split('\n').slice(0, -1)) {
    const command = readCommand(line);
    if (stopped !== undefined && command?.name !== stopped) continue;
    t.ok(command, `outside of a group nothing but commands: ${line}`);
    if (command === undefined) continue;
    stopped = command.name === 'stop-commands' ? command.data : undefined;
    found.push(command);
  }
  return found;
}

async function checkCommands(t: Test, events: readonly Event[]): Promise<readonly Command[]> {
  return readCommands(t, (await report(githubReporter, events)).get('') ?? '');
}

const isAnnotation = ({ name }: Command): boolean => name === 'error' || name === 'warning';

const steps = (all: readonly Partial<SampleStep>[]): readonly Event[] =>
  recordRun([
    {
      job: 'a/b@c',
      title: 'B',
      outcome: 'failed',
      steps: all.map((step, index) => ({ id: `s${index}`, outcome: 'failed', ...step })),
    },
  ]);

t.test('The sample run looks as it did', async (t) =>
  checkGolden(t, 'sample.github', (await report(githubReporter, sampleRun())).get('') ?? ''),
);

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} is nothing but commands`, async (t) => {
    const found = await checkCommands(t, events());
    for (const { name, data } of found) {
      if (name === 'error') t.ok(escapeData(data).length <= 4_096, 'length');
    }
  });
}

t.test('Percent signs, colons, commas and newlines come back as they were', async (t) => {
  t.equal(escapeData('100%: a,b\r\n'), '100%25: a,b%0D%0A');
  t.equal(escapeProperty('100%: a,b\r\n'), '100%25%3A a%2Cb%0D%0A');
  const title = '100%0A: a,b::error::c';
  const message = 'line 1 %25, 2: 3\n::error::no';
  const [error] = (await checkCommands(t, steps([{ title, failures: [{ kind: 'error', message }] }]))).filter(
    isAnnotation,
  );
  t.match(error, {
    name: 'error',
    properties: { file: 'scenarios/a/b.yaml', line: '12', col: '5', title: `a/b@c › ${title} failed` },
    data: `${message}\ncommand: s0\nagain: rootlab run scenarios/a/b.yaml@c`,
  });
});

t.test('The line is that of the expectation which was not met, else that of the step', async (t) => {
  const at = { file: 'scenarios/a/part.yaml', line: 31, column: 9 };
  const fact = { kind: 'fact', what: 'file /etc/a mode', expected: '0600', actual: '0644', at } as const;
  const exit = { kind: 'exit', expected: '0', actual: 3 } as const;
  const rows = [
    [[fact, exit], { file: at.file, line: '31', col: '9' }],
    [[exit, fact], { file: 'scenarios/a/b.yaml', line: '12', col: '5' }],
  ] as const;
  for (const [failures, properties] of rows) {
    const [error] = (await checkCommands(t, steps([{ failures }]))).filter(isAnnotation);
    t.match(error, { name: 'error', properties });
  }
});

t.test('Twenty-five failures are nine annotations and a count', async (t) => {
  const found = await checkCommands(t, steps(Array.from({ length: 25 }, () => ({}))));
  const errors = found.filter(({ name }) => name === 'error');
  t.equal(errors.length, 10);
  t.equal(errors[9]?.data, '16 more steps: see the summary of the job');
});

t.test('A long message is cut between characters and keeps the command to run again', async (t) => {
  for (const filling of ['%', '💥', 'x%', '\n']) {
    const message = `start${filling.repeat(4_000)}`;
    const text = (
      await report(githubReporter, steps([{ failures: [{ kind: 'error', message: `${message}end` }] }]))
    ).get('');
    const data = /^::error [^]*?::(start.*)$/m.exec(text ?? '')?.[1] ?? '';
    t.ok(data.length <= 4_096 && data.length > 4_000, `${data.length}`);
    t.notMatch(data.replaceAll(/%(25|0A)/g, ''), /%|\p{Surrogate}/u);
    t.match(data, /…%0Acommand: s0%0Aagain: rootlab run scenarios\/a\/b\.yaml@c$/);
  }
});

t.test('Commands are stopped while programs speak, by a word they do not know', async (t) => {
  const [stop, resume] = await checkCommands(t, passedRun());
  t.equal(stop?.name, 'stop-commands');
  t.match(stop?.data, /^[0-9a-f]{32}$/);
  t.equal(resume?.name, stop?.data);
  const [first] = await checkCommands(t, cutRun().slice(0, 1));
  t.equal(first?.name, 'stop-commands');
});

t.test('What is flaky is a warning, what is known or skipped is nothing', async (t) => {
  const found = await checkCommands(t, sampleRun());
  t.same(
    found.filter(({ name }) => name === 'warning').map(({ properties }) => properties['title']),
    ['network/ping@debian-12 › ping flaky'],
  );
  t.notMatch(JSON.stringify(found), /systemd#21708|no daemon answers/);
});

t.test('The summary stays below 1 MiB in bytes', async (t) => {
  const all = Array.from({ length: 3_000 }, (_, index) => ({
    job: `many/${index}@c`,
    title: 'B',
    outcome: 'failed' as const,
    steps: [{ id: 'one', title: '語'.repeat(100), outcome: 'failed' as const, out: '語\n'.repeat(300) }],
  }));
  const text = (await report(githubReporter, recordRun(all))).get('summary.md') ?? '';
  t.ok(Buffer.byteLength(text) < 1 << 20, `${Buffer.byteLength(text)}`);
  t.match(text, /… and \d+ more jobs that did not pass/);
});

t.test('Each job that did not pass is told in full in a group, where no line is obeyed', async (t) => {
  const out = '::error::forged\n::endgroup::\n';
  const text = (await report(githubReporter, steps([{ title: 'One', out }]))).get('') ?? '';
  const names = readCommands(t, text).map(({ name }) => name);
  const [, resume] = names;
  const [again] = names.slice(4);
  t.same(names, ['stop-commands', resume, 'group', 'stop-commands', again, 'endgroup', 'error']);
  t.not(resume, again);
  t.match(text, /^::group::a\/b@c#s0 failed\n/m);
  t.match(text, /\n {4}│ ::error::forged\n {4}│ ::endgroup::\n[^]*run again {2}rootlab run/);
  const many = Array.from({ length: 60 }, (_, index) => ({
    job: `many/${index}@c`,
    title: 'B',
    outcome: 'failed' as const,
    steps: [{ id: 'one', outcome: 'failed' as const }],
  }));
  const lines = ((await report(githubReporter, recordRun(many))).get('') ?? '').split('\n');
  t.equal(lines.filter((line) => line.startsWith('::group::')).length, 50);
  t.ok(lines.includes('::notice::10 more jobs that did not pass: see the summary of the job'));
});

t.test('What a step printed last stands in its annotation where it only ended badly', async (t) => {
  const failures = [{ kind: 'exit', expected: '0', actual: 1 }] as const;
  const events = steps([
    { out: Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join(''), failures },
  ]);
  const [error] = (await checkCommands(t, events)).filter(isAnnotation);
  t.match(error?.data, /^expected exit 0, saw 1\n\| line 20\n[^]*\| line 29\ncommand: s0\n/);
});

t.test('An annotation names its file as the repository does, the rest as it is typed', async (t) => {
  const options = { repositoryPath: (file: string) => `tests/${file}` };
  const text = (await report(githubReporter, steps([{}]), options)).get('') ?? '';
  const [error] = readCommands(t, text).filter(isAnnotation);
  t.equal(error?.properties['file'], 'tests/scenarios/a/b.yaml');
  t.match(error?.data, /again: rootlab run scenarios\/a\/b\.yaml@c$/);
});
