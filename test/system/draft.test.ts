/** `rootlab draft host` on this very computer: its scenario passes here, and fails where one fact differs. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

import { rootlab } from './program.ts';

t.setTimeout(180_000);
const skip = process.getuid?.() === 0 ? false : 'needs root';

/** Starts a process that says a line when it is ready; it ends with the test, or when told. */
async function start(t: Test, argv: readonly string[]): Promise<{ pid: number; end: () => Promise<void> }> {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const end = (): Promise<void> => {
    child.kill('SIGKILL');
    return closed;
  };
  t.teardown(end);
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    void closed.then(() => reject(new Error(`${argv.join(' ')} ended too early`)));
  });
  return { pid: child.pid ?? 0, end };
}

t.test(
  'a draft is lint-clean, passes here, and names each fact that differs elsewhere',
  { skip },
  async (t) => {
    const folder = t.testdir({ 'os-release': 'ID=plan9\nVERSION_ID="4"\n' });
    const file = join(folder, 'this.yaml');
    // A network of its own: ports of this computer that come and go are not seen in it, nor loop devices of other tests.
    const up = 'ip link set lo up; mount -t tmpfs tmpfs /sys/block; echo ready; exec sleep 170';
    const { pid: holder } = await start(t, ['unshare', '--net', '--mount', 'sh', '-c', up]);
    const inside = ['nsenter', '-t', String(holder), '-n', '-m', '--'];
    const listen = "require('net').createServer().listen(8123, '127.0.0.1', () => console.log('ready'))";
    const listener = await start(t, [...inside, process.execPath, '-e', listen]);

    const drafted = await rootlab(t, ['draft', 'host', '--output', file], { walls: inside });
    t.equal(drafted.status, 0, drafted.stderr);
    t.match(drafted.stdout, /this\.yaml: \d+ checks in \d steps\nrun it: rootlab run \S+ --allow-host/);
    const text = readFileSync(file, 'utf8');
    t.match(text, '- {port: 8123/tcp}');
    t.match(text, '- {process: node}');
    const linted = await rootlab(t, ['lint', file]);
    t.equal(linted.status, 0, linted.stderr);

    const runIt = ['run', file, '--allow-host', `--output=${join(folder, 'out')}`];
    const here = await rootlab(t, runIt, { walls: inside });
    t.equal(here.status, 0, here.stdout + here.stderr);

    const other = 'mount --bind "$0" /etc/os-release && exec "$@"';
    const release = join(folder, 'os-release');
    const otherwise = [...inside, 'unshare', '--mount', 'sh', '-c', other, release];
    const there = await rootlab(t, runIt, { walls: otherwise });
    t.equal(there.status, 1, there.stdout + there.stderr);
    t.match(there.stdout, /file \/etc\/os-release: expected it to contain "?ID=/);
    t.notMatch(there.stdout, /8123/, 'the port still listens');

    await listener.end();
    const closed = await rootlab(t, runIt, { walls: inside });
    t.equal(closed.status, 1, closed.stdout + closed.stderr);
    t.match(closed.stdout, /port 8123\/tcp listening: expected true, saw false/);
    t.notMatch(closed.stdout, /os-release: expected it to contain/, 'the rest still holds');
  },
);

t.test('two drafts of one computer are equal: nothing in them changes by itself', { skip }, async (t) => {
  const walls = ['unshare', '--net'];
  const [one, other] = [
    await rootlab(t, ['draft', 'host'], { walls }),
    await rootlab(t, ['draft', 'host'], { walls }),
  ];
  t.equal(one.status, 0, one.stderr);
  t.equal(one.stderr, '');
  t.match(one.stdout, /^steps:$/m);
  t.equal(one.stdout, other.stdout);
});

t.test('a file that is there is kept, unless it is to be replaced', async (t) => {
  const folder = t.testdir();
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, 'mine\n');
  const refused = await rootlab(t, ['draft', 'host', `--output=${file}`]);
  t.equal(refused.status, 2);
  t.match(
    refused.stderr,
    `error: cannot write "${file}": it is there already\nhint: replace it with --force`,
  );
  t.equal(readFileSync(file, 'utf8'), 'mine\n');
  const forced = await rootlab(t, ['draft', 'host', `--output=${file}`, '--force']);
  t.equal(forced.status, 0, forced.stderr);
  t.match(readFileSync(file, 'utf8'), /^title: /m);
  const nowhere = await rootlab(t, ['draft', 'host', `--output=${join(folder, 'no', 'a.yaml')}`]);
  t.match(nowhere, { status: 2, stderr: /there is no such folder/ });
});

t.test('what cannot be drafted is told', async (t) => {
  t.match(await rootlab(t, ['draft']), { status: 2, stderr: /of what\?\nhint: write rootlab draft host/ });
  t.match(await rootlab(t, ['draft', 'hots']), { status: 2, stderr: /did you mean "host"\?/ });
  t.match(await rootlab(t, ['draft', 'host', 'x']), { status: 2, stderr: /--output=x/ });
});
