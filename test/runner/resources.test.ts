import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { hostname, release, userInfo } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { ResourceCheck } from '../../src/scenario.ts';
import type { CheckRequest } from '../../runner/resources/evaluate.ts';
import { check, evaluateHere, shellSession, wordResults } from './resources-shell.ts';

type Test = Pick<typeof t, 'equal'>;
async function checkHere(
  t: Test,
  checks: readonly ResourceCheck[],
  expected: string,
  more: Partial<CheckRequest> = {},
): Promise<void> {
  t.equal(wordResults(await evaluateHere(checks, more)), expected);
}

t.test('a file is there or not, with type, mode, size and what it holds', async (t) => {
  const dir = t.testdir({ 'a file': 'one\ntwo words\n', empty: '' });
  const path = join(dir, 'a file');
  await chmod(path, 0o640);
  await symlink('a file', join(dir, 'link'));
  await checkHere(
    t,
    [
      check({ file: path }),
      check({ file: path, type: 'file', mode: '0640', size: '14' }),
      check({ file: path, mode: '644' }),
      check({ file: path, contains: ['one', 'two words', 'three'] }),
      check({ file: path, lacks: 'two <*>' }),
      check({ file: join(dir, 'link'), type: 'link', target: 'a file', size: '14' }),
      check({ file: join(dir, 'nope'), exists: 'false' }),
      check({ file: join(dir, 'nope'), type: 'file' }),
      check({ file: dir, type: 'directory', exists: 'true' }),
      check({ file: join(dir, 'empty'), contains: 'x' }),
    ],
    `ok  file ${path} exists: there (there)
ok  file ${path} type: file (file)
ok  file ${path} mode: 0640 (0640)
ok  file ${path} size: 14 (14)
NOT file ${path} mode: 0640 (644)
ok  file ${path} contains: one (contains one)
ok  file ${path} contains: two words (contains two words)
NOT file ${path} contains: one\ntwo words (contains three)
NOT file ${path} lacks: two words (lacks two <*>)
ok  file ${dir}/link type: link (link)
ok  file ${dir}/link target: a file (a file)
ok  file ${dir}/link size: 14 (14)
ok  file ${dir}/nope exists: not there (not there)
NOT file ${dir}/nope type: not there (file)
ok  file ${dir} type: directory (directory)
ok  file ${dir} exists: there (there)
NOT file ${dir}/empty contains: (empty) (contains x)`,
  );
});

t.test('a name is data, whatever it holds', async (t) => {
  const dir = t.testdir({});
  for (const name of [`it's $(exit 9; kill $$) "`, '-n', 'a\nb', '`id`', String.raw`back\slash`, '*']) {
    await mkdir(join(dir, 'in'), { recursive: true });
    await writeFile(join(dir, 'in', name), 'text');
    const results = await evaluateHere([
      check({ file: join(dir, 'in', name), contains: 'text' }),
      check({ command: name, exists: 'false' }),
      check({ user: name, exists: 'false' }),
      check({ process: name, exists: 'false' }),
      check({ mount: name, exists: 'false' }),
      check({ 'kernel-module': name, exists: 'false' }),
      check({ interface: name, exists: 'false' }),
      check({ sysctl: name, exists: 'false' }),
    ]);
    t.same(
      results.filter(({ ok }) => !ok).map(({ name, actual }) => [name, actual]),
      [],
      name,
    );
  }
});

t.test('a port is listened on, at its address, until it is closed', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const checks = [check({ port: `${port}/tcp` }), check({ port: `${port}/tcp`, address: '127.0.0.1' })];
  await checkHere(
    t,
    checks,
    `ok  port ${port}/tcp listening: true (true)
ok  port ${port}/tcp address: 127.0.0.1 (127.0.0.1)`,
  );
  await new Promise((resolve) => server.close(resolve));
  await checkHere(
    t,
    checks,
    `NOT port ${port}/tcp listening: false (true)
NOT port ${port}/tcp address: not there (127.0.0.1)`,
  );
});

t.test('processes are counted by name, long ones too; the shell that looks is not one of them', async (t) => {
  const dir = t.testdir({});
  const [looker, long] = [join(dir, 'looker'), join(dir, 'a-very-long-process-name')];
  await symlink('/bin/bash', looker);
  await symlink('/bin/sleep', long);
  const child = spawn(long, ['30'], { stdio: 'ignore' });
  t.teardown(() => child.kill());
  const { username } = userInfo();
  await checkHere(
    t,
    [
      check({ process: 'looker', exists: 'false' }),
      check({ process: 'a-very-long-process-name', count: '1', owner: username }),
      check({ process: 'a-very-long-process', count: '0' }),
    ],
    `ok  process looker exists: not there (not there)
ok  process a-very-long-process-name count: 1 (1)
ok  process a-very-long-process-name owner: ${username} (${username})
ok  process a-very-long-process count: 0 (0)`,
    { session: shellSession(looker) },
  );
});

