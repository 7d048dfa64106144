/** Who gets a port when several jobs want it. */
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';

import { portQueue } from '../../runner/port-queue.ts';

const { signal } = new AbortController();

t.test('a port has one owner at a time; others are no one else’s business', async (t) => {
  const take = portQueue();
  const order: string[] = [];
  const first = await take([8080, 9090], signal);
  const second = take([9090, 7070], signal).then((giveBack) => {
    order.push('second');
    return giveBack;
  });
  const other = await take([5050], signal);
  await delay(10);
  t.same(order, [], 'it waits');
  first();
  (await second)();
  other();
  (await take([5050, 7070, 8080, 9090], signal))();
});

t.test('who gives up while it waits gives back what it has', async (t) => {
  const take = portQueue();
  const first = await take([2], signal);
  const over = new AbortController();
  const waiting = take([1, 2], over.signal);
  over.abort(new Error('over'));
  await t.rejects(waiting, /over/);
  (await take([1], signal))();
  first();
});
