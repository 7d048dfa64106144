/** Another computer by ssh: it does what this one does, its end is told, and nothing is left on it. */
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { readLog } from '../../reports/jsonl.ts';
import { startSsh } from '../../runner/backends/ssh/machine.ts';
import { openRun } from '../../runner/capsule/run-scope.ts';
import { findProgram } from '../../runner/facts/programs.ts';
import { foldEvents } from '../../src/fold.ts';
import type { RunResult } from '../../src/result.ts';
import { checkHarmless, hostileSteps } from '../runner/hostile-steps.ts';
import { type } from '../runner/session-tools.ts';
import { missingImage } from './needs.ts';
import { rootlab, scenarioFolder, startRootlab, type ProgramOptions } from './program.ts';
import { startSshServer, type SshServer } from './ssh-server.ts';

t.setTimeout(300_000);
const missing = findProgram('ssh-keygen') === undefined ? 'needs ssh' : await missingImage('debian-12');

/** What the job's steps leave running, and the directory and the cgroup of its keeper. */
const look =
  "pgrep -af 'sleep 47[0-9][0-9]'; ls -d /tmp/rootlab-* /sys/fs/cgroup/rootlab-* 2>/dev/null; pgrep -af '[r]ootlab-(keeper|shell|output|program)'; true";

async function checkNothingLeft(t: Test, server: SshServer, title: string): Promise<void> {
  let seen = server.ask(look);
  for (let tries = 0; seen !== '' && tries < 30; tries += 1) {
    await sleep(100);
    seen = server.ask(look);
  }
  t.equal(seen, '', title);
}

async function runThere(
  t: Test,
  { path }: SshServer,
  files: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): Promise<{ result: RunResult; status: number | null; said: string; folder: string }> {
  const folder = scenarioFolder(t, files);
  const argv = ['run', '.', '--allow-host', '--output=out', '--reporter=tap', ...words];
  const ended = await rootlab(t, argv, { cwd: folder, env: { PATH: path } });
  const log = join(folder, 'out/latest/events.jsonl');
  const events = [];
  for await (const event of readLog([readFileSync(log, 'utf8')], log)) events.push(event);
  return { result: foldEvents(events), status: ended.status, said: ended.stdout + ended.stderr, folder };
}

/** Each thing that a step or a check can do, once. */
const everything = `
title: Everything
machine: {ssh: lab}
env: {greeting: hello}
leaves: [{process: sleep}]
steps:
  - {run: "cd /tmp; x=5; f() { echo $1 $x; }; setsid sleep 4700 >/dev/null 2>&1 &", check: {file: /etc/os-release, contains: bookworm}}
  - {run: "f $greeting; echo err >&2; pwd; (exit 3)", expect: {exit: 3, stdout: "hello 5\\n/tmp", stderr: err}}
  - {run: "echo pid $$", expect: "pid <typed_in:int>"}
  - {run: "echo $typed_in; echo to >/dev/stdout; test -p /dev/stdout", expect: "\${typed_in}\\nto"}
  - {run: "od -c | head -n 1", stdin: "a%s'\\\\\\n", expect: "0000000 a % s ' \\\\ \\\\n"}
  - {write: /tmp/made/here, content: "text\\n", mode: 0640, owner: "guest:guest", check: {file: /tmp/made/here, mode: 0640, owner: "guest:guest", contains: text}}
  - {run: "for i in 1 2 3; do echo $i; echo e >&2; done", expect: {output: "1\\ne\\n2\\ne\\n3\\ne"}}
  - {run: "head -c 3000000 /dev/zero | tr '\\\\0' x", output-limit: 1M, expect: {exit: 0}, artifacts: [/tmp/made]}
  - {run: "exit 7", expect: {exit: 7}}
  - {run: "pwd; echo $greeting", expect: "/tmp\\nhello", env: {greeting: bye}, except: {when: {backend: ssh, systemd: 252}, because: it is, expect: "/tmp\\nbye"}}
  - {run: tput cols, tty: 91x20, expect: "91"}
  - {run: id -un, user: guest, cwd: /, expect: guest}
  - {id: late, run: "sleep 4701 & sleep 4702", timeout: 500ms, known-issue: {ref: x, because: it is the test}}
  - {run: "sleep 4703; false", background: true}
  - {wait: [{process: sleep, count: ">= 2"}, {unit: ssh.service, active: active}, {system: running}], within: 20s}
  - {run: logger -t lab now, check: {journal: "*", contains: now, since: step}}
cleanup: [{run: rm -r /tmp/made}]
`;

/** As root only. */
const more =
  'systemd-run -q --unit=left sleep 300; mount -t tmpfs none /mnt; ip link add left0 type veth peer name left1; : >/run/systemd/machines/tree';
