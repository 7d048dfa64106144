/** What an image is made of, as one hash: two recipes with the same hash give the same image. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../src/error.ts';
import type { FileSpec } from '../../src/scenario.ts';
import { dockerSign } from './docker.ts';
import { manifestDigest } from './layout.ts';
import type { BaseRecipe, ResolvedImage } from './resolve.ts';

/** Raised when the same recipe would now give another tree. */
const generation = 1;

export async function imageHash(image: ResolvedImage, baseHash: string | undefined): Promise<string> {
  const ingredients = {
    generation,
    arch: process.arch,
    base: baseHash ?? null,
    recipe: image.recipe === undefined ? null : await recipeIngredients(image.recipe, image.name),
    packages: image.packages,
    files: await Promise.all(image.files.map((file) => fileIngredients(file, image.name))),
    run: image.run ?? null,
  };
  return createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 32);
}

async function recipeIngredients(recipe: BaseRecipe, name: string): Promise<unknown> {
  if (recipe.kind === 'tar' || recipe.kind === 'disk') {
    return [recipe.kind, recipe.sha256?.toLowerCase() ?? (await fileHash(recipe.file, name))];
  }
  if (recipe.kind === 'directory') return [recipe.kind, recipe.path, await treeSigns(recipe.path, name)];
  if (recipe.kind === 'oci') return [recipe.kind, await manifestDigest(recipe.layout, recipe.ref, name)];
  if (recipe.kind === 'docker') return [recipe.kind, await dockerSign(recipe, name)];
  if (recipe.kind === 'pacstrap' || recipe.kind === 'dnf') {
    const { config, ...rest } = recipe;
    return [rest, await configurationTexts(config, name)];
  }
  const { kind, suite, variant, components, mirror, checkValidUntil } = recipe;
  return [kind, suite, variant ?? null, components ?? null, mirror ?? null, checkValidUntil ?? null];
}

async function fileIngredients(file: FileSpec, name: string): Promise<unknown> {
  const content = await fileContent(file, name);
  const hash = createHash('sha256').update(content).digest('hex');
  return [file.path, file.mode ?? null, file.owner ?? null, hash];
}

export async function fileContent(file: FileSpec, name: string): Promise<Uint8Array> {
  if (file.from === undefined) return Buffer.from(file.content ?? '');
  return readFile(file.from).catch((error: unknown) => {
    throw missing(`file "${file.from ?? ''}" of image "${name}"`, error);
  });
}

export async function fileHash(file: string, name: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash).catch((error: unknown) => {
    throw missing(`file "${file}" of image "${name}"`, error);
  });
  return hash.digest('hex');
}

/** With what pacman's `Include` names; of a pattern each file of its folder, whether it fits or not. */
async function configurationTexts(config: string, name: string): Promise<readonly unknown[]> {
  const text = await readFile(config, 'utf8').catch((error: unknown) => {
    throw missing(`configuration "${config}" of image "${name}"`, error);
  });
  const included = [...text.matchAll(/^[ \t]*Include[ \t]*=[ \t]*(.*\S)/gm)].map(async ([, path = '']) => {
    const files = /[*?[]/.test(path) ? await filesIn(dirname(path)) : [path];
    return Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => null)));
  });
  return [text, ...(await Promise.all(included))];
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.toSorted((a, b) => a.localeCompare(b)).map((file) => join(folder, file));
}

/** A directory's content is its owner's; a change of what names its system makes it another image. */
async function treeSigns(path: string, name: string): Promise<readonly string[]> {
  const root = await stat(path).catch((error: unknown) => {
    throw missing(`directory "${path}" of image "${name}"`, error);
  });
  if (!root.isDirectory()) {
    throw new UserError(`cannot use "${path}" as image "${name}": it is no directory`);
  }
  const signs = ['etc/os-release', 'usr/lib/os-release', 'var/lib/dpkg/status', 'etc/passwd'].map(
    async (file) => {
      const found = await stat(join(path, file)).catch(() => undefined);
      return found === undefined ? '' : `${found.size}:${found.mtimeMs}`;
    },
  );
  return [`${root.ino}:${root.mtimeMs}`, ...(await Promise.all(signs))];
}

function missing(what: string, error: unknown): UserError {
  const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return new UserError(`cannot read the ${what}: ${gone ? 'it does not exist' : String(error)}`, {
    hint: 'paths are taken from the directory of the file that says them',
    cause: error,
  });
}
