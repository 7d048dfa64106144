/** Tools of this computer: status, streams, time, and the words for a failure. */
import t from 'tap';
import { readProcess } from '../../runner/session/kill.ts';
import { runTool, spawnPiped, toolError } from '../../runner/process.ts';

t.test('a tool gives status and both streams, and never throws', async (t) => {
  t.same(await runTool(['sh', '-c', 'cat; echo e >&2; exit 3'], { input: 'in' }), {
    exit: 3,
    stdout: 'in',
    stderr: 'e\n',
    timedOut: false,
  });
  t.match(await runTool(['sh', '-c', 'kill -9 $$']), { exit: 137 });
  t.match(await runTool(['rootlab-no-such-tool']), { exit: 127 });
  t.match(await runTool(['env'], { env: { ONLY: '1', PATH: '/usr/bin:/bin' } }), { stdout: /^(ONLY|PATH)=/ });
});

t.test('lines are told as they come', async (t) => {
  const lines: string[] = [];
  await runTool(['sh', '-c', 'echo a; echo b >&2; printf c'], { onLine: (line) => lines.push(line) });
  t.same(lines.toSorted(), ['a', 'b', 'c']);
});

t.test('a time-out and an abort end the whole group', async (t) => {
  const text = 'sleep 20 & echo $!; wait';
  for (const options of [{ timeoutMs: 200 }, { signal: AbortSignal.timeout(200) }]) {
    const { exit, stdout, timedOut } = await runTool(['sh', '-c', text], options);
    t.equal(exit, 143);
    t.equal(timedOut, 'timeoutMs' in options);
    t.equal(readProcess(Number(stdout)), undefined);
  }
});

t.test('a failure shows the command ready to paste and the last lines', async (t) => {
  const argv = ['sh', '-c', 'echo out; echo bad >&2; exit 2'];
  const error = toolError('cannot make the tree', argv, await runTool(argv), 'look');
  t.equal(error.message, 'cannot make the tree: sh ended with 2');
  t.equal(error.detail, "$ sh -c 'echo out; echo bad >&2; exit 2'\nout\nbad");
  t.equal(error.hint, 'look');
  t.equal(error.status, 3);
});

t.test('a program that is not there is a UserError', async (t) => {
  await t.rejects(spawnPiped(['rootlab-no-such-tool'], {}), { name: 'UserError', status: 3 });
  const { ended } = await spawnPiped(['sh', '-c', 'kill -15 $$'], {});
  t.same(await ended, { exit: 143, signal: 'SIGTERM' });
});
