/** The language as its reference and its examples say it, run for real; and what each key of a step does. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { foldEvents } from '../../src/fold.ts';
import { readLog } from '../../reports/jsonl.ts';
import { outputText, type JobResult, type RunResult } from '../../src/result.ts';
import { homeDirectory } from '../../runner/home.ts';
import { missingImage } from './needs.ts';
import { freePort, rootlab, scenarioFolder } from './program.ts';

t.setTimeout(400_000);
const skip = (await missingImage('debian-12')) || (await missingImage('debian-13'));

/** Runs the files and answers what the log says, with the place of its attachments. */
async function runFiles(
  t: Test,
  files: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): Promise<{ result: RunResult; logs: string; status: number | null }> {
  const cwd = scenarioFolder(t, files);
  const { status, stderr } = await rootlab(t, ['run', '.', '--output', 'out', ...words], { cwd });
  t.equal(stderr, '');
  const log = join(cwd, 'out/latest/events.jsonl');
  const events = [];
  for await (const event of readLog([readFileSync(log, 'utf8')], log)) events.push(event);
  return { result: foldEvents(events), logs: join(cwd, 'out/latest'), status };
}

function checkPassed(t: Test, jobs: readonly JobResult[]): void {
  for (const { job, outcome, steps } of jobs) {
    const wrong = steps.filter((step) => step.failures.length > 0);
    t.match(
      outcome,
      /^(passed|known)$/,
      `${job}: ${JSON.stringify(wrong.map(({ id, failures }) => ({ id, failures })))}`,
    );
  }
}

const reference = readFileSync(`${homeDirectory}scenarios/README.md`, 'utf8');

/** The blocks of the reference whose fence has this word after `yaml`. */
function examplesOf(word: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`yaml ${word}\\n(.*?)^\`\`\`$`, 'gms');
  return [...reference.matchAll(fence)].map((found) => found[1] ?? '');
}
function filesOf(kind: string, texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map((text, index) => [`${kind}-${index + 1}.yaml`, text]));
}

t.test('every runnable example of the reference runs', { skip }, async (t) => {
  const examples = examplesOf('run');
  t.ok(examples.length >= 10);
  const files = { ...filesOf('example', examples), 'sleeper.yaml': examplesOf('part').join('') };
  const { result, status } = await runFiles(t, files);
  t.equal(status, 0);
  t.ok(result.jobs.length > examples.length, 'some have a matrix');
  checkPassed(t, result.jobs);
});

const indented = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by);
const head = 'title: It\nmatrix: {image: [debian-12]}\n';

/** What the checks of the reference want to see: a machine, an empty file, a server. */
const surroundings = `title: Resources
machine: {image: debian-12, trees: [{path: /var/lib/machines/tree, image: debian-12}]}
steps:
  - write: /usr/local/bin/answer
    mode: 0755
    content: |
      #!/bin/bash
      while read -r line && [[ $line != $'\\r' ]]; do :; done
      printf 'HTTP/1.0 200 OK\\r\\nContent-Type: text/html\\r\\n\\r\\nhello\\n'
  - run: touch /empty && systemd-run -q systemd-socket-activate -a --inetd -l 127.0.0.1:80 /usr/local/bin/answer
  - boot: /var/lib/machines/tree
  - run: systemd-run -q true
    check:
`;

t.test('every step, machine and resource of the reference does what it shows', { skip }, async (t) => {
  const steps = examplesOf('step').map(
    (text) => `${head}machine: \${image}\nsteps:\n${indented(text, '  ')}`,
  );
  const port = String(await freePort());
  const machines = examplesOf('machine').map(
    (text) => `${head}machine:\n${indented(text.replace('8080', port), '  ')}steps: [{run: 'true'}]\n`,
  );
  const checks = examplesOf('check').map((text) => surroundings + indented(text, '      '));
  const all = { ...filesOf('step', steps), ...filesOf('machine', machines), ...filesOf('check', checks) };
  t.ok(steps.length >= 7 && machines.length === 1 && checks.length === 1);
  const { result, status } = await runFiles(t, all);
  t.equal(status, 0);
  t.equal(result.jobs.length, Object.keys(all).length);
  checkPassed(t, result.jobs);
});

