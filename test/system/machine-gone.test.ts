/** A machine that goes away under a step: how it went is told, and nobody waits for its shell. */
import t from 'tap';
import type { Fate } from '../../src/event.ts';
import { testImage } from './image.ts';
import { startFor } from './machines.ts';

t.setTimeout(120_000);
const bookworm = await testImage('debian-12');
const skip = process.getuid?.() === 0 && bookworm ? false : 'needs root and the image debian-12';
const { signal } = new AbortController();
const options = { signal, timeoutMs: 30_000, outputLimitBytes: 10_000 };

const WAYS: readonly (readonly [typed: string, fate: Fate | undefined])[] = [
  ['systemctl poweroff -ff; sleep 60', 'powered-off'],
  ['halt -f; sleep 60', 'powered-off'],
  ['systemctl poweroff; sleep 60', 'powered-off'],
  ['reboot -f; sleep 60', 'rebooted'],
  ['kill -9 $$', undefined],
];

for (const [typed, fate] of WAYS) {
  t.test(`What became of the machine after: ${typed}`, { skip }, async (t) => {
    if (bookworm === undefined) return;
    const started = await startFor(t, bookworm);
    if (!started.ok) throw new Error(JSON.stringify(started.failure));
    const { machine } = started;
    const session = await machine.session('main', signal);
    const asked = machine.fate?.();
    const { exit } = await session.run(typed, options);
    t.ok(exit > 128, `${exit}`);
    t.equal(await asked?.(), fate);
  });
}

t.test('A shell that is stopped, as by a machine that goes down, is woken', { skip }, async (t) => {
  if (bookworm === undefined) return;
  const started = await startFor(t, bookworm);
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  const session = await started.machine.session('main', signal);
  const { stdout, ended } = await session.run('kill -STOP $$; echo on', options);
  t.equal(ended, 'normal');
  t.equal(Buffer.from(stdout.bytes).toString(), 'on\n');
});

t.test('A shell that is left in it, deaf to TERM, does not hold up its way down', { skip }, async (t) => {
  if (bookworm === undefined) return;
  const started = await startFor(t, bookworm);
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  const session = await started.machine.session('main', signal);
  const begun = performance.now();
  const { exit } = await session.run('systemctl poweroff', options);
  t.equal(exit, 0);
  await started.machine.ended();
  // systemd would look again after 10 s.
  const took = performance.now() - begun;
  t.ok(took < 8_000, `${took} ms`);
});
