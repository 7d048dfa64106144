/** Image names → what must be built: a recipe, and the images it stands on. */
import { UserError, type Place } from '../../src/error.ts';
import type { ImageSpec, Recipe } from '../../src/image.ts';
import { nearest } from '../../src/nearest.ts';
import type { FileSpec, RootSpec } from '../../src/scenario.ts';

export interface ResolvedImage {
  readonly name: string;
  /** Absent where the image is only something laid over `base`. */
  readonly recipe?: BaseRecipe | undefined;
  readonly base?: ResolvedImage | undefined;
  readonly packages: readonly string[];
  readonly files: readonly FileSpec[];
  readonly run?: string | undefined;
  /** Where its recipe stands. */
  readonly at?: Place | undefined;
}
export type BaseRecipe = Exclude<Recipe, { readonly kind: 'from' }>;

export function resolveImage(name: string, catalogue: readonly ImageSpec[]): ResolvedImage {
  return follow(name, catalogue, []);
}

export type ImageOfSpec = Pick<RootSpec, 'image' | 'packages' | 'files'>;

export function resolveSpec(spec: ImageOfSpec, catalogue: readonly ImageSpec[]): ResolvedImage {
  return deriveImage(resolveImage(spec.image, catalogue), spec.packages, spec.files);
}

/** The image of a machine that asks for packages and files of its own. */
export function deriveImage(
  base: ResolvedImage,
  packages: readonly string[],
  files: readonly FileSpec[],
): ResolvedImage {
  if (packages.length === 0 && files.length === 0) return base;
  return { name: `${base.name} with its machine's packages and files`, base, packages, files };
}

function follow(name: string, catalogue: readonly ImageSpec[], path: readonly string[]): ResolvedImage {
  const user = path.at(-1);
  const spec = catalogue.find((image) => image.name === name);
  if (spec === undefined) {
    const names = catalogue.map((image) => image.name);
    const near = nearest(name, names);
    throw new UserError(
      `cannot find image "${name}"${user === undefined ? '' : `, which image "${user}" is made from`}: the catalogue has no such name`,
      {
        hint: `${near === undefined ? '' : `did you mean "${near}"? `}it has: ${names.join(', ') || 'none'}`,
      },
    );
  }
  if (path.includes(name)) {
    const cycle = [...path.slice(path.indexOf(name)), name].map((step) => `"${step}"`).join(' from ');
    throw new UserError(`cannot build image "${name}": it is made from itself (${cycle})`, {
      hint: 'give one of them a recipe of its own instead of from:',
    });
  }
  const { recipe, packages, files, run, at } = spec;
  if (recipe.kind === 'from') {
    return { name, base: follow(recipe.image, catalogue, [...path, name]), packages, files, run, at };
  }
  // A directory is used in place, so whatever is added lies in a layer over it.
  if (recipe.kind === 'directory' && (packages.length > 0 || files.length > 0 || run !== undefined)) {
    return { name, base: { name, recipe, packages: [], files: [], at }, packages, files, run, at };
  }
  return { name, recipe, packages, files, run, at };
}
