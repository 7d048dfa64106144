import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { withLimit } from '../../runner/capsule/until.ts';

setFlagsFromString('--expose-gc');
function collectGarbage(): void {
  runInNewContext('gc()');
}

t.test('a limit that nobody holds is kept all the same', async (t) => {
  const stop = new AbortController();
  const heard: string[] = [];
  const listen = (signal: AbortSignal): void =>
    signal.addEventListener('abort', () => heard.push(String(signal.reason)));
  listen(withLimit(200, stop.signal));
  await delay(20);
  collectGarbage();
  await delay(20);
  collectGarbage();
  await delay(500);
  t.equal(heard.length, 1);
  t.match(heard[0], /^TimeoutError/);
});

t.test('the signal comes first where it is first', async (t) => {
  const stop = new AbortController();
  const either = withLimit(60_000, stop.signal);
  stop.abort('enough');
  t.equal(either.reason, 'enough');
});