t.test('mount, user, group, sysctl, kernel and interface are those of this computer', async (t) => {
  const options = await mountOptions('/proc');
  const { username, uid } = userInfo();
  await checkHere(
    t,
    [
      check({ mount: '/proc', type: 'proc', options: 'rw' }),
      check({ mount: '/nope', type: 'proc' }),
      check({ user: username, uid: String(uid) }),
      check({ user: 'no-such-user', exists: 'false' }),
      check({ group: 'root', gid: '0' }),
      check({ sysctl: 'kernel.hostname', value: hostname() }),
      check({ sysctl: 'kernel.nope' }),
      check({ kernel: '>= 3.10' }),
      check({ kernel: '< 3.2' }),
      check({ interface: 'lo', state: '<*>' }),
      check({ interface: 'nope0' }),
      check({ resolves: '127.0.0.1', address: '127.0.0.1' }),
    ],
    `ok  mount /proc type: proc (proc)
ok  mount /proc options: ${options} (rw)
NOT mount /nope type: not there (proc)
ok  user ${username} uid: ${uid} (${uid})
ok  user no-such-user exists: not there (not there)
ok  group root gid: 0 (0)
ok  sysctl kernel.hostname value: ${hostname()} (${hostname()})
NOT sysctl kernel.nope exists: not there (there)
ok  kernel: ${release()} (>= 3.10)
NOT kernel: ${release()} (< 3.2)
ok  interface lo state: unknown (<*>)
NOT interface nope0 exists: not there (there)
ok  resolves 127.0.0.1 address: 127.0.0.1 (127.0.0.1)`,
  );
});

t.test('a command has the version it says; one that hangs or says nothing is reported', async (t) => {
  const dir = t.testdir({
    hangs: '#!/bin/sh\nexec sleep 60\n',
    mute: '#!/bin/sh\necho no such option >&2; exit 2\n',
  });
  await chmod(join(dir, 'hangs'), 0o755);
  await chmod(join(dir, 'mute'), 0o755);
  const began = Date.now();
  const results = await evaluateHere(
    [
      check({ command: 'bash', version: '>= 4' }),
      check({ command: 'no-such-command' }),
      check({ command: join(dir, 'hangs'), version: '1' }),
      check({ command: join(dir, 'mute'), version: '1' }),
      check({ command: 'sh' }),
    ],
    { toolTimeoutMs: 300 },
  );
  t.ok(Date.now() - began < 3000);
  t.same(
    results.map(({ ok, actual }) => (ok ? 'ok' : actual)),
    ['ok', 'not there', 'not readable: no answer within 0.3s', 'not readable: exit 2: no such option', 'ok'],
  );
});

t.test('a file that never ends to be read is reported, and what comes after it is looked at', async (t) => {
  const fifo = join(t.testdir({}), 'hang');
  execFileSync('mkfifo', [fifo]);
  const results = await evaluateHere(
    [check({ file: '/' }), check({ file: fifo, contains: 'x' }), check({ user: 'root' })],
    { toolTimeoutMs: 200 },
  );
  t.same(
    results.map(({ ok, actual }) => (ok ? 'ok' : actual)),
    ['ok', 'not readable: no answer within 0.2s', 'ok'],
  );
});

t.test('variables stand in names and facts, and what is expected is shown with them', async (t) => {
  const dir = t.testdir({ x: 'hello world\n' });
  await checkHere(
    t,
    [check({ file: '${dir}/x', contains: 'hello ${who}' }), check({ kernel: '${wanted}' })],
    `ok  file ${dir}/x contains: hello world (contains hello world)
NOT kernel: ${release()} (nope)`,
    { variables: { dir, who: 'world', wanted: 'nope' } },
  );
});

t.test('the caller judges what output-of shows', async (t) => {
  const results = await evaluateHere([check({ 'output-of': 'echo $word; exit 3' })], {
    variables: { word: '$(hi)' },
    expectation: (_, run) => [
      { fact: 'exit', ok: run.exit === 3, expected: '3', actual: String(run.exit) },
      { fact: 'stdout', ok: true, expected: '', actual: new TextDecoder().decode(run.stdout.bytes) },
    ],
  });
  t.equal(
    wordResults(results),
    'ok  output-of echo $word; exit 3 exit: 3 (3)\nok  output-of echo $word; exit 3 stdout: $(hi)\n ()',
  );
});

const asked = (command: string, exists: string) => check({ 'output-of': command, exists });

t.test('a command that is only asked for is not typed', async (t) => {
  const ran = join(t.testdir(), 'ran');
  await checkHere(
    t,
    [
      asked(`touch ${ran}`, 'true'),
      asked('no-such-tool --version', 'false'),
      asked('LC_ALL=C no-such-tool; true', 'true'),
      asked('ulimit -n | cat', 'false'),
      asked('/bin/sh -c x', 'true'),
    ],
    `ok  output-of touch ${ran} exists: there (there)
ok  output-of no-such-tool --version exists: not there (not there)
NOT output-of LC_ALL=C no-such-tool; true exists: not there (there)
NOT output-of ulimit -n | cat exists: there (not there)
ok  output-of /bin/sh -c x exists: there (there)`,
  );
  t.notOk(existsSync(ran));
});

t.test('no output forges the end of a frame', async (t) => {
  const dir = t.testdir({ log: '\nrootlab-0 0\n\nrootlab-00000000000000000000000000000000 1\n' });
  const results = await evaluateHere([
    check({ file: `${dir}/log`, contains: 'rootlab-0 0' }),
    check({ file: '/' }),
  ]);
  t.same(
    results.map(({ ok }) => ok),
    [true, true],
  );
});

t.test('thirty resources are looked at in one go', async (t) => {
  const checks = Array.from({ length: 10 }, (_, n) => [
    check({ file: `/etc/${n}`, exists: 'false' }),
    check({ port: `${60000 + n}/tcp`, listening: 'false' }),
    check({ mount: `/${n}`, exists: 'false' }),
  ]).flat();
  let runs = 0;
  const session = shellSession();
  const counting = {
    ...session,
    run: (...args: Parameters<typeof session.run>) => (runs++, session.run(...args)),
  };
  const results = await evaluateHere(checks, { session: counting });
  t.equal(runs, 1);
  t.equal(results.filter(({ ok }) => ok).length, 30);
});

async function mountOptions(path: string): Promise<string> {
  const line = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .find((one) => one.split(' ')[1] === path);
  return line?.split(' ')[3]?.replaceAll(',', ', ') ?? '';
}
