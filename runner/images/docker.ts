/** The recipe `docker`: a saved image, or one of the engine that answers here, which may have to build it first. */
import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../src/error.ts';
import type { DockerRecipe } from '../../src/image.ts';
import { runTool } from '../process.ts';
import { fileHash } from './hash.ts';
import { readLayers, type Layer } from './layout.ts';
import { unpackInto, type BuildStep } from './recipes.ts';

/** What names its content, before it is built. */
export async function dockerSign(recipe: DockerRecipe, name: string): Promise<string> {
  if ('file' in recipe) return fileHash(recipe.file, name);
  if ('dockerfile' in recipe) return contextHash(recipe.dockerfile, name);
  const engine = await findEngine(name);
  const argv = [engine, 'image', 'inspect', '--format={{.Id}}', recipe.image];
  const { exit, stdout, stderr } = await runTool(argv, { timeoutMs: 10_000 });
  if (exit === 0) return stdout.trim();
  throw new UserError(`cannot build image "${name}": ${engine} has no image "${recipe.image}"`, {
    detail: stderr.trim(),
    hint: `fetch it: ${engine} pull ${recipe.image}`,
    status: 3,
  });
}

export async function dockerLayers(
  recipe: DockerRecipe,
  name: string,
  place: { readonly directory: string },
  run: (step: BuildStep) => Promise<void>,
): Promise<readonly Layer[]> {
  const directory = join(place.directory, 'tmp');
  const archive = 'file' in recipe ? recipe.file : join(directory, 'saved.tar');
  if (!('file' in recipe)) {
    const engine = await findEngine(name);
    const step = { inside: false, package: 'docker.io' };
    const image = 'image' in recipe ? recipe.image : `rootlab-${name}`;
    if ('dockerfile' in recipe) {
      const argv = [
        engine,
        'build',
        `--tag=${image}`,
        `--file=${recipe.dockerfile}`,
        dirname(recipe.dockerfile),
      ];
      await run({ ...step, phase: `${engine} builds it`, argv });
    }
    await run({ ...step, phase: `${engine} saves it`, argv: [engine, 'save', `--output=${archive}`, image] });
  }
  await run(unpackInto(directory, archive));
  return readLayers(directory, undefined, name);
}

/** Podman answers by itself; a docker without its engine is passed over. */
async function findEngine(name: string): Promise<string> {
  for (const engine of ['docker', 'podman']) {
    const { exit } = await runTool([engine, 'version'], { timeoutMs: 5000 });
    if (exit === 0) return engine;
  }
  throw new UserError(`cannot build image "${name}": neither docker nor podman answers here`, {
    hint: "apt-get install podman, or start Docker's engine; a saved image needs none of them: docker: {file: image.tar}",
    status: 3,
  });
}

/** Of the Dockerfile and all that lies beside it, which is what the engine is given. */
async function contextHash(dockerfile: string, name: string): Promise<string> {
  const context = dirname(dockerfile);
  const paths = await readdir(context, { recursive: true });
  const hash = createHash('sha256').update(await fileHash(dockerfile, name));
  for (const path of paths.toSorted()) {
    const file = join(context, path);
    if ((await lstat(file)).isFile()) hash.update(`${path}\0${await fileHash(file, name)}\n`);
  }
  return hash.digest('hex');
}
