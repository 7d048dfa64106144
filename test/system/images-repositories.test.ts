/** Images made by pacstrap and dnf of the repositories that debian-12-talk has, whole, broken and gone. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openCache } from '../../runner/cache.ts';
import { ensureImage } from '../../runner/images/ensure.ts';
import { readInLayers } from '../../runner/images/layers.ts';
import type { ResolvedImage } from '../../runner/images/resolve.ts';
import { bench, startBuilder } from './builder.ts';
import { testImage } from './image.ts';
import { startFor } from './machines.ts';
import { missingImage } from './needs.ts';

// The image with the repositories may have to be made first.
t.setTimeout(900_000);
const skip = (await missingImage('debian-12-talk')) || missingProgram();
const repositories = skip === false ? join((await testImage('debian-12-talk'))?.layers[0] ?? '', 'srv') : '';

function missingProgram(): string | false {
  const missing = ['pacstrap', 'pacman', 'dnf'].filter((name) => {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`]).length === 0;
    } catch {
      return true;
    }
  });
  return missing.length > 0 && `needs ${missing.join(', ')}`;
}

type Kind = 'pacstrap' | 'dnf';
interface Tool {
  readonly kind: Kind;
  readonly repository: string;
  /** Where a tree keeps what is installed in it. */
  readonly database: string;
  /** Options that must change nothing stand in it as well. */
  readonly config: (url: string) => string;
  readonly recipe: (config: string, packages: readonly string[]) => ResolvedImage['recipe'];
}
const tools: readonly Tool[] = [
  {
    kind: 'pacstrap',
    repository: 'arch',
    database: 'var/lib/pacman/local',
    config: (url) =>
      `[options]\nArchitecture = x86_64\nSigLevel = Never\nDBPath = /none/pacman\n[small]\nServer = ${url}\n`,
    recipe: (config, packages) => ({ kind: 'pacstrap', config, packages }),
  },
  {
    kind: 'dnf',
    repository: 'fedora',
    database: 'usr/lib/sysimage/rpm',
    config: (url) => `[main]\ngpgcheck=0\n[small]\nname=Small\nbaseurl=${url}\n`,
    recipe: (config, packages) => ({ kind: 'dnf', config, releasever: '1', packages }),
  },
];

function imageOf(t: Test, tool: Tool, url: string, packages: readonly string[]): ResolvedImage {
  const config = join(t.testdirName, `${tool.kind}.conf`);
  writeFileSync(config, tool.config(url));
  return { name: tool.repository, recipe: tool.recipe(config, packages), packages: [], files: [] };
}

for (const tool of tools) {
  t.test(`${tool.kind} makes an image that boots`, { skip }, async (t) => {
    const cache = openCache(join(t.testdir(), 'cache'));
    const image = imageOf(t, tool, `file://${repositories}/${tool.repository}`, ['base']);
    const phases: string[] = [];
    const { signal } = new AbortController();
    const onProgress = ({ phase }: { readonly phase: string }): void => void phases.push(phase);
    const built = await ensureImage({ ...image, packages: ['init'] }, { cache, signal, onProgress });
    t.match(built.labels, { osId: tool.repository, systemd: '252' });
    t.ok(
      ['reading package lists', 'installing packages'].every((phase) => phases.includes(phase)),
      phases.join(', '),
    );
    const { layers } = built;
    t.equal(readInLayers(layers, 'etc/shells'), '/bin/bash\n', 'the scripts of its packages ran');
    t.equal(readInLayers(layers, 'etc/machine-id'), '', 'each machine draws its own');
    const database = await readdir(join(layers[0] ?? '', tool.database)).catch(() => []);
    t.ok(database.length > 0, 'its packages are known to it');
    const caches = ['pacman', 'dnf'].map((name) => join(layers[0] ?? '', 'var/cache', name));
    const kept = await Promise.all(caches.map((path) => readdir(path).catch(() => [])));
    t.same(kept.flat(), [], 'the packages it fetched are gone');
    t.equal((await ensureImage({ ...image, packages: ['init'] }, { cache, signal })).hash, built.hash);
    const started = await startFor(t, { name: tool.repository, layers, labels: built.labels });
    t.ok(started.ok, 'it boots');
  });

  t.test(`what ${tool.kind} cannot fetch is told, and nothing half-built stays`, { skip }, async (t) => {
    const { cache } = bench(t);
    const whole = `file://${repositories}/${tool.repository}`;
    const broken = copyWithBroken(t, join(repositories, tool.repository), 'filesystem-1-1');
    const network = ['unshare', '--net'];
    const cases: readonly Fault[] = [
      { what: 'a package that ends early', url: `file://${broken}`, hint: /^the mirror is broken/ },
      { what: 'a package that is not there', url: whole, name: 'nonesuch', hint: /^check the names under/ },
      { what: 'no repository', url: `file://${broken}/none`, hint: /^the mirror has no such repository/ },
      {
        what: 'a mirror that does not answer',
        url: 'http://127.0.0.1:9/',
        hint: /^the mirror does not answer/,
      },
      { what: 'no network', url: 'http://mirror.invalid/', walls: network, hint: /^no network: / },
    ];
    for (const fault of cases) await checkFault(t, cache, tool, fault);
  });
}

