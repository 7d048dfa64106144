/** Words that are wrong or that change nothing: what the program answers, and with which status. */
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';

import { rootlab } from './program.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root';

const good = 'title: A\nmachine: base\ntags: [quick]\nsteps: [{title: One, run: "true"}, {run: x}]\n';
const files = {
  'rootlab.yaml': 'images: [{name: base, directory: tree}]\n',
  tree: {},
  scenarios: { 'one.yaml': good, 'two.yaml': good },
};

/** The status, and a pattern that one of the streams must show. */
async function checkWords(t: Test, words: string, status: number, says: RegExp): Promise<void> {
  const ended = await rootlab(t, words.split(' ').filter(Boolean), { cwd: t.testdirName });
  t.equal(ended.status, status, `the status of rootlab ${words}`);
  t.match(status === 0 ? ended.stdout : `${ended.stdout}${ended.stderr}`, says, `rootlab ${words}`);
}

t.test('unknown words name the nearest, and end with 2', async (t) => {
  t.testdir(files);
  const rows: readonly (readonly [string, RegExp])[] = [
    ['', /Usage: rootlab COMMAND/],
    ['rum', /error: unknown command "rum"\nhint: did you mean "run"\?/],
    ['run --reporte=tap', /unknown option "--reporte" of rootlab run\nhint: did you mean --reporter\?/],
    ['run --reporter=tab', /unknown reporter "tab"\nhint: did you mean "tap"\?/],
    [
      'run --reporter=tap --reporter=console',
      /would write to the same output\nhint: give one of them a file/,
    ],
    ['run --keep=on-fail', /"on-fail" is no value of --keep\nhint: did you mean "on-failure"\?/],
    ['run --jobs=none', /"none" is no value of --jobs/],
    ['run --jobs', /option "--jobs" of rootlab run needs a value/],
    ['run scenarios/on@base', /cannot find "scenarios\/on@base".*\nhint: did you mean "scenarios\/one"\?/],
    [
      'run scenarios/ones.yaml',
      /cannot read "scenarios\/ones.yaml".*\nhint: did you mean "scenarios\/one.yaml"/,
    ],
    ['run nowhere.yaml --reporter=tab', /^error: unknown reporter "tab"\nhint: did you mean "tap"\?/],
    ['run nowhere.yaml --jobs=none', /^error: "none" is no value of --jobs/],
    ['run --tag=slow', /cannot select jobs: none of 2 has --tag "slow"\nhint: tags here: quick/],
    ['run --image=bose', /none of 2 is on --image bose\nhint: images here: base/],
    ['run --shell=always', /cannot open a shell: this is no terminal/],
    ['images bild', /unknown action "bild".*\nhint: did you mean "build"/],
    ['images build bse', /bse.*\nhint: did you mean "base"/],
    ['images prune', /needs a limit/],
    ['images prune --max-size=big', /"big" is no value of --max-size/],
    ['shell', /rootlab shell needs an image/],
    ['shell debian-21', /debian-21.*\nhint: did you mean "debian-1/],
    ['shell base --tree=x', /"x" is no value of --tree/],
    ['report', /rootlab report takes a log/],
    ['report nowhere', /cannot read the log "nowhere"/],
    ['merge', /cannot merge logs: none is given\nhint: rootlab merge/],
    ['merge nowhere', /cannot read the log "nowhere"/],
  ];
  await inTurns(rows, async ([words, says]) => checkWords(t, words, 2, says));
});

t.test('what rootlab.yaml says holds where the command line does not', { skip }, async (t) => {
  t.testdir({
    'rootlab.yaml': 'defaults: {timeout-scale: 100}\nreporters: junit=report.xml\n',
    scenarios: {
      'slow.yaml': 'title: A\nmachine: host\nsteps: [{run: sleep 0.3, timeout: 100ms}]\n',
    },
  });
  const words = 'run scenarios --allow-host --output=out';
  await checkWords(t, words, 0, /1 passed/);
  t.match(readFileSync(`${t.testdirName}/report.xml`, 'utf8'), '<testsuite');
  await checkWords(t, `${words} --timeout-scale=1`, 1, /1 timed out/);
  await checkWords(t, `${words} --no-defaults`, 1, /1 timed out/);
});

t.test('what changes nothing ends with 0', async (t) => {
  t.testdir(files);
  const rows: readonly (readonly [string, RegExp])[] = [
    ['--version', /^rootlab \d+\.\d+\.\d+\n$/],
    ['--help', /Commands:\n {2}run /],
    ['help images', /Usage: rootlab images build/],
    ['run --help', /--fail-fast/],
    ['list', /one@base[^]*two@base/],
    ['lint', /./],
    ['schema', /"\$schema"/],
    ['images list', /NAME +STATE[^]*debian-12/],
    ['run --dry-run scenarios/one@base', /^scenarios\/one@base {2}A\n {4}One\n {4}x\n1 job would run\n$/],
  ];
  await inTurns(rows, async ([words, says]) => checkWords(t, words, 0, says));
  t.notOk((await rootlab(t, ['list'], { cwd: t.testdirName })).stderr);
});

t.test('doctor answers a program as well as a person', async (t) => {
  const [json, text] = await Promise.all([rootlab(t, ['doctor', '--json']), rootlab(t, ['doctor'])]);
  const { ready, facts }: { ready: boolean; facts: Record<string, object> } = JSON.parse(json.stdout);
  t.equal(json.status, ready ? 0 : 1);
  t.equal(text.status, json.status);
  for (const name of ['root', 'nspawn', 'overlay', 'nested-nspawn', 'mmdebstrap'])
    t.match(facts[name], { ok: Boolean, found: String }, name);
  for (const name of Object.keys(facts)) t.match(text.stdout, name);
});

async function inTurns<T>(rows: readonly T[], check: (row: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < rows.length; at += 2) await Promise.all(rows.slice(at, at + 2).map(check));
}
