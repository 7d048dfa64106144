/** The images that jobs stand on: each made ready once in a run, however many jobs ask for it. */
import type { ImageSpec } from '../src/image.ts';
import { formatDuration } from '../src/quantity.ts';
import type { RootSpec } from '../src/scenario.ts';
import type { ImageProgress } from './images/build.ts';
import { ensureImage, type BuiltImage } from './images/ensure.ts';
import { resolveSpec, type ImageOfSpec } from './images/resolve.ts';

export interface JobImages {
  readonly image: BuiltImage;
  readonly trees: readonly { readonly path: string; readonly image: BuiltImage }[];
}

type Note = (note: { readonly type: 'note'; readonly text: string }) => void;

/** Two machines with the same key stand on the same image. */
export function imageKey({ image, packages, files }: ImageOfSpec): string {
  return JSON.stringify([image, packages, files]);
}

export function prepareImages(
  catalogue: readonly ImageSpec[],
  options: { readonly emit: Note; readonly signal: AbortSignal },
): (spec: RootSpec) => Promise<JobImages> {
  const ready = new Map<string, Promise<BuiltImage>>();
  const onProgress = progressNotes(options.emit);
  const ensure = async (spec: ImageOfSpec): Promise<BuiltImage> => {
    const key = imageKey(spec);
    const known = ready.get(key);
    if (known !== undefined) return known;
    const made = ensureImage(resolveSpec(spec, catalogue), { signal: options.signal, onProgress });
    ready.set(key, made);
    return made;
  };
  return async (spec) => {
    const [image, ...trees] = await Promise.all([
      ensure(spec),
      ...spec.trees.map(async (tree) => ensure({ image: tree.image, packages: [], files: [] })),
    ]);
    return { image, trees: spec.trees.map(({ path }, index) => ({ path, image: trees[index] ?? image })) };
  };
}

/** One line a phase, and one each ten seconds that it goes on. */
export function progressNotes(emit: Note): (progress: ImageProgress) => void {
  const said = new Map<string, { phase: string; atMs: number }>();
  return ({ image, phase, elapsedMs }) => {
    const last = said.get(image);
    if (last?.phase === phase && elapsedMs - last.atMs < 10_000) return;
    said.set(image, { phase, atMs: elapsedMs });
    emit({
      type: 'note',
      text: `image ${image}: ${phase} (${formatDuration(Math.round(elapsedMs / 1000) * 1000) || '0s'})`,
    });
  };
}
