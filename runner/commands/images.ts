/** `rootlab images`: builds, lists and prunes the base trees that machines are made from. */
import { UserError } from '../../src/error.ts';
import type { ImageSpec } from '../../src/image.ts';
import { suggest } from '../../src/nearest.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../src/quantity.ts';
import { openCache } from '../cache.ts';
import { requireRoot } from '../capsule/run-scope.ts';
import type { Command, Input } from '../command.ts';
import { ensureImage } from '../images/ensure.ts';
import { imageHash } from '../images/hash.ts';
import { pruneImages } from '../images/prune.ts';
import { resolveImage, type ResolvedImage } from '../images/resolve.ts';
import { listImages, type StoredImage } from '../images/store.ts';
import { loadCatalogue } from '../load.ts';

const actions: Readonly<Record<string, (input: Input, names: readonly string[]) => Promise<number>>> = {
  build,
  list,
  prune,
};

export const images: Command = {
  summary: 'Build, list or prune the images that machines are made from',
  usage: 'build [NAME …] | list | prune [NAME …] [OPTIONS]',
  description:
    'An image is a base OS tree, built once by its recipe (scenarios/images.yaml, images: in rootlab.yaml) and kept in\n' +
    'the cache directory: ROOTLAB_CACHE, else XDG_CACHE_HOME/rootlab, else ~/.cache/rootlab. A run builds what it needs.',
  options: {
    'other-recipes': {
      help: 'prune: those that no recipe makes any more, of the images NAME or of all; "images list" shows them',
    },
    'older-than': {
      value: 'TIME',
      help: 'prune: those unused for longer, "30d" say; packages and checkpoints of jobs as well',
    },
    'max-size': {
      value: 'SIZE',
      help: 'prune: those unused for longest, until the rest takes no more, "5G" say',
    },
  },
  examples: [
    ['rootlab images build debian-12 debian-13', 'before the first run'],
    ['rootlab images prune --older-than=30d', 'what nobody used for a month'],
    ['rootlab images prune my-systemd --other-recipes', 'what was made of it by earlier recipes'],
  ],
  async execute(input) {
    const [action = 'list', ...names] = input.words;
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (act === undefined) {
      throw new UserError(`unknown action "${action}" of rootlab images`, {
        hint: suggest(action, Object.keys(actions), 'they are'),
      });
    }
    return act(input, names);
  },
};

async function build(input: Input, names: readonly string[]): Promise<number> {
  requireRoot('build images');
  const catalogue = await loadCatalogue();
  const wanted = (names.length === 0 ? catalogue.map(({ name }) => name) : names).map((name) =>
    resolveImage(name, catalogue),
  );
  for (const image of wanted) {
    let said = '';
    let saidMs = 0;
    const built = await ensureImage(image, {
      signal: input.signal,
      onProgress: ({ image: of, phase, elapsedMs }) => {
        if (said === of + phase && elapsedMs - saidMs < 10_000) return;
        [said, saidMs] = [of + phase, elapsedMs];
        process.stderr.write(`${of}: ${phase} (${formatDuration(elapsedMs)})\n`);
      },
    });
    const { systemd, os } = built.labels;
    process.stdout.write(
      `${image.name}  ${os ?? 'unknown system'}${systemd === undefined ? '' : `, systemd ${systemd}`}  ${built.layers[0] ?? ''}\n`,
    );
  }
  return 0;
}

