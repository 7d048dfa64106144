/** Steps at the edges: time that runs out in a check, background steps that cannot start, sessions that are taken. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readLog } from '../../reports/jsonl.ts';
import { againCommand } from '../../src/describe.ts';
import { foldEvents } from '../../src/fold.ts';
import type { RunResult } from '../../src/result.ts';
import { rootlab, scenarioFolder } from './program.ts';

t.setTimeout(120_000);
const skip = process.getuid?.() === 0 ? false : 'needs root';

async function runOnHost(
  t: Test,
  scenario: string,
  words: readonly string[] = [],
): Promise<{ status: number | null; tookMs: number; outcomes: readonly string[]; result: RunResult }> {
  const cwd = scenarioFolder(t, { 'it.yaml': `title: It\nmachine: host\n${scenario}` });
  const ended = await rootlab(t, ['run', 'it.yaml', '--allow-host', '--output', 'out', ...words], { cwd });
  t.equal(ended.stderr, '');
  const log = join(cwd, 'out/latest/events.jsonl');
  const events = [];
  for await (const event of readLog([readFileSync(log, 'utf8')], log)) events.push(event);
  const result = foldEvents(events);
  const outcomes = result.jobs.flatMap(({ steps }) => steps.map(({ id, outcome }) => `${id} ${outcome}`));
  return { status: ended.status, tookMs: ended.tookMs, outcomes, result };
}

t.test('the job runs out of time in a check, and cleanup is still owed', { skip }, async (t) => {
  const { status, result, outcomes } = await runOnHost(
    t,
    `timeout: 1s
steps: [{id: slow, check: {output-of: sleep 5}}, {id: later, run: 'true'}]
cleanup: [{id: tidy, run: 'true'}]
`,
  );
  t.equal(status, 1);
  t.equal(result.jobs[0]?.outcome, 'timed-out');
  t.same(outcomes, ['slow timed-out', 'later not-run', 'tidy passed']);
  const [slow] = result.jobs[0]?.steps ?? [];
  t.match(slow?.failures.at(-1), { kind: 'timeout', limitMs: 1000, waitedFor: 'the job to end' });
});

t.test('a background step that has hardly begun ends with the job', { skip }, async (t) => {
  const { status, tookMs, outcomes } = await runOnHost(
    t,
    `steps: [{id: idle, run: sleep 300, background: true}]\n`,
  );
  t.equal(status, 0);
  t.same(outcomes, ['idle passed']);
  t.ok(tookMs < 10_000, `${tookMs} ms`);
});

t.test('a background step that cannot start is an error of its own', { skip }, async (t) => {
  const { status, outcomes } = await runOnHost(
    t,
    `env: {who: no such}\nsteps: [{id: bad, run: 'true', user: "\${who}", background: true}, {id: next, run: sleep 1}, {id: last, run: 'true'}]\n`,
  );
  t.equal(status, 3);
  t.same(outcomes, ['bad errored', 'next passed', 'last not-run']);
});

t.test('a background step that ends by itself has failed, and says when and how', { skip }, async (t) => {
  const { status, outcomes, result } = await runOnHost(
    t,
    `steps: [{id: bad, run: exit 4, background: true}, {id: next, run: sleep 1}]\n`,
  );
  t.equal(status, 1);
  t.same(outcomes, ['bad failed', 'next passed']);
  t.match(result.jobs[0]?.steps[0]?.failures, [
    { actual: /^it ended by itself after [\d.]+s with status 4$/ },
  ]);
});

t.test('a session that is taken is told, not a crash', { skip }, async (t) => {
  const { status, result } = await runOnHost(
    t,
    `steps: [{id: holds, run: sleep 300, background: true, session: two}, {id: asks, run: 'true', session: two}]\n`,
  );
  t.equal(status, 3);
  const asks = result.jobs[0]?.steps.find(({ id }) => id === 'asks');
  t.match(asks?.failures, [
    { kind: 'error', message: /the session "two": a background step/, hint: /another session/ },
  ]);
});

t.test('what is exported survives the step that ends the shell', { skip }, async (t) => {
  const { status } = await runOnHost(
    t,
    `env: {colour: blue}
steps: [{run: exit 3, expect: {exit: 3}}, {run: 'echo "$colour"', expect: blue}]
`,
  );
  t.equal(status, 0);
});

t.test('limits are scaled by any number', { skip }, async (t) => {
  const { status } = await runOnHost(t, `steps: [{run: 'true'}]\n`, ['--timeout-scale', '1.1']);
  t.equal(status, 0);
});

t.test('a report folder that cannot be is an error at once', { skip }, async (t) => {
  const cwd = scenarioFolder(t, { 'it.yaml': `title: It\nmachine: host\nsteps: [{run: 'true'}]\n` });
  const argv = ['run', 'it.yaml', '--allow-host', '--output', '/proc/nowhere'];
  const { status, stderr, tookMs } = await rootlab(t, argv, { cwd });
  t.equal(status, 3);
  t.match(stderr, /cannot write reports to "\/proc\/nowhere"/);
  t.ok(tookMs < 10_000, `${tookMs} ms`);
  const through = await rootlab(t, [...argv.slice(0, -1), 'it.yaml/out'], { cwd });
  t.match(through, { status: 3, stderr: /cannot write reports to ".*": a part of its path is no directory/ });
});

t.test('a reboot of ours ends background steps and booted trees, and is no failure', { skip }, async (t) => {
  const cwd = scenarioFolder(t, {
    'it.yaml': `title: It
machine: {image: debian-12, trees: [{path: /var/lib/machines/tree, image: debian-12}]}
steps:
  - {run: journalctl -f, background: true}
  - boot: /var/lib/machines/tree
  - reboot:
  - {run: echo back, expect: back}
`,
  });
  const { status, stdout } = await rootlab(t, ['run', 'it.yaml', '--output', 'out'], { cwd });
  t.equal(status, 0, stdout);
  t.notMatch(stdout, /while the job went on/);
});

t.test('a booted tree whose systemd-nspawn dies is noted, and may run on', { skip }, async (t) => {
  const cwd = scenarioFolder(t, {
    'it.yaml': `title: It
machine: {image: debian-12, trees: [{path: /var/lib/machines/tree, image: debian-12}]}
steps:
  - {boot: /var/lib/machines/tree, as: inner}
  - run: |
      leader=$(machinectl show inner -p Leader --value) &&
        kill -9 "$(sed -n 's/^PPid:[[:blank:]]*//p' "/proc/$leader/status")"
  - check: {machine: inner, state: running}
