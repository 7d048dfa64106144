/** Secrets in a run of the real program: steps have their values, and nothing that is left of the run has. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { homeDirectory } from '../../runner/home.ts';
import { rootlab, scenarioFolder, type Ended } from './program.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root';
const token = 'tok-5f2c9e71';
const pin = 'pin 99\nsecond line of it';
const beside = 'never-asked-for';
const env = { API_TOKEN: token, PIN: pin, BESIDE: beside, LOG_LEVEL: 'chatty' };

const leaky = `title: Leaks
machine: host
env:
  api_token: {from-host: API_TOKEN}
  log_level: {from-host: LOG_LEVEL, secret: false}
keep-going: true
steps:
  - title: Show \${api_token}
    run: echo "$api_token"; printf '%s' "\${api_token:0:5}"; sleep 0.3; echo "\${api_token:5}"; echo "$log_level" >&2
    expect:
      stdout: |
        \${api_token}
        <whole>
      where: {whole: "\${api_token}"}
      stderr: chatty
  - title: Without an end of line
    run: printf '%s' "$api_token" | tee FOLDER/kept.txt; printf '\\0%s' "$api_token" >FOLDER/kept.bin
    artifacts: [FOLDER/kept.txt, FOLDER/kept.bin]
  - title: Of one step
    run: echo "$pin_code" | tail -n1
    env: {pin_code: {from-host: PIN}}
    expect: second <rest:text>
  - title: In another dress
    run: printf %s "$api_token" | base64; (set -x; true "$api_token") 2>&1
  - title: On a terminal
    run: echo "$api_token"
    tty: true
    expect: \${api_token}
  - title: Beside
    run: echo ${beside}
  - title: A mismatch
    run: echo "no $api_token"
    expect: yes \${api_token}
  - title: A fact
    run: "true"
    check: {output-of: "echo \${api_token}", stdout: other}
  - title: No step of this name
    run: "true"
    when: {image: "x\${api_token}"}
  - title: An error
    run: "true"
    cwd: /nowhere/\${api_token}
`;

const run = async (t: Test, cwd: string, words: readonly string[], host: object = env): Promise<Ended> =>
  rootlab(t, words, { cwd, env: { ...host } });

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** No form of a secret stands in the text. */
function checkClean(t: Test, text: string, what: string): void {
  const forms = [token, Buffer.from(token).toString('base64'), beside, 'pin 99', 'second line of it'];
  for (const form of forms) t.notOk(text.includes(form), `${what} has no ${form}`);
}

function leakyFolder(t: Test): string {
  const cwd = scenarioFolder(t, { 'rootlab.yaml': 'allow-host: true\nsecrets: [BESIDE, NOT_HERE]\n' });
  writeFileSync(join(cwd, 'leaky.yaml'), leaky.replaceAll('FOLDER', cwd));
  return cwd;
}

t.test(
  'nothing that is left of a run shows a secret, and patterns on the true value pass',
  { skip },
  async (t) => {
    const cwd = leakyFolder(t);
    const reporters = ['console', 'tap=run.tap', 'jsonl=run.jsonl', 'html'].map(
      (name) => `--reporter=${name}`,
    );
    const ended = await run(t, cwd, ['run', '.', '--output=out', `--tag=not ${beside}`, ...reporters]);
    t.equal(ended.status, 1, ended.stderr);
    checkClean(t, ended.stdout, 'standard output');
    checkClean(t, ended.stderr, 'standard error');
    t.match(ended.stdout, '***API_TOKEN***');
    t.match(ended.stderr, "note: not masked, since this computer's environment has none: NOT_HERE\n");

    const files = [...filesBelow(join(cwd, 'out')), join(cwd, 'run.tap'), join(cwd, 'run.jsonl')];
    const binary = files.find((path) => path.endsWith('kept.bin')) ?? '';
    t.equal(readFileSync(binary, 'utf8'), `\0${token}`, 'what is no text is kept byte for byte');
    for (const path of files) if (!path.endsWith('kept.bin')) checkClean(t, readFileSync(path, 'utf8'), path);
    for (const name of ['events.jsonl', 'index.html', 'kept.txt'])
      t.ok(
        files.some((path) => path.endsWith(name) && readFileSync(path, 'utf8').includes('***API_TOKEN***')),
        name,
      );

    const log = readFileSync(join(cwd, 'out/latest/events.jsonl'), 'utf8');
    const outcomes = [...log.matchAll(/"type":"step-end".*?"step":"([^"]+)","outcome":"([^"]+)"/g)];
    t.strictSame(
      outcomes.map(([, step, outcome]) => `${step} ${outcome}`),
      [
        'show-api-token passed',
        'without-an-end-of-line passed',
        'of-one-step passed',
        'in-another-dress passed',
        'on-a-terminal passed',
        'beside passed',
        'a-mismatch failed',
        'a-fact failed',
        'no-step-of-this-name skipped',
        'an-error failed',
      ],
    );
    for (const mask of ['***PIN***', '***BESIDE***', 'chatty']) t.ok(log.includes(mask), mask);

    const again = await run(t, cwd, ['report', 'out/latest', '--reporter=tap'], {});
    t.match(again.stdout, '***API_TOKEN***');
    checkClean(t, again.stdout, 'a report made later');
  },
);

t.test('what only reads needs no value, and shows none', { skip }, async (t) => {
  const cwd = leakyFolder(t);
  for (const host of [{}, env]) {
    for (const words of [
      ['list', '.'],
      ['lint', '.'],
      ['show', 'leaky.yaml'],
      ['run', '.', '--dry-run'],
    ]) {
      const { status, stdout, stderr } = await run(t, cwd, words, host);
      t.equal(status === 2 || status === 3, false, `${words.join(' ')}: ${stderr}`);
      if (words[0] !== 'lint') checkClean(t, stdout.replaceAll(beside, ''), words.join(' '));
      if (words[0] === 'show') t.match(stdout, /env\.log_level: \{from-host: LOG_LEVEL, secret: false\}/);
    }
  }
});

t.test('what the host lacks ends the program before anything runs', { skip }, async (t) => {
  const cwd = leakyFolder(t);
  const { status, stdout, stderr } = await run(t, cwd, ['run', '.'], { API_TOKEN: 'abc', LOG_LEVEL: '' });
  t.equal(status, 2);
  t.equal(stdout, '');
  t.match(stderr, /^leaky.yaml:4:14: "API_TOKEN" cannot be masked: its value has fewer than 4 characters$/m);
  t.match(stderr, /^leaky.yaml:\d+:\d+: this computer's environment has no "PIN"$/m);
  t.match(stderr, 'hint: export PIN=…, or leave it out');
  t.notOk(stderr.includes('abc'));
  t.same(readdirSync(cwd).toSorted(), ['leaky.yaml', 'rootlab.yaml'], 'no log was begun');
});

t.test('the example of the reference runs', { skip }, async (t) => {
  const section =
    readFileSync(join(homeDirectory, 'scenarios/README.md'), 'utf8').split('\n## Secrets\n')[1] ?? '';
  const cwd = scenarioFolder(t, { 'ask.yaml': /^```yaml\n(.*?)^```$/ms.exec(section)?.[1] ?? '' });
  const { status, stdout } = await run(t, cwd, [
    'run',
    'ask.yaml',
    '--allow-host',
    '--output=out',
    '--reporter=jsonl',
  ]);
  t.equal(status, 0, stdout);
  t.match(stdout, '"text":"chatty, ***API_TOKEN***\\n"');
  checkClean(t, stdout, 'its log');
});
