/** `needs: [docker]` on this very computer: an engine for the job alone, of which nothing remains. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { shellWord } from '../../src/describe-text.ts';
import { descendants, newSince, snapshotComputer, stillAlive } from './computer.ts';
import { testImage } from './image.ts';
import { program, startRootlab } from './program.ts';
import { makeTinyTree, packTree } from './tiny-tree.ts';

t.setTimeout(600_000);
const image = process.getuid?.() === 0 ? await testImage('debian-12-engines') : undefined;
const skip = image === undefined ? 'needs root' : false;

function overlay(path: string): string {
  const layers = [path, ...(image?.layers ?? []).map((layer) => layer + path)].filter((one) =>
    existsSync(one),
  );
  return `mount -t overlay -o lowerdir=${layers.join(':')} overlay ${path}`;
}

/** This computer with Docker's programs from an image, and no engine that answers; in it `then` is done first. */
function walls(then: string): readonly string[] {
  const lines = ['set -e', 'mount -t tmpfs tmpfs /run', overlay('/usr'), overlay('/etc/alternatives'), then];
  return ['unshare', '--mount', 'sh', '-c', `${lines.join('\n')}\nexec "$@"`, 'sh'];
}

/** A folder with a scenario of these steps, and with an image for them in `$PWD/tiny.tar`. */
function folderOf(t: Test, steps: (folder: string) => string, needs = '[docker]'): string {
  const folder = t.testdir({ tree: {}, context: { Dockerfile: 'FROM tiny\nRUN echo made >/etc/made\n' } });
  makeTinyTree(join(folder, 'tree'));
  packTree(join(folder, 'tree'), join(folder, 'tiny.tar'));
  const head = `title: An engine\nmachine: host\nneeds: ${needs}\nsteps:\n`;
  writeFileSync(
    join(folder, 'rootlab.yaml'),
    'images: [{name: theirs, docker: {image: tiny}}, {name: ours, docker: {dockerfile: context/Dockerfile}}]\n',
  );
  writeFileSync(join(folder, 'engine.yaml'), head + steps(folder));
  return folder;
}

const words = ['run', 'engine.yaml', '--allow-host', '--output=out', '--reporter=console'];
const build = [...program, 'images', 'build'];
const start = (folder: string): string =>
  `docker import ${folder}/tiny.tar tiny && docker run --name web --detach tiny sleep 1000`;

t.test('a job has an engine of its own, and it goes with the job', { skip }, async (t) => {
  const cwd = folderOf(
    t,
    (folder) => `
- run: ${start(folder)}
- run: docker ps --format '{{.Names}} {{.Image}}'
  expect: web tiny
- run: docker exec web ls /etc/os-release
  expect: /etc/os-release
- title: What it has, and what it builds, are images of ours
  run: cd ${folder} && ROOTLAB_CACHE=${folder}/cache ${build.map(shellWord).join(' ')} theirs ours
- run: cat ${folder}/cache/images/*/tree/etc/made
  expect: made
`,
  );
  const before = snapshotComputer();
  const running = startRootlab(t, words, { cwd, walls: walls(':') });
  const { status, stdout, stderr } = await running.ended;
  t.equal(status, 0, stdout + stderr);
  t.match(stdout, /1 job passed/);
  t.same(newSince(before, snapshotComputer(), running.id), {});
});

t.test('a runner that is killed takes the engine along', { skip }, async (t) => {
  const cwd = folderOf(t, (folder) => `- run: ${start(folder)} && touch ${folder}/up && sleep 1000\n`);
  const before = snapshotComputer();
  const running = startRootlab(t, words, { cwd, walls: walls(':') });
  for (let tries = 0; !existsSync(join(cwd, 'up')) && tries < 600; tries++) await sleep(100);
  const family = descendants(running.pid);
  t.ok(
    stillAlive(family).some((line) => line.includes('dockerd')),
    'it was up',
  );
  running.child.kill('SIGKILL');
  await running.ended;
  let left: unknown;
  const began = performance.now();
  do {
    await sleep(20);
    left = { ...newSince(before, snapshotComputer(), running.id), processes: stillAlive(family) };
  } while (performance.now() - began < 3000 && JSON.stringify(left) !== '{"processes":[]}');
  t.same(left, { processes: [] }, `nothing left after ${Math.round(performance.now() - began)} ms`);
});

t.test('an engine that cannot start is an error of ours, with its last words', { skip }, async (t) => {
  const cwd = folderOf(t, () => '- run: docker ps\n');
  const broken = `printf '#!/bin/sh\\necho no such driver >&2; exit 1\\n' >/run/dockerd; chmod 755 /run/dockerd
cp /run/dockerd ${shellWord(cwd)}/dockerd; mount --bind ${shellWord(cwd)}/dockerd /usr/sbin/dockerd`;
  const before = snapshotComputer();
  const running = startRootlab(t, words, { cwd, walls: walls(broken) });
  const { status, stdout } = await running.ended;
  t.equal(status, 3);
  t.match(stdout, /cannot start a Docker engine for the job: dockerd ended at once[^]*no such driver/);
  t.same(newSince(before, snapshotComputer(), running.id), {});
});

t.test('podman alone will do where a job asks for either', { skip }, async (t) => {
  const cwd = folderOf(
    t,
    () => '- run: podman --version; echo "${DOCKER_HOST-none}"\n',
    '{any: [docker, podman]}',
  );
  const hidden = 'mount --bind /dev/null /usr/sbin/dockerd';
  const { status, stdout, stderr } = await startRootlab(t, words, { cwd, walls: walls(hidden) }).ended;
  t.equal(status, 0, stdout + stderr);
  t.match(stdout, /1 job passed/);
});
