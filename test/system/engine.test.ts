/** `needs: [docker]` and `[podman]` on this very computer: an engine for the job alone, of which nothing remains. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { homeDirectory } from '../../runner/home.ts';
import { shellWord } from '../../src/describe-text.ts';
import { descendants, newSince, snapshotComputer, stillAlive } from './computer.ts';
import { engineWalls } from './engine-walls.ts';
import { testImage } from './image.ts';
import { program, startRootlab } from './program.ts';
import { makeTinyTree, packTree } from './tiny-tree.ts';

t.setTimeout(600_000);
const image = process.getuid?.() === 0 ? await testImage('debian-12-talk') : undefined;
const skip = image === undefined ? 'needs root' : false;

const walls = (then: string): readonly string[] => engineWalls(image, then);

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
const engines = [
  { name: 'docker', image: 'tiny', program: 'dockerd', hides: 'podman' },
  { name: 'podman', image: 'localhost/tiny:latest', program: 'podman', hides: 'dockerd' },
] as const;
type Engine = (typeof engines)[number];
const start = ({ name }: Engine, folder: string): string =>
  `${name} import ${folder}/tiny.tar tiny && ${name} run --name web --detach tiny sleep 1000`;
/** The other one could do it as well. */
const alone = ({ hides }: Engine): string => `mount --bind /dev/null $(command -v ${hides})`;

/** What an engine of this computer itself would leave; others use these places too. */
const kept = (): readonly string[] =>
  ['/var/lib', '/var/tmp', '/dev/shm', '/opt', '/etc'].flatMap((path) =>
    readdirSync(path)
      .filter((name) => /docker|contain|podman|libpod|buildah|cni/.test(name))
      .map((name) => `${path}/${name}`),
  );

for (const engine of engines) {
  const { name, image: shown, program: serving } = engine;
  t.test(`a job has an engine of its own, and it goes with the job: ${name}`, { skip }, async (t) => {
    const cwd = folderOf(
      t,
      (folder) => `
- run: ${start(engine, folder)}
- run: ${name} ps --format '{{.Names}} {{.Image}}'
  expect: web ${shown}
- run: ${name} exec web ls /etc/os-release
  expect: /etc/os-release
- run: ${name} export web >web.tar && tar -tf web.tar etc/os-release && rm web.tar
  expect: etc/os-release
- title: What it has, and what it builds, are images of ours
  run: cd ${folder} && ROOTLAB_CACHE=${folder}/cache ${build.map(shellWord).join(' ')} theirs ours
- run: cat ${folder}/cache/images/*/tree/etc/made
  expect: made
`,
      `[${name}]`,
    );
    const before = snapshotComputer();
    const keptBefore = kept();
    const running = startRootlab(t, words, { cwd, walls: walls(alone(engine)) });
    const { status, stdout, stderr } = await running.ended;
    t.equal(status, 0, stdout + stderr);
    t.match(stdout, /1 job passed/);
    t.same(newSince(before, snapshotComputer(), running.id), {});
    t.same(kept(), keptBefore);
  });

  t.test(`a runner that is killed takes the engine along: ${name}`, { skip }, async (t) => {
    const cwd = folderOf(
      t,
      (folder) => `- run: ${start(engine, folder)} && touch ${folder}/up && sleep 1000\n`,
      `[${name}]`,
    );
    const before = snapshotComputer();
    // So many machines at once would not fit into memory: its data lies on a disk.
    const running = startRootlab(t, [...words, '--jobs=64'], { cwd, walls: walls(alone(engine)) });
    for (let tries = 0; !existsSync(join(cwd, 'up')) && tries < 600; tries++) await sleep(100);
    const family = descendants(running.pid);
    t.ok(
      stillAlive(family).some((line) => line.includes(serving)),
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
}

for (const { name, program: serving } of engines)
  t.test(
    `an engine that cannot start is an error of ours, with its last words: ${name}`,
    { skip },
    async (t) => {
      const cwd = folderOf(t, () => `- run: ${name} ps\n`, `[${name}]`);
      const file = shellWord(join(cwd, serving));
      const broken = `printf '#!/bin/sh\\necho no such driver >&2; exit 1\\n' >${file}; chmod 755 ${file}
mount --bind ${file} $(command -v ${serving})`;
      const before = snapshotComputer();
      const running = startRootlab(t, words, { cwd, walls: walls(broken) });
      const { status, stdout } = await running.ended;
      t.equal(status, 3);
      t.match(
        stdout,
        new RegExp(`cannot start .* for the job: ${serving} ended at once[^]*no such driver[^]*hint: `),
      );
      t.same(newSince(before, snapshotComputer(), running.id), {});
    },
  );

t.test('an engine has the time to start that --timeout-scale gives', { skip }, async (t) => {
  const cwd = folderOf(t, () => '- run: docker ps --quiet\n');
  const file = (name: string): string => shellWord(join(cwd, name));
  const slow = `: >${file('real')}; mount --bind $(command -v dockerd) ${file('real')}
printf '#!/bin/sh\\nsleep 21; exec %s "$@"\\n' ${file('real')} >${file('dockerd')}; chmod 755 ${file('dockerd')}
mount --bind ${file('dockerd')} $(command -v dockerd)`;
  const running = startRootlab(t, [...words, '--timeout-scale=3'], { cwd, walls: walls(slow) });
  const { status, stdout, stderr } = await running.ended;
  t.equal(status, 0, stdout + stderr);
});

t.test('what is shipped for either engine runs on either alone', { skip }, async (t) => {
  const scenario = join(homeDirectory, 'scenarios/docker/either.yaml');
  for (const engine of engines) {
    const { name } = engine;
    const either = ['run', scenario, '--allow-host', `--output=${t.testdir()}`, '--reporter=console'];
    const { status, stdout, stderr } = await startRootlab(t, either, { walls: walls(alone(engine)) }).ended;
    t.equal(status, 0, `${name}: ${stdout}${stderr}`);
    t.match(stdout, /1 job passed/);
  }
});

t.test('an engine that answers is used, and none is started beside it', { skip }, async (t) => {
  const cwd = folderOf(
    t,
    () => `- run: docker ps && test -z "$DOCKER_HOST"\n  expect: another engine is asked for ps\n`,
  );
  const answering = join(cwd, 'docker');
  writeFileSync(answering, '#!/bin/sh\necho "another engine is asked for $1"\n', { mode: 0o755 });
  const over = walls(`mount --bind ${answering} $(command -v docker)`);
  const { status, stdout, stderr } = await startRootlab(t, words, { cwd, walls: over }).ended;
  t.equal(status, 0, stdout + stderr);
  t.match(stdout, /1 job passed/);
});