interface Fault {
  readonly what: string;
  readonly url: string;
  readonly name?: string;
  readonly walls?: readonly string[];
  readonly hint: RegExp;
}

async function checkFault(t: Test, cache: string, tool: Tool, fault: Fault): Promise<void> {
  const image = imageOf(t, tool, fault.url, [fault.name ?? 'filesystem']);
  const start = performance.now();
  const said =
    fault.walls === undefined
      ? await buildHere(cache, image)
      : JSON.parse(await startBuilder(t, cache, image, fault.walls).end());
  const message = `cannot build image "${tool.repository}": ${tool.kind} ended with 1`;
  t.match(said, { error: { message, hint: fault.hint, status: 3 }, left: [] }, fault.what);
  t.ok(performance.now() - start < 30_000, `${fault.what}: told at once`);
}

/** As `build-image.ts` says it, without a process of its own. */
async function buildHere(directory: string, image: ResolvedImage): Promise<unknown> {
  const cache = openCache(directory);
  const { signal } = new AbortController();
  const error = await ensureImage(image, { cache, signal }).catch((error: unknown) => error);
  return { error, left: await readdir(cache.images) };
}

/** A repository of links, but for the package whose name begins so: of that one half is there. */
function copyWithBroken(t: Test, from: string, name: string): string {
  const to = join(t.testdirName, 'broken');
  mkdirSync(to);
  for (const file of readdirSync(from)) {
    if (!file.startsWith(name)) symlinkSync(join(from, file), join(to, file));
    else {
      copyFileSync(join(from, file), join(to, file));
      truncateSync(join(to, file), 1000);
    }
  }
  return to;
}

t.test('a missing program is told with the package that brings it', { skip }, async (t) => {
  const { cache } = bench(t);
  const few = join(t.testdirName, 'few');
  mkdirSync(few);
  for (const name of ['unshare', 'setpriv', 'mount', 'flock', 'sh', 'cat', 'rm'])
    symlinkSync(`/usr/bin/${name}`, join(few, name));
  for (const [tool, program, owner] of [
    [tools[0], 'pacman-conf', 'pacman-package-manager'],
    [tools[1], 'dnf', 'dnf'],
  ] as const) {
    if (tool === undefined) throw new Error('no tool');
    const image = imageOf(t, tool, 'file:///none', ['base']);
    const said: unknown = JSON.parse(await startBuilder(t, cache, image, ['env', `PATH=${few}`]).end());
    const message = `cannot build image "${tool.repository}": ${program} is not installed`;
    t.match(said, { error: { message, hint: `install it: apt-get install ${owner}`, status: 3 }, left: [] });
  }
});
