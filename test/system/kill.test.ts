/** However a runner ends, nothing of it remains. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import t, { type Test } from 'tap';

import { runIdentity } from '../../runner/capsule/identity.ts';
import { openRun } from '../../runner/capsule/run-scope.ts';
import { memoryPrefix } from '../../runner/capsule/work.ts';
import { descendants, newSince, snapshotComputer, stillAlive } from './computer.ts';
import { testImage } from './image.ts';

const missing = process.getuid?.() !== 0 ? 'needs root' : (await testImage('debian-12')) ? false : 'no image';

interface Victim {
  readonly child: ChildProcess;
  readonly id: string;
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
}

async function startVictim(storage: string): Promise<Victim> {
  const file = new URL('victim.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import=tsx', file, 'debian-12', storage], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stdout.on('data', look);
      void ended.then(() => reject(new Error(`the victim ended: ${text}`)));
    });
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ready = said(/^(ready)$/m).then(() => {});
  ready.catch(() => {});
  return { child, id: await said(/^open (\S+)$/m), ready, ended };
}

/**
 * Kills a runner after `delayMs` (or once its machine is up) and looks at the computer a second later: a second by
 * the clock, and as many looks as an idle computer has in one, so that a busy one gets the time it needs for them.
 */
async function checkKilled(t: Test, storage: string, delayMs: number | 'ready', signal: NodeJS.Signals) {
  const before = snapshotComputer();
  const victim = await startVictim(storage);
  await (delayMs === 'ready' ? victim.ready : sleep(delayMs));
  const family = descendants(victim.child.pid ?? 0);
  const began = performance.now();
  victim.child.kill(signal);
  await victim.ended;
  let left: unknown;
  let looks = 0;
  do {
    await sleep(20);
    looks += 1;
    left = { ...newSince(before, snapshotComputer(), victim.id), processes: stillAlive(family) };
  } while ((performance.now() - began < 1000 || looks < 45) && JSON.stringify(left) !== '{"processes":[]}');
  t.same(
    left,
    { processes: [] },
    `${signal} at ${delayMs} on ${storage}: nothing left after ${looks} looks in ${Math.round(performance.now() - began)} ms`,
  );
}

for (const storage of ['tmpfs', 'loop']) {
  t.test(`a runner killed at random moments leaves nothing on ${storage}`, { skip: missing }, async (t) => {
    const moments = Array.from({ length: 10 }, () => Math.random() * 2000);
    // A few at once: each knows its own leftovers by the name of its run.
    for (const some of [moments.slice(0, 5), moments.slice(5)])
      await Promise.all(some.map((moment) => checkKilled(t, storage, moment, 'SIGKILL')));
  });
  t.test(
    `a runner killed while its machine is up leaves nothing on ${storage}`,
    { skip: missing },
    async (t) => {
      await checkKilled(t, storage, 'ready', 'SIGKILL');
    },
  );
}

t.test('a runner killed while it made its pipes leaves no name of them', { skip: missing }, async (t) => {
  const victim = await startVictim('tmpfs');
  const halfMade = `${memoryPrefix(victim.id)}half`;
  mkdirSync(halfMade);
  victim.child.kill('SIGKILL');
  await victim.ended;
  for (let tries = 0; existsSync(halfMade) && tries < 50; tries += 1) await sleep(20);
  t.notOk(existsSync(halfMade), 'the janitor removed it');
});

t.test('what an earlier janitor could not remove goes at the next start', { skip: missing }, async (t) => {
  const dead = memoryPrefix(`4194305-1-${runIdentity().split('-')[2]}`);
  mkdirSync(`${dead}half`);
  await using run = await openRun({ jobs: 1 });
  t.ok(run.owns);
  t.notOk(existsSync(`${dead}half`));
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} ends a runner and all of its machines within a second`, { skip: missing }, async (t) => {
    await checkKilled(t, 'tmpfs', 'ready', signal);
    await checkKilled(t, 'tmpfs', 300, signal);
  });
}
