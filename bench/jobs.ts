/**
 * Two jobs at once against one after the other, over all shipped scenarios and images, beside what two bare boots at
 * once gain here: `node --import=tsx bench/jobs.ts [PATH…]`, as root, with warm images. Takes several minutes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { endGroups, makeJobGroup, runGroups } from '../runner/capsule/cgroup.ts';
import { homeDirectory } from '../runner/home.ts';
import { testImage } from '../test/system/image.ts';
import { bareArgv, bareBootScript, bareEnvironment } from './bare.ts';
import { least, ms, show } from './measure.ts';

const boots = 6;
const bareGoes = 5;
const rounds = Number(process.env['ROUNDS'] ?? 1);

async function main(paths: readonly string[]): Promise<void> {
  const image = await testImage('debian-12');
  if (image === undefined) throw new Error('the image debian-12 is not here');
  const directory = mkdtempSync(join(tmpdir(), 'rootlab-bench-'));
  const layer = join(directory, 'layer');
  try {
    const script = bareBootScript(image, layer);
    const took: Record<'bare' | 'ours', Record<1 | 2, number[]>> = {
      bare: { 1: [], 2: [] },
      ours: { 1: [], 2: [] },
    };
    for (let round = 0; round < rounds; round += 1) {
      for (const jobs of [1, 2] as const) {
        // They take seconds where the scenarios take minutes: one go that something disturbed would say anything.
        for (let go = 0; go < bareGoes; go += 1)
          took.bare[jobs].push(await timed(() => bareBoots(script, jobs)));
        took.ours[jobs].push(await timed(() => runScenarios(paths, jobs, directory)));
      }
    }
    const gain = (who: 'bare' | 'ours'): number => least(took[who][1]) / least(took[who][2]);
    console.log(`${boots} bare boots: ${ms(least(took.bare[1]))}, two at once ${ms(least(took.bare[2]))}`);
    console.log(`scenarios: ${ms(least(took.ours[1]))}, two at once ${ms(least(took.ours[2]))}`);
    const part = gain('ours') / gain('bare');
    // Less is worse here, so the limit is on its inverse.
    show(
      'gain of two bare boots at once / of two jobs',
      1 / part,
      1 / 0.9,
      `${gain('bare').toFixed(2)} / ${gain('ours').toFixed(2)}`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function timed(act: () => unknown): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

function runScenarios(paths: readonly string[], jobs: number, directory: string): void {
  const words = [
    'run',
    ...paths,
    '--tag',
    'not host',
    '--jobs',
    `${jobs}`,
    '--output',
    join(directory, 'out'),
  ];
  const { status, stdout, stderr } = spawnSync(join(homeDirectory, 'dist/rootlab'), words, {
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const failed = stdout.split('\n').filter((line) => /^ *not ok/.test(line));
  if (status !== 0)
    throw new Error(`rootlab ${words.join(' ')} ended with ${status}\n${[...failed, stderr].join('\n')}`);
}

/** Each in a cgroup of its own: two systemd-nspawn in one remove what is the other's. */
async function bareBoots(script: string, atOnce: number): Promise<void> {
  const id = `bench-${process.pid}`;
  let left = boots;
  const one = async (slot: number): Promise<void> => {
    const group = makeJobGroup(id, `${slot}`, {});
    const enter = group.machine.map((path) => `echo $$ >'${join(path, 'cgroup.procs')}'`);
    while (left > 0) {
      left -= 1;
      await new Promise<void>((resolve, reject) => {
        const child = spawn('unshare', bareArgv([...enter, script].join('\n')), {
          env: { ...process.env, ...bareEnvironment },
          stdio: 'ignore',
        });
        child.once('error', reject);
        child.once('close', (status) =>
          status === 0 ? resolve() : reject(new Error(`systemd-nspawn ended with ${status}`)),
        );
      });
      group.resetMachine();
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, (_, slot) => one(slot)));
  } finally {
    await endGroups(runGroups(id), AbortSignal.timeout(5_000));
  }
}

const given = process.argv.slice(2);
await main(given.length > 0 ? given : [join(homeDirectory, 'scenarios')]);