async function list(_input: Input, names: readonly string[]): Promise<number> {
  if (names.length > 0)
    throw new UserError(`rootlab images list takes no "${names[0]}"`, { hint: 'it lists all of them' });
  const catalogue = await loadCatalogue();
  const stored = new Map((await listImages(openCache())).map((image) => [image.hash, image]));
  const rows: string[][] = [['NAME', 'STATE', 'SYSTEM', 'SYSTEMD', 'SIZE', 'USED']];
  const current = await hashesOf(catalogue);
  for (const [name, hash] of current) {
    const found = stored.get(hash);
    rows.push(row(name, found === undefined ? 'not built' : 'built', found));
  }
  for (const hash of current.values()) stored.delete(hash);
  // Of one image there may be many, each with the files of another machine.
  const others = [...stored.values()];
  for (const name of new Set(others.map((other) => other.name))) {
    const [newest, ...more] = others.filter((other) => other.name === name);
    if (newest === undefined) continue;
    const sizeBytes = more.reduce((sum, image) => sum + image.sizeBytes, newest.sizeBytes);
    const state = more.length === 0 ? 'of other recipes' : `${more.length + 1} of other recipes`;
    rows.push(row(name, state, { ...newest, sizeBytes }));
  }
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  for (const cells of rows)
    process.stdout.write(
      `${cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  return 0;
}

function row(name: string, state: string, image: StoredImage | undefined): string[] {
  if (image === undefined) return [name, state, '-', '-', '-', '-'];
  const used = `${formatDuration(Math.round((Date.now() - image.usedMs) / 60_000) * 60_000) || '0min'} ago`;
  return [
    name,
    state,
    image.labels.os ?? '-',
    image.labels.systemd ?? '-',
    formatSize(image.sizeBytes),
    used,
  ];
}

/** Of each name what its recipe makes now. */
async function hashesOf(catalogue: readonly ImageSpec[]): Promise<ReadonlyMap<string, string>> {
  const hash = async (image: ResolvedImage): Promise<string> =>
    imageHash(image, image.base === undefined ? undefined : await hash(image.base));
  const hashes = new Map<string, string>();
  for (const { name } of catalogue) hashes.set(name, await hash(resolveImage(name, catalogue)));
  return hashes;
}

async function prune(input: Input, names: readonly string[]): Promise<number> {
  const age = input.value('older-than');
  const size = input.value('max-size');
  const others = input.flag('other-recipes');
  if (names.length > 0 && (!others || age !== undefined || size !== undefined))
    throw new UserError('rootlab images prune takes names with --other-recipes alone', {
      hint: 'say which by --older-than or --max-size, or remove what earlier recipes of a name made: --other-recipes',
    });
  if (age === undefined && size === undefined && !others) {
    throw new UserError('rootlab images prune needs a limit', {
      hint: '--older-than=30d, --max-size=5G or --other-recipes; --max-size=0 removes all',
    });
  }
  const cache = openCache();
  const stale = others ? await staleOf(await listImages(cache), await loadCatalogue(), names) : [];
  const { removed, inUse, freedBytes } = await pruneImages(cache, {
    olderThanMs: quantity('older-than', age, parseDuration, '30d'),
    maxBytes: quantity('max-size', size, parseSize, '5G'),
    hashes: new Set(stale.map(({ hash }) => hash)),
    nowMs: Date.now(),
  });
  for (const { name } of removed) process.stdout.write(`removed ${name}\n`);
  for (const { name } of inUse) process.stdout.write(`kept ${name}: a machine stands on it\n`);
  const told = new Set([...removed, ...inUse].map(({ hash }) => hash));
  for (const { name, hash } of stale)
    if (!told.has(hash)) process.stdout.write(`kept ${name}: another image is made from it\n`);
  process.stdout.write(`${formatSize(freedBytes)} freed\n`);
  return 0;
}

/** What has one of the names, and is not what the recipe of that name makes now; without names those of the catalogue. */
async function staleOf(
  stored: readonly StoredImage[],
  catalogue: readonly ImageSpec[],
  names: readonly string[],
): Promise<readonly StoredImage[]> {
  const known = new Set([...catalogue, ...stored].map(({ name }) => name));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new UserError(`cannot find image "${unknown}": neither a recipe nor the cache has such a name`, {
      hint: suggest(unknown, [...known], 'there are'),
    });
  const current = new Set((await hashesOf(catalogue)).values());
  const wanted = names.length > 0 ? names : catalogue.map(({ name }) => name);
  return stored.filter(({ name, hash }) => wanted.includes(name) && !current.has(hash));
}

function quantity(
  name: string,
  text: string | undefined,
  read: (text: string) => number | undefined,
  example: string,
): number | undefined {
  if (text === undefined) return undefined;
  const value = read(text);
  if (value === undefined)
    throw new UserError(`"${text}" is no value of --${name}`, { hint: `write --${name}=${example}` });
  return value;
}
