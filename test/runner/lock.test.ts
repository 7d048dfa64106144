import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { startTime, tryLock, withLock } from '../../runner/lock.ts';

/** Another process that holds the lock until it is ended. */
async function holdElsewhere(t: Test, file: string): Promise<{ pid: number; kill(): Promise<void> }> {
  const module = join(import.meta.dirname, '../../runner/lock.ts');
  const text = `import(${JSON.stringify(module)}).then(({ tryLock }) => tryLock(${JSON.stringify(file)}))
    .then(() => { console.log('held'); setInterval(() => {}, 1000); });`;
  const child = spawn(process.execPath, ['--import=tsx', '--eval', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  return { pid: child.pid ?? 0, kill };
}

t.test('only one at a time holds it', async (t) => {
  const file = join(t.testdir(), 'lock');
  let inside = 0;
  const work = async (): Promise<number> => {
    const seen = ++inside;
    await sleep(30);
    inside--;
    return seen;
  };
  t.strictSame(await Promise.all([1, 2, 3].map(() => withLock(file, {}, work))), [1, 1, 1]);
});

t.test('a failure inside frees it', async (t) => {
  const file = join(t.testdir(), 'lock');
  await t.rejects(
    withLock(file, {}, () => Promise.reject(new Error('inside'))),
    { message: 'inside' },
  );
  t.equal(await withLock(file, {}, async () => 'free'), 'free');
});

t.test('it says who holds it, by pid and start time', async (t) => {
  const file = join(t.testdir(), 'lock');
  const said = await withLock(file, {}, () => readFile(file, 'utf8'));
  t.equal(said, `${process.pid} ${await startTime(process.pid)}\n`);
});

t.test('a process that waits is told for whom, and an abort ends the waiting', async (t) => {
  const file = join(t.testdir(), 'lock');
  const other = await holdElsewhere(t, file);
  t.equal(await tryLock(file), undefined);
  const controller = new AbortController();
  const waitedFor: (number | undefined)[] = [];
  const onWait = (pid: number | undefined): void => {
    waitedFor.push(pid);
    controller.abort(new Error('enough'));
  };
  await t.rejects(
    withLock(file, { signal: controller.signal, onWait }, async () => undefined),
    { message: 'enough' },
  );
  t.strictSame(waitedFor, [other.pid]);
});

t.test('kill -9 of the holder frees it', async (t) => {
  const file = join(t.testdir(), 'lock');
  const other = await holdElsewhere(t, file);
  const waiting = withLock(file, {}, async () => 'mine');
  await other.kill();
  t.equal(await waiting, 'mine');
});