t.test(
  'the whole example, a service, a workshop step, two machines and a boot run as their authors wrote them',
  { skip },
  async (t) => {
    const files = Object.fromEntries(
      ['whole', 'service', 'workshop-step', 'two-machines', 'boot-regression'].map((name) => [
        `${name}.yaml`,
        readFileSync(`${homeDirectory}test/fixtures/examples/${name}.yaml`, 'utf8'),
      ]),
    );
    const { result } = await runFiles(t, files, ['--image', 'debian-12', '--image', 'debian-13']);
    t.equal(result.jobs.length, 8);
    checkPassed(t, result.jobs);
    const whole = result.jobs.find(({ job }) => job === 'whole@debian-12');
    t.match(
      whole?.steps.flatMap(({ measures }) => measures),
      [
        { name: 'boot', unit: 'ms' },
        { name: 'nested-boot', unit: 'ms' },
      ],
    );
  },
);

t.test(
  'a host that lacks what is asked fails fact by fact, and nothing is typed there',
  { skip },
  async (t) => {
    const host = readFileSync(`${homeDirectory}test/fixtures/examples/host.yaml`, 'utf8');
    const { result, status } = await runFiles(t, { 'host.yaml': host });
    t.equal(status, 1);
    const failures = result.jobs.flatMap(({ steps }) => steps.flatMap((step) => step.failures));
    t.ok(failures.length > 0);
    for (const failure of failures)
      t.match(failure, { kind: 'fact', what: String, expected: String, actual: String });
  },
);

const keys = `
title: Keys
machine: debian-12
env: {greeting: hello}
prepare:
  - run: mkdir /srv/lab
    expect: ""
steps:
  - {title: env, run: 'echo "$greeting $name"', env: {name: '\${greeting}s'}, expect: hello hellos}
  - {title: only for that step, run: 'echo "[$name]"', expect: "[]"}
  - {title: cwd, run: pwd, cwd: /srv/lab, expect: /srv/lab}
  - {title: back again, run: pwd, expect: /root}
  - {title: user, run: id -un, user: nobody, expect: nobody}
  - {title: stdin, run: tr a-z A-Z, stdin: shout, expect: SHOUT}
  - {title: substitute, run: 'echo \${greeting}', substitute: true, expect: hello}
  - {title: tty, run: 'stty size; tput colors', tty: 100x30, expect: "30 100\\n256"}
  - {title: another session, run: 'other=1; echo $$', session: second, expect: <second:int>}
  - {title: not that one, run: 'test $$ != $second && echo "[$other]"', expect: "[]"}
  - {title: both streams in order, run: 'echo 1; echo 2 >&2; echo 3', expect: {output: "1\\n2\\n3"}}
  - {title: took, run: sleep 0.2, expect: {took: "0.2s..20s"}}
  - {title: when, run: 'false', when: {systemd: ">= 257"}, because: only newer ones}
  - {title: not when, run: 'true', when: {systemd: "< 257"}}
  - {title: too much, run: 'seq 1 10000', output-limit: 1K}
  - title: artifact
    run: cd /srv/lab; echo kept > kept.txt; mkdir -p logs/a none; echo 1 > logs/a/one; echo 2 > logs/a-one; truncate -s 65M big
    artifacts: [/srv/lab/kept.txt, /srv/lab/nothing, /srv/lab/logs, /srv/lab/none, /srv/lab/big]
  - {title: within, run: 'test -e /run/late || { touch /run/late; false; }', within: 5s}
cleanup:
  - run: rm -r /srv/lab
`;

t.test('every key of a step does what it says', { skip }, async (t) => {
  const { result, logs } = await runFiles(t, { 'keys.yaml': keys });
  const [job] = result.jobs;
  if (job === undefined) throw new Error('no job');
  checkPassed(t, [job]);
  const step = (id: string) => job.steps.find((one) => one.id === id);
  t.match(step('when'), {
    outcome: 'skipped',
    reason: /^only newer ones \(systemd is 252, wanted >= 257\)$/,
  });
  t.match(step('within'), { outcome: 'passed', tries: 2 });
  t.match(step('cleanup-1'), { outcome: 'passed', phase: 'cleanup' });
  const large =
    step('too-much')
      ?.output.map(({ text = '' }) => text)
      .join('') ?? '';
  t.ok(large.length < 1200 && large.startsWith('1\n2\n') && large.endsWith('10000\n'), large);
  t.match(large, /… [\d,]+ bytes cut …/);
  const artifact = step('artifact');
  const kept = artifact?.attachments.map(({ name, path }) => [name, readFileSync(join(logs, path), 'utf8')]);
  t.same(kept, [
    ['kept.txt', 'kept\n'],
    ['logs/a-one', '2\n'],
    ['logs/a/one', '1\n'],
  ]);
  t.match(artifact?.notes, [
    /cannot keep the artifact "\/srv\/lab\/nothing": .*No such file/,
    'cannot keep the artifact "/srv/lab/none": there is no file in it',
    'cannot keep the artifact "/srv/lab/big": cannot read "/srv/lab/big": it is larger than 64 MB',
  ]);
  t.ok((step('boot')?.boots[0]?.units.length ?? 0) > 30, 'the boot chart has units');
});

