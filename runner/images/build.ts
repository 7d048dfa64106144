/** One build: its steps in their enclosure, into a directory that only the caller makes visible. */
import { access, constants, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { UserError } from '../../src/error.ts';
import { requireRoot } from '../capsule/run-scope.ts';
import { runBeside, runInside, type Workplace } from './enclosure.ts';
import { toolFailure } from './failure.ts';
import { fileContent, fileHash } from './hash.ts';
import { copyDisk } from './disk.ts';
import { dockerLayers } from './docker.ts';
import { layOut } from './lay-out.ts';
import { readLayers } from './layout.ts';
import { buildSteps, type BuildStep, type LoadedFile } from './recipes.ts';
import type { ResolvedImage } from './resolve.ts';

export interface ImageProgress {
  readonly image: string;
  /** `downloading packages`; a new one, or the same one again each second. */
  readonly phase: string;
  readonly elapsedMs: number;
}
export interface BuildOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
}

const needed: readonly (readonly [string, string])[] = [
  ['unshare', 'util-linux'],
  ['setpriv', 'util-linux'],
  ['mount', 'mount'],
];

export async function buildImage(
  image: ResolvedImage,
  place: Workplace,
  options: BuildOptions,
): Promise<void> {
  const { name } = image;
  requireRoot(`build image "${name}"`);
  for (const [program, owner] of needed) await requireProgram(name, program, owner);
  const progress = startProgress(name, options.onProgress);
  try {
    for (const directory of [place.tree, join(place.directory, 'tmp')])
      await mkdir(directory, { recursive: true });
    const run = (step: BuildStep) => execute(name, step, place, progress, options.signal);
    if (image.recipe?.kind === 'tar' || image.recipe?.kind === 'disk')
      await checkFile(name, image.recipe.file, image.recipe.sha256);
    if (image.recipe?.kind === 'disk') await copyDisk(image.recipe.file, name, place, run);
    if (image.recipe?.kind === 'oci')
      await layOut(await readLayers(image.recipe.layout, image.recipe.ref, name), place, run);
    if (image.recipe?.kind === 'docker')
      await layOut(await dockerLayers(image.recipe, name, place, run), place, run);
    const files: readonly LoadedFile[] = await Promise.all(
      image.files.map(async (file) => ({ ...file, bytes: await fileContent(file, name) })),
    );
    for (const step of buildSteps(image, place, files)) await run(step);
  } finally {
    progress.end();
  }
}

async function execute(
  name: string,
  step: BuildStep,
  place: Workplace,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  progress.enter(step.phase);
  if (!step.inside && step.package !== undefined)
    await requireProgram(name, step.argv[0] ?? '', step.package);
  const run = step.inside ? runInside : runBeside;
  const result = await run(step.argv, place, {
    signal,
    stdin: step.stdin,
    env: step.env,
    onLine: (line) => {
      const phase = step.phaseOf?.(line);
      if (phase !== undefined) progress.enter(phase);
    },
  });
  if (result.exit === 97 && step.inside && place.lower.length > 0) {
    throw new UserError(`cannot build image "${name}": no overlay can be mounted in "${place.directory}"`, {
      detail: result.lastLines.join('\n'),
      hint: 'set ROOTLAB_CACHE to a directory on a plain disk (ext4, xfs, btrfs), not on an overlay or a network disk',
      status: 3,
    });
  }
  if (result.exit !== 0) throw toolFailure(name, step, result);
}

async function checkFile(name: string, file: string, expected: string | undefined): Promise<void> {
  if (expected === undefined) return;
  const actual = await fileHash(file, name);
  if (actual === expected.toLowerCase()) return;
  throw new UserError(`cannot build image "${name}": "${file}" is not the file its recipe names`, {
    detail: `sha256 expected: ${expected.toLowerCase()}\nsha256 found:    ${actual}`,
    hint: 'fetch the file again, or correct sha256 in the recipe if the new file is meant',
    status: 3,
  });
}

async function requireProgram(name: string, program: string, owner: string): Promise<void> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = await access(join(directory, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return;
  }
  throw new UserError(`cannot build image "${name}": ${program} is not installed`, {
    hint: `install it: apt-get install ${owner}`,
    status: 3,
  });
}

interface Progress {
  enter(phase: string): void;
  end(): void;
}

function startProgress(image: string, onProgress: BuildOptions['onProgress']): Progress {
  const start = performance.now();
  let phase = 'starting';
  const tell = (): void => onProgress?.({ image, phase, elapsedMs: performance.now() - start });
  const timer = setInterval(tell, 1000);
  return {
    enter(next) {
      if (next === phase) return;
      phase = next;
      tell();
    },
    end: () => clearInterval(timer),
  };
}
