import { spawn } from 'node:child_process';
import { constants, openSync, closeSync, readSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openWriter } from '../../runner/commands/writer.ts';

/** A pipe whose writing end answers EAGAIN when it is full, as standard output does. */
function pipe(t: Test): { readonly source: number; readonly target: number } {
  const path = join(t.testdir({}), 'pipe');
  execFileSync('mkfifo', [path]);
  const source = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { source, target: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
}

function readOnce(source: number): string {
  const bytes = Buffer.alloc(1 << 16);
  try {
    return bytes.toString('latin1', 0, readSync(source, bytes));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return '';
    throw error;
  }
}

const lines = Array.from({ length: 40_000 }, (_, at) => `line ${at}\n`);

t.test('nobody reads: the loop turns; somebody reads: all is there, in order', async (t) => {
  const { source, target } = pipe(t);
  const writer = openWriter(target, { onFault: (error) => t.fail(String(error)) });
  const began = performance.now();
  for (const line of lines) writer.write(line);
  t.ok(performance.now() - began < 2000, 'writing waits for nobody');
  const state = { settled: false };
  const end = writer.settled().then(() => (state.settled = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.equal(state.settled, false);
  let seen = '';
  for (const limit = performance.now() + 20_000; !state.settled && performance.now() < limit;) {
    seen += readOnce(source);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await end;
  for (let more = readOnce(source); more !== ''; more = readOnce(source)) seen += more;
  t.equal(seen === lines.join(''), true, `${seen.length} characters`);
  closeSync(source);
  closeSync(target);
});

t.test('a reader that goes away while text waits is no fault', async (t) => {
  const { source, target } = pipe(t);
  const faults: unknown[] = [];
  const writer = openWriter(target, { onFault: (error) => faults.push(error) });
  writer.write('x'.repeat(1 << 20));
  closeSync(source);
  await writer.settled();
  writer.write('more');
  t.same(faults, []);
  closeSync(target);
});

t.test('any other fault is told once', async (t) => {
  const target = openSync('/dev/full', 'w');
  const faults: unknown[] = [];
  const writer = openWriter(target, { onFault: (error) => faults.push(error) });
  writer.write('one');
  writer.write('two');
  await writer.settled();
  t.match(faults, [{ code: 'ENOSPC' }]);
  t.equal(faults.length, 1);
  closeSync(target);
});

t.test('what waits is bounded: beyond it the program waits for the reader', async (t) => {
  const { source, target } = pipe(t);
  const path = `/proc/${process.pid}/fd/${source}`;
  const writer = openWriter(target, { onFault: (error) => t.fail(String(error)), heldBytes: 1 << 16 });
  const reader = spawn('sh', ['-c', 'sleep 0.3; wc -c < "$0"', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let counted = '';
  reader.stdout.setEncoding('utf8').on('data', (text: string) => (counted += text));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const began = performance.now();
  writer.write('x'.repeat(1 << 20));
  t.ok(performance.now() - began > 50, 'it waited');
  await writer.settled();
  closeSync(target);
  await new Promise((resolve) => reader.once('close', resolve));
  t.equal(counted.trim(), String(1 << 20));
  closeSync(source);
});
