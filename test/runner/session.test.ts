/** What a person who types into one terminal may count on. */
import { readdirSync } from 'node:fs';
import t from 'tap';
import { readProcess } from '../../runner/session/kill.ts';
import { openSession } from '../../runner/session/index.ts';
import { quote } from '../../runner/session/script.ts';
import { never, openPlain, plainOptions, type, type Seen } from './session-tools.ts';

const normal: Seen = { exit: 0, out: '', err: '', ended: 'normal' };

t.test('steps share one shell, and each has its own streams and status', async (t) => {
  await using session = await openPlain();
  const check = async (text: string, expected: Partial<Seen>, options = {}): Promise<void> => {
    t.same(await type(session, text, options), { ...normal, ...expected }, text);
  };
  await check('cd /usr; a=1; f() { echo "f $a"; }; echo out; echo err >&2', { out: 'out\n', err: 'err\n' });
  await check('pwd; f', { out: '/usr\nf 1\n' });
  await check('(exit 7)', { exit: 7 });
  await check('echo $?; (exit 4)', { exit: 4, out: '7\n' });
  await check('echo $?', { out: '4\n' }, { exports: { caught: '1' } });
  await check('printf "no newline"', { out: 'no newline' });
  await check("printf 'a\\0b'", { out: 'a\0b' });
  await check('nosuchcommand', { exit: 127, err: 'bash: nosuchcommand: command not found\n' });
  await check("sh -c 'kill -9 $$'", { exit: 137 });
  await check('cat; read x; echo "[$x]"', { out: '[]\n' });
  await check('cat', { out: 'given\0bytes' }, { stdin: 'given\0bytes' });
  await check('wc -c', { out: '200000\n' }, { stdin: Buffer.alloc(200_000) });
  await check('echo 1; echo 2 >&2; echo 3', { out: '1\n2\n3\n' }, { merge: true });
  await check('echo "$A"; cd /etc; pwd', { out: '1 2\n/etc\n' }, { env: { A: '1 2' }, cwd: '/var' });
  await check('echo "[$A]"; pwd', { out: '[]\n/usr\n' });
  await check(
    'true',
    { exit: 1, err: 'bash: cd: /nowhere: No such file or directory\n' },
    { cwd: '/nowhere' },
  );
  await check('pwd; exec 10>/dev/null 3>&1', { out: '/usr\n' });
  await check('echo three >&3; echo ten >&10; echo x >/dev/stdout', { err: '', out: 'three\nx\n' });
  await check('ls /proc/self/fd | grep 2[34]. | wc -l', { out: '0\n' });
  await check(': "' + 'x'.repeat(200_000) + '"; echo long', { out: 'long\n' });
});

t.test('captures are data, whatever they hold', async (t) => {
  await using session = await openPlain();
  const hostile = [...Array.from({ length: 255 }, (_, at) => String.fromCharCode(at + 1)), '\'"$(x)`!!\\é\n'];
  const value = hostile.join('');
  const { out } = await type(session, 'printf %s "$x"; printf %s "$x" >&2', { exports: { x: value } });
  t.equal(out, value);
  t.equal((await type(session, 'env -0 | grep -z ^x= | tr -d "\\0"')).out, `x=${value}`);
  t.throws(() => quote('a\0b'), /NUL/);
  await t.rejects(session.run('', { ...plainOptions, env: { 'a b': '' } }));
});

t.test('a trap prints where the step that ends the shell does', async (t) => {
  const check = async (
    steps: readonly string[],
    expected: Partial<Seen>,
    options: Parameters<typeof type>[2] = {},
  ): Promise<void> => {
    await using session = await openPlain();
    for (const text of steps.slice(0, -1)) await type(session, text);
    const seen = await type(session, steps.at(-1) ?? '', options);
    t.same(seen, { ...normal, ended: 'shell-ended', ...expected }, steps.join('; '));
    t.same(await type(session, 'echo on'), { ...normal, out: 'on\n' }, 'the next shell has no such trap');
  };
  const both = "trap 'echo bye; echo why >&2' EXIT";
  await check([`${both}; echo a; exit 3`], { exit: 3, out: 'a\nbye\n', err: 'why\n' });
  await check([both, 'true', 'set -e; echo a; false'], { exit: 1, out: 'a\nbye\n', err: 'why\n' });
  await check([both, 'exit'], { out: 'bye\nwhy\n' }, { merge: true });
  await check([both, 'exec() { echo mine; }; exec', 'exec; exit 2'], { exit: 2, out: 'mine\n' });
  const file = `${t.testdir({ lib: both })}/lib`;
  await check([`. ${file}`, 'exit'], { out: 'bye\n', err: 'why\n' });
});