t.test('a failed step is followed by evidence, cleanup and no further step', { skip }, async (t) => {
  const { result, logs, status } = await runFiles(t, {
    'bad.yaml': `
title: Bad
machine: debian-12
steps:
  - {title: fails, run: 'logger from the step; exit 3'}
  - {title: later, run: 'true'}
on-failure:
  - {title: look, run: 'echo evidence'}
cleanup:
  - {title: tidy, run: 'true'}
`,
  });
  t.equal(status, 1);
  const [job] = result.jobs;
  t.match(
    job?.steps.map(({ id, outcome }) => `${id} ${outcome}`),
    ['boot passed', 'fails failed', 'later not-run', 'look passed', 'tidy passed'],
  );
  t.match(job?.steps[1]?.notes, [/the step ended the shell \(exit 3\)/]);
  const names = job?.attachments.map(({ name }) => name).toSorted();
  t.same(names, ['blame.txt', 'console.txt', 'critical-chain.txt', 'failed-units.txt', 'journal.txt']);
  const journal = job?.attachments.find(({ name }) => name === 'journal.txt');
  t.match(readFileSync(join(logs, journal?.path ?? ''), 'utf8'), /from the step/);
  t.ok(existsSync(join(logs, 'index.html')));
});

const unit = (step: string): string => `
title: Unit
machine: debian-12
steps:
  - write: /etc/systemd/system/hello.service
    content: "[Service]\\nType=oneshot\\nExecStart=/usr/bin/nonesuch\\n"
  - ${step}
`;

t.test('of the units that a failed step speaks of systemd is asked by itself', { skip }, async (t) => {
  const { result } = await runFiles(t, {
    'check.yaml': unit(
      "{run: 'systemctl start --no-block hello', check: {unit: hello.service, active: active}}",
    ),
    'start.yaml': unit('run: systemctl start hello'),
  });
  for (const { job, steps } of result.jobs) {
    const asked = steps.find(({ phase }) => phase === 'on-failure');
    t.equal(asked?.title, 'systemctl status hello.service', job);
    t.match(asked && outputText(asked.output, ['out']), /status=203\/EXEC/, job);
  }
});

t.test('what a check catches is a variable of later steps', { skip }, async (t) => {
  const { result, status } = await runFiles(t, {
    'catch.yaml': `
title: Catch
machine: {image: debian-12, init: false}
steps:
  - run: 'true'
    check: {output-of: echo 5s and six, expect: "<five:duration> and <six>"}
    measure: {five: "\${five}"}
    budget: {five: "< 6s"}
  - wait: {output-of: echo "$six seven", stdout: "\${six} <seven>"}
  - run: echo "$five $six $seven"
    expect: 5s \${six} seven
`,
  });
  t.equal(status, 0);
  const steps = result.jobs[0]?.steps ?? [];
  t.match(
    steps.map(({ captures }) => captures),
    [{}, { five: '5s', six: 'six' }, { seven: 'seven' }, {}],
  );
});

t.test('conditions hold variables, and facts are those of the machine', { skip }, async (t) => {
  const { result } = await runFiles(t, {
    'vary.yaml': `
title: Vary
machine: {image: debian-12, init: false}
env: {here: debian-12}
steps:
  - run: echo 99 other
    expect: {stdout: <systemd> <image>, stderr: not here}
    except: {when: {image: "\${here}"}, because: it is here, expect: <systemd> <image>}
  - {run: "true", when: {systemd: "> 200", image: "!= \${image}"}}
  - {run: "false", known-issue: {ref: a, because: b, when: {systemd: "> \${systemd}"}}}
`,
  });
  t.same(
    result.jobs[0]?.steps.map(({ outcome }) => outcome),
    ['passed', 'passed', 'passed', 'known'],
  );
});
