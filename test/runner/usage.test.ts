import t from 'tap';
import { usedSince } from '../../runner/usage.ts';

t.test('what was used since then is a difference, what is held is as it is now', async (t) => {
  const begun = { usage: { cpuMs: 40, memoryBytes: 5 }, atMs: performance.now() - 1000 };
  const { durationMs, ...used } = usedSince(begun, { cpuMs: 100, memoryBytes: 3 });
  t.strictSame(used, { cpuMs: 60, memoryBytes: 3 });
  t.ok(durationMs >= 1000 && durationMs < 10_000, String(durationMs));
});

t.test('a machine that has booted meanwhile began at nothing', async (t) => {
  const atMs = performance.now();
  t.equal(usedSince({ usage: { cpuMs: 400 }, atMs }, { cpuMs: 30 }).cpuMs, 30);
  t.equal(usedSince({ usage: undefined, atMs }, { cpuMs: 30 }).cpuMs, 30);
});

t.test('where nobody counts only time has passed', async (t) => {
  const used = usedSince({ usage: { cpuMs: 400 }, atMs: performance.now() }, undefined);
  t.strictSame(Object.keys(used), ['durationMs']);
});