`,
  });
  const argv = ['run', 'it.yaml', '--output', 'out', '--reporter=console'];
  const { status, stdout } = await rootlab(t, argv, { cwd });
  t.equal(status, 0, stdout);
  t.match(
    stdout,
    'note: the systemd-nspawn that booted /var/lib/machines/tree ended with 137 while the job went on',
  );
});

t.test(
  'a prepare or a cleanup that fails is an error of the test, not of what it tests',
  { skip },
  async (t) => {
    const first = await runOnHost(
      t,
      `prepare: [{id: first, run: 'false'}]\nsteps: [{id: it, run: 'true'}]\n`,
    );
    t.equal(first.status, 3);
    t.same(first.outcomes, ['first errored', 'it not-run']);
    const last = await runOnHost(
      t,
      `steps: [{id: it, run: 'true'}]\ncleanup: [{id: tidy, run: sleep 5, timeout: 1s}]\n`,
    );
    t.equal(last.status, 3);
    t.same(last.outcomes, ['it passed', 'tidy errored']);
  },
);

t.test('what changed the run is kept by the command that runs a job again', { skip }, async (t) => {
  const words = ['--timeout-scale', '2', '--no-defaults', '--strict', '--from', 'it'];
  const { result } = await runOnHost(t, `steps: [{id: no, run: 'true'}, {id: it, run: 'false'}]\n`, words);
  const [job] = result.jobs;
  t.equal(
    job && againCommand(job),
    'rootlab run it.yaml --allow-host --no-defaults --strict --from=it --timeout-scale=2',
  );
});