const leaving = (ssh: string): string => `
title: A
machines: [{name: there, ssh: ${ssh}}, {name: here, image: debian-12, init: false}]
steps:
  - {on: there, run: "sleep 4711 & : >/tmp/left-${ssh}"}
  - {on: here, run: "test ! -e /tmp/left-${ssh}"}
  - {on: there, run: "${ssh === 'lab' ? more : ':'}"}
cleanup: [{on: there, run: "sleep 1"}]`;

t.test('another computer, by one connection', { skip: missing }, async (t) => {
  const server = await startSshServer(t);
  process.env['PATH'] = server.path;

  await t.test('steps and checks do there what they do here', async (t) => {
    const { result, status, said, folder } = await runThere(t, server, { 'all.yaml': everything });
    const [job] = result.jobs;
    t.equal(job?.job, 'all@ssh');
    const wrong = job?.steps
      .filter(({ outcome }) => outcome !== 'passed')
      .map(({ id, outcome }) => [id, outcome]);
    t.same(wrong, [['late', 'known']], said);
    t.equal(status, 0);
    t.match(job?.machines[0]?.facts, {
      backend: 'ssh',
      systemd: '252',
      os: 'debian 12',
      cgroup: /v2|hybrid|v1/,
    });
    t.same(job?.steps.at(0), { ...job?.steps.at(0), id: 'boot', title: 'Connect to the computer' });
    const kept = job?.steps
      .flatMap(({ attachments }) => attachments)
      .find(({ name }) => name === 'made/here');
    t.equal(readFileSync(join(folder, 'out/latest', kept?.path ?? ''), 'utf8'), 'text\n');
    await checkNothingLeft(t, server, 'all of it is gone, what leaves names as well');
  });

  await t.test('whoever refuses is one clear error', async (t) => {
    const names = ['locked', 'stranger', 'nobody'];
    const files = names.map((name) => [
      `${name}.yaml`,
      `title: A\nmachine: {ssh: ${name}}\nsteps: [{run: x}]\ncleanup: [{run: x}]`,
    ]);
    const { result, status, said } = await runThere(t, server, Object.fromEntries(files), ['--jobs=3']);
    t.equal(status, 3, said);
    const failures = result.jobs.map(({ steps }) => steps.flatMap((step) => step.failures));
    t.match(failures, [
      [{ message: /^cannot reach "locked": .*Permission denied \(publickey/, hint: /password/ }],
      [{ message: 'cannot reach "nobody": ssh: connect to host 127.0.0.1 port', hint: /is sshd running/ }],
      [{ message: /^cannot reach "stranger": Host key verification failed$/, hint: /compare its key/ }],
    ]);
    for (const job of result.jobs) t.equal(job.outcome, 'errored');
  });

  await t.test('what is left there fails the job, also of one who is not root', async (t) => {
    const { result } = await runThere(t, server, { 'a.yaml': leaving('lab'), 'b.yaml': leaving('guest') }, [
      '--jobs=2',
    ]);
    for (const [at, job] of result.jobs.entries()) {
      const leaks = job.steps.find(({ id }) => id === 'leaks-there');
      const file = `file /tmp/left-${at === 0 ? 'lab' : 'guest'}`;
      t.match(
        leaks?.failures[0],
        { kind: 'fact', actual: /^process sleep \(pid \d+: sleep 4711\)\n/ },
        job.job,
      );
      t.match(leaks?.failures[0], { actual: new RegExp(`\n${file}$`, 'm') });
      const asRoot = ['mount /mnt (tmpfs)', 'unit left.service', 'machine tree', 'link left0', 'link left1'];
      const told = JSON.stringify(leaks?.failures);
      for (const one of asRoot) t.equal(told.includes(one), at === 0, one);
    }
    await checkNothingLeft(t, server, 'but only its file');
  });

  await t.test('a connection that is lost is an error at once, and all there ends', async (t) => {
    const drop = 'sleep 4721 & kill -9 $(pgrep -of "sshd: root@notty")';
    const text = `title: A\nmachine: {ssh: lab}\nsteps: [{run: '${drop}; sleep 4722'}, {run: x}]\ncleanup: [{run: x}]`;
    const { result, status, said } = await runThere(t, server, { 'a.yaml': text });
    t.equal(status, 3, said);
    const [step, second] = result.jobs[0]?.steps.filter(({ id }) => id.startsWith('step-')) ?? [];
    t.match(step, {
      outcome: 'errored',
      failures: [{ message: 'cannot go on in "lab": the connection is lost' }],
    });
    t.ok((step?.durationMs ?? 0) < 5000, `${step?.durationMs} ms`);
    t.equal(second?.outcome, 'not-run');
    await checkNothingLeft(t, server, 'the keeper has seen the end');
  });

  await t.test('a killed runner leaves nothing there', async (t) => {
    const steps = '[{run: sleep 4731, background: true}, {run: "echo begun; setsid sleep 4732"}]';
    const folder = scenarioFolder(t, { 'a.yaml': `title: A\nmachine: {ssh: lab}\nsteps: ${steps}` });
    const options: ProgramOptions = { cwd: folder, env: { PATH: server.path } };
    const running = startRootlab(t, ['run', '.', '--allow-host', '--reporter=jsonl'], options);
    await running.said(/begun\\n/);
    // The two shells start side by side.
    const there = server.ask(look);
    for (const one of [/sleep 4731\n/, /sleep 4732\n/]) t.match(there, one);
    running.child.kill('SIGKILL');
    await running.ended;
    await checkNothingLeft(t, server, 'as if it had never been');
  });

  await t.test('it is not typed on without permission, nor without ssh', async (t) => {
    const folder = scenarioFolder(t, { 'a.yaml': 'title: A\nmachine: {ssh: lab}\nsteps: [{run: x}]' });
    const asked = await rootlab(t, ['run', '.'], { cwd: folder });
    t.equal(asked.status, 2);
    t.match(
      asked.stderr,
      'cannot run "a@ssh": it types on "lab"\nhint: read it, then allow that with --allow-host, or',
    );
    const hide =
      'mount --bind /dev/null "$(command -v ssh)" && mount --bind /dev/null /usr/bin/ssh; exec "$@"';
    const hidden = await rootlab(t, ['run', '.', '--allow-host', '--reporter=tap'], {
      cwd: folder,
      walls: ['unshare', '--mount', 'sh', '-c', hide, 'hide'],
      env: { PATH: server.path },
    });
    t.match(hidden.stdout, /SKIP needs ssh: ssh is not installed; to get it: apt-get install openssh-client/);
  });

  await t.test('no step breaks the shell there, nor forges its end', async (t) => {
    const run = await openRun({ jobs: 1 });
    const { signal } = new AbortController();
    const place = { file: 'a.yaml', line: 1, column: 1 };
    const machine = await startSsh({
      run,
      signal,
      spec: { kind: 'ssh', name: 'ssh', ssh: 'lab', at: place },
    });
    let next = 0;
    const open = () => machine.session(`s${(next += 1)}`, signal);
    // The whole table takes a minute over ssh; what differs there is how shells end, and what their marks pass through.
    const some = /^builtin|^exec|^kill|^for fd|^set -r|^enable|^trap|^cat|^exit/;
    for (const step of hostileSteps.filter(([text]) => some.test(text))) await checkHarmless(t, open, step);
    // More channels than one connection may have: ssh makes others, and what is typed there ends with the job too.
    const many = await Promise.all(Array.from({ length: 6 }, open));
    const seen = await Promise.all(many.map(async (one, at) => type(one, `echo ${at}; sleep 4742 &`)));
    t.same(
      seen.map(({ out }) => out),
      many.map((_, at) => `${at}\n`),
    );
    const session = await open();
    const { out } = await type(
      session,
      'declare -f __rootlab_end; printf "\\0t%032d 9 x\\0/\\0\\0m%032d" 0 0',
    );
    t.ok(out.endsWith('\0/\0\0m00000000000000000000000000000000'), 'what imitates a mark is output');
    t.match(await type(session, 'printf "\\0m"; (exit 6)'), { exit: 6, out: '\0m' });
    t.match(await machine.exec(['sh', '-c', 'cat; echo err >&2; exit 3'], { signal, stdin: 'x' }), {
      exit: 3,
      stdout: 'x',
      stderr: 'err\n',
    });
    t.match(await machine.exec(['sleep', '4741'], { signal, timeoutMs: 300 }), { timedOut: true });
    await t.rejects(machine.reboot(signal), { message: /cannot reboot "lab"/ });
    await machine[Symbol.asyncDispose]();
    await run[Symbol.asyncDispose]();
    await checkNothingLeft(t, server, 'nor does the program that took too long');
  });
});

t.test('a computer that does not answer has as much time as the run gives', { skip: missing }, async (t) => {
  const folder = scenarioFolder(t, {
    'a.yaml': 'title: A\nmachine: {ssh: nowhere}\nsteps: [{check: {command: sh}}]\n',
    ssh: '#!/bin/sh\nexec sleep 60\n',
  });
  chmodSync(join(folder, 'ssh'), 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const argv = ['run', '.', '--timeout-scale=0.05', '--reporter=tap', '--output=out'];
  const { status, stdout, tookMs } = await rootlab(t, argv, { cwd: folder, env });
  t.match({ status, stdout }, { status: 3, stdout: /: no answer within 1\.5s"/ });
  t.ok(tookMs < 20_000);
  t.match(
    readFileSync(join(folder, 'out/latest/events.jsonl'), 'utf8'),
    /"command":"ssh nowhere","timeoutMs":1500,/,
  );
});
