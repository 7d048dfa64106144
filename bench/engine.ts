/**
 * A Docker engine for one job against dockerd started by hand in namespaces of its own, and what the talk does with
 * both: `node --import=tsx bench/engine.ts`, as root. The programs are those of the image debian-12-talk.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { removeTree, runGroups } from '../runner/capsule/cgroup.ts';
import { engineAnswers, startEngine } from '../runner/capsule/engine.ts';
import { findHierarchies } from '../runner/capsule/hierarchy.ts';
import { runIdentity } from '../runner/capsule/identity.ts';
import { openRun } from '../runner/capsule/run-scope.ts';
import { workDirectory } from '../runner/capsule/work.ts';
import { descendants, stillAlive } from '../test/system/computer.ts';
import { engineWalls } from '../test/system/engine-walls.ts';
import { testImage } from '../test/system/image.ts';
import { least, ms, ratio, show } from './measure.ts';

const rounds = Number(process.env['ROUNDS'] ?? 3);
const argv = (role: string, ...more: readonly string[]): string[] => [
  process.execPath,
  '--import=tsx',
  import.meta.filename,
  role,
  ...more,
];

const roles: Readonly<Record<string, (tree: string) => Promise<void>>> = {
  /** This computer may have no Docker. */
  async outside() {
    const [engines, debian] = [await testImage('debian-12-talk'), await testImage('debian-12')];
    const [tree] = debian?.layers ?? [];
    if (engines === undefined || tree === undefined) throw new Error('the images are not here');
    const words = [...engineWalls(engines), ...argv('inside', tree)];
    const { status } = spawnSync(words[0] ?? '', words.slice(1), { stdio: 'inherit' });
    process.exitCode = status ?? 1;
  },
  async inside(tree) {
    const folder = mkdtempSync(join(tmpdir(), 'rootlab-bench-'));
    try {
      await measure(folder, tree);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  async victim() {
    await using run = await openRun({ jobs: 1 });
    await startEngine(run, { name: 'docker', uplink: false, signal: AbortSignal.timeout(60_000) });
    process.stdout.write('up\n');
    await sleep(1_000_000);
  },
};

/** In turns, so that a busy computer slows both sides alike. */
async function measure(folder: string, tree: string): Promise<void> {
  const took = new Map<string, number[]>();
  const time = async <Value>(what: string, act: () => Promise<Value> | Value): Promise<Value> => {
    const began = performance.now();
    const value = await act();
    took.set(what, [...(took.get(what) ?? []), performance.now() - began]);
    return value;
  };
  mkdirSync(join(folder, 'context'));
  writeFileSync(
    join(folder, 'context/Dockerfile'),
    'FROM debian\nRUN apt-get --version\nCMD ["sleep", "infinity"]\n',
  );
  await using run = await openRun({ jobs: 1 });
  const { signal } = new AbortController();
  for (let round = 0; round < rounds; round += 1) {
    const bare = await time('bare up', async () => bareEngine(folder));
    docker(bare.env, importing(tree));
    await time('bare talk', () => docker(bare.env, talk(folder)));
    await time('bare gone', bare.end);
    const own = await time('up', async () => startEngine(run, { name: 'docker', uplink: false, signal }));
    docker(own.env, importing(tree));
    await time('talk', () => docker(own.env, talk(folder)));
    await time('gone', async () => own[Symbol.asyncDispose]());
    const victim = await startVictim();
    await time('killed', async () => killed(victim));
  }
  const of = (what: string): number => least(took.get(what) ?? []);
  show('an engine is up', of('up'), 3000, ms(of('up')));
  show('up / dockerd by hand', ...ratio(of('up'), of('bare up'), 1.5));
  show('and gone', of('gone'), 1000, `${ms(of('gone'))} (by hand ${ms(of('bare gone'))})`);
  show('and gone with a runner that is killed', of('killed'), 1000, ms(of('killed')));
  show('build, run, exec, export', of('talk'), 15_000, ms(of('talk')));
  show('build, run, exec, export / by hand', ...ratio(of('talk'), of('bare talk'), 1.2));
}

const importing = (tree: string): string => `tar -C ${tree} -c . | docker import - debian`;
const talk = (folder: string): string =>
  [
    'set -e',
    `cd ${folder}`,
    'docker build -t bashtest context',
    'id=$(docker run -d bashtest)',
    'docker ps',
    'docker exec "${id%"${id#???}"}" ps aux',
    'docker export "$id" >img.tar',
    'tar -tf img.tar',
    'docker rm --force "$id"',
  ].join('\n');

function docker(env: Readonly<Record<string, string>>, text: string): void {
  const { status, stderr } = spawnSync('sh', ['-c', text], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${text}: ${stderr}`);
}

/** As in a shell: nothing but what it needs to be alone, its data in memory. */
async function bareEngine(folder: string): Promise<{ env: Record<string, string>; end(): Promise<void> }> {
  const socket = join(folder, 'bare.sock');
  const { unified } = findHierarchies();
  if (unified === undefined) throw new Error('there is no cgroup v2 here');
  const group = join(unified, basename(folder));
  mkdirSync(group);
  const lines = [
    'set -e',
    'mount -t tmpfs tmpfs /run',
    'mkdir /run/etc /run/etc.work /run/data',
    'mount -t overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/etc.work overlay /etc',
    'mount -t tmpfs tmpfs /run/data',
    'mount -t tmpfs tmpfs /sys/fs/cgroup',
    'mount -t cgroup2 cgroup2 /sys/fs/cgroup',
    'mkdir /sys/fs/cgroup/engine',
    'echo 0 >/sys/fs/cgroup/engine/cgroup.procs',
    'echo {} >/run/daemon.json',
    [
      'exec dockerd --config-file=/run/daemon.json --data-root=/run/data --exec-root=/run/docker --pidfile=/run/dockerd.pid --group=root',
      `--storage-driver=overlay2 --exec-opt=native.cgroupdriver=cgroupfs --host=unix://${socket}`,
    ].join(' '),
  ];
  const words = [
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--net',
    'sh',
    '-c',
    lines.join('\n'),
  ];
  const enter = `echo 0 >${group}/cgroup.procs; exec unshare --cgroup "$@"`;
  const child = spawn('sh', ['-c', enter, 'sh', ...words], { stdio: 'ignore' });
  const ended = once(child, 'close');
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(socket, { force: true });
    while (!removeTree(group)) await sleep(10);
  };
  while (!(await engineAnswers(socket))) {
    if (child.exitCode !== null) {
      await end();
      throw new Error('dockerd ended');
    }
    await sleep(10);
  }
  return { env: { DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: folder }, end };
}

async function startVictim(): Promise<ChildProcess> {
  const [program = '', ...words] = argv('victim');
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

/** Until no process, cgroup or file of it is left. */
async function killed(child: ChildProcess): Promise<void> {
  const pid = child.pid ?? 0;
  const id = runIdentity(pid);
  const family = descendants(pid);
  const places = [...runGroups(id), workDirectory(id).path];
  child.kill('SIGKILL');
  while (stillAlive(family).length > 0 || places.some((path) => existsSync(path))) await sleep(10);
}

const [role = 'outside', tree = ''] = process.argv.slice(2);
await roles[role]?.(tree);