t.test('what a trap may do leaves the steps after it as they are', async (t) => {
  await using session = await openPlain();
  const check = async (text: string, expected: Partial<Seen>, options = {}): Promise<void> => {
    t.same(await type(session, text, options), { ...normal, ...expected }, text);
  };
  await check("trap 'echo bye' EXIT; (exit 4)", { exit: 4 });
  await check('echo $?; echo no >&2; false', { out: '4\n', err: 'no\n', exit: 1 });
  await check('echo $?', { out: '1\n' }, { exports: { caught: '1' }, cwd: '/' });
  await check('sleep 0.1 & PROMPT_COMMAND="echo prompt"', {});
  await check('sleep 0.3; PROMPT_COMMAND=', {});
  await check('exec >/dev/null; echo lost', {});
  await check('set -u; echo "$nothing"; echo never', { exit: 1, err: 'bash: nothing: unbound variable\n' });
  await check('exec() { echo mine; }; builtin() { echo hacked; }; exec', { out: 'mine\n' });
  await check('exec; [[ -o posix ]] || echo plain; unset -f exec', { out: 'mine\nplain\n' });
  await check('cat', { out: 'given' }, { stdin: 'given' });
  await check('cat; echo out; echo err >&2', { out: 'out\nerr\n' }, { merge: true });
});

t.test('another user and a terminal are children whose settings go with them', async (t) => {
  await using session = await openPlain();
  const user = await type(session, 'id -un; cd /; x=1; echo y >/dev/stdout', { user: 'nobody' });
  t.same(user, { ...normal, out: 'nobody\ny\n' });
  const terminal = await type(session, 'stty size; echo $TERM $NO_COLOR; test -t 1; echo no >&2; exit 3', {
    tty: { columns: 100, rows: 30 },
  });
  t.same(terminal, { ...normal, exit: 3, out: '30 100\r\nxterm-256color\r\nno\r\n' });
  const silent = await type(session, 'timeout 0.3 cat', { tty: { columns: 80, rows: 24 } });
  t.same(silent, { ...normal, exit: 124 }, 'nothing is typed, not even an end of file');
  t.equal((await type(session, 'pwd; echo $x')).out, '/tmp\n\n');
});

t.test('output beyond the limit leaves head and tail, and onOutput sees all of it', async (t) => {
  await using session = await openPlain();
  let bytes = 0;
  const run = await session.run('seq 1 300000', {
    signal: never,
    timeoutMs: 20_000,
    outputLimitBytes: 1000,
    onOutput: (_fd, chunk) => (bytes += chunk.length),
  });
  const text = Buffer.from(run.stdout.bytes).toString();
  t.match(text, /^1\n2\n/);
  t.match(text, /\n299999\n300000\n$/);
  t.equal(run.stdout.totalBytes, bytes);
  t.equal(run.stdout.cutBytes, bytes - 1000);
});

t.test('a gigabyte neither stops the step nor fills the memory', async (t) => {
  await using session = await openPlain();
  const run = await session.run('head -c 1G /dev/zero', {
    signal: never,
    timeoutMs: 60_000,
    outputLimitBytes: 16 * 1024 * 1024,
  });
  t.equal(run.stdout.totalBytes, 1024 ** 3);
  t.ok(process.memoryUsage().rss < 300 * 1024 * 1024, 'tsx and tap included');
});

t.test('a machine without bash is named as such', async (t) => {
  const env = { PATH: '/nonexistent' };
  const place = { prefix: [], env, user: 'root', cwd: '/' };
  await t.rejects(openSession('main', place, { signal: never }), { message: /there is no bash/, status: 3 });
});

t.test('a shell has so much more, or less, time to start', async (t) => {
  const place = {
    prefix: ['sh', '-c', 'sleep 1; exec "$@"', 'sh'],
    env: { PATH: '/usr/bin' },
    user: 'root',
    cwd: '/',
  };
  await t.rejects(openSession('main', place, { signal: never, timeoutScale: 0.02 }), {
    message: 'cannot open the session main: it did not answer within 0.2 s',
  });
});

t.test('a session inside namespaces is the same, and adopt is told the pid outside', async (t) => {
  let adopted = 0;
  await using session = await openPlain({
    prefix: ['unshare', '-m', '-p', '-f', '--kill-child', '--mount-proc'],
    adopt: async (pid) => void (adopted = pid),
  });
  t.equal((await type(session, 'echo $$')).out, '1\n');
  t.ok(adopted > 1);
  t.equal((await type(session, 'sleep 20; echo no', { timeoutMs: 200 })).ended, 'timed-out');
  t.match(await type(session, 'exit 5'), { exit: 5, ended: 'shell-ended' });
  t.match(
    await type(session, 'kill -9 $$; pwd'),
    { exit: 0, out: '/tmp\n' },
    'no signal from inside reaches PID 1',
  );
});

t.test('nothing stays open after the session', async (t) => {
  await using warm = await openPlain();
  await type(warm, 'true');
  const before = readdirSync('/proc/self/fd').length;
  const session = await openPlain();
  const { out } = await type(session, 'sleep 30 & (sleep 30 &) >/dev/null; echo $!');
  await type(session, 'exit');
  await session[Symbol.asyncDispose]();
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.equal(readdirSync('/proc/self/fd').length, before);
  t.equal(readProcess(Number(out)), undefined);
  t.same(
    // Those of other processes have other names.
    readdirSync('/dev/shm').filter((name) => name.startsWith(`rootlab-${process.pid}-`)),
    [],
  );
});
