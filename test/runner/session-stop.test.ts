/** Time-outs and interrupts end a step, and only that step. */
import t from 'tap';
import { readProcess } from '../../runner/session/kill.ts';
import { openPlain, plainOptions, type } from './session-tools.ts';

const short = { timeoutMs: 150 };

t.test('a time-out kills what the step started and keeps the shell', async (t) => {
  await using session = await openPlain();
  const { out: older } = await type(session, 'a=1; sleep 30 & echo $!');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const step = 'echo begun; sleep 31 & echo $!; (sleep 32; echo no); echo never';
  const { out, ended } = await type(session, step, short);
  t.equal(ended, 'timed-out');
  const [begun, pid, ...rest] = out.split('\n');
  t.same([begun, ...rest], ['begun', '']);
  t.equal(readProcess(Number(pid)), undefined);
  t.ok(process.kill(Number(older), 0), 'an earlier background child lives on');
  t.match(await type(session, 'echo $a'), { out: '1\n' }, 'it is the same shell');
});

for (const text of [
  'while :; do :; done',
  'while :; do sleep 0.01; done',
  'kill -STOP $$; sleep 30',
  'exec sleep 30',
  'trap "" INT; while :; do :; done',
  'sh -c \'trap "" INT TERM; while :; do sleep 0.05; done\'',
]) {
  t.test(`a time-out ends: ${text}`, async (t) => {
    await using session = await openPlain();
    t.equal((await type(session, text, short)).ended, 'timed-out');
    t.match(await type(session, 'echo fine'), { out: 'fine\n', ended: 'normal' });
  });
}

t.test('an abort interrupts within a second, even a step that ignores it', async (t) => {
  await using session = await openPlain();
  for (const text of ['sleep 30', 'trap "" INT; while :; do :; done']) {
    const signal = AbortSignal.timeout(100);
    const startedAt = performance.now();
    const { ended } = await session.run(text, { ...plainOptions, signal });
    t.equal(ended, 'interrupted');
    t.ok(performance.now() - startedAt < 1500);
  }
});

t.test('what a background child prints belongs to the time it prints it', async (t) => {
  await using session = await openPlain();
  t.match(await type(session, '(sleep 0.3; echo late) & echo now'), { out: 'now\n' });
  t.match(await type(session, 'sleep 0.5; echo then'), { out: 'late\nthen\n' });
  t.match(await type(session, '(sleep 0.1; echo between) & true'), { out: '' });
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.match(await type(session, 'true'), { out: 'between\n' });
});
