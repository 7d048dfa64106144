/** What may stand under `images:`: how a base system is made. */
import * as z from 'zod';
import { defaults, type Defaults } from './defaults.ts';
import type { Place } from './error.ts';
import { suggest } from './nearest.ts';
import { report, reportAt, type Source } from './problem.ts';
import { secretName, type SecretName } from './scenario/environment.ts';
import { file, hostPath, packages, type FileSpec } from './scenario/machine.ts';
import {
  fieldsOf,
  keysOf,
  knownKeys,
  list,
  object,
  place,
  placeOf,
  problem,
  textOf,
} from './scenario/shape.ts';
import { flag, rawText, word } from './scenario/text.ts';
import { dnf, pacstrap, type DnfRecipe, type PacstrapRecipe } from './system-recipe.ts';
import { readYaml, type Cell } from './yaml.ts';

export interface BootstrapRecipe {
  readonly kind: 'mmdebstrap' | 'debootstrap';
  readonly suite: string;
  readonly variant?: string | undefined;
  readonly components?: readonly string[] | undefined;
  readonly mirror?: string | undefined;
  readonly checkValidUntil?: boolean | undefined;
}
/** Of a file that `docker save` wrote; of an image the engine of this computer has; of one that it builds. */
export type DockerRecipe = { readonly kind: 'docker' } & (
  { readonly file: string } | { readonly image: string } | { readonly dockerfile: string }
);
export type Recipe =
  | BootstrapRecipe
  | PacstrapRecipe
  | DnfRecipe
  | { readonly kind: 'tar'; readonly file: string; readonly sha256?: string | undefined }
  | { readonly kind: 'disk'; readonly file: string; readonly sha256?: string | undefined }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'oci'; readonly layout: string; readonly ref?: string | undefined }
  | DockerRecipe
  | { readonly kind: 'from'; readonly image: string };
export interface ImageSpec {
  readonly name: string;
  readonly recipe: Recipe;
  readonly packages: readonly string[];
  readonly files: readonly FileSpec[];
  readonly run?: string | undefined;
  readonly at: Place;
}

const bootstrap = object(
  { what: 'the recipe', short: 'suite' },
  {
    suite: word('a suite', /^[a-z0-9][\w.-]*$/, 'such as bookworm'),
    variant: word('a variant', /^[a-z-]+$/, 'such as minbase').optional(),
    components: list('components', word('a component', /^[\w./-]+$/, 'such as main')).optional(),
    mirror: rawText('mirror').optional(),
    'check-valid-until': flag('check-valid-until').optional(),
  },
);
const provenFile = (what: string) =>
  object(
    { what, short: 'file' },
    { file: hostPath('file'), sha256: word('sha256', /^[0-9a-f]{64}$/, '64 hexadecimal digits').optional() },
  );
const imageName = word(
  'the name of an image',
  /^[a-z0-9][a-z0-9.+-]*$/,
  'lower-case letters, digits, and . + -',
);

/** The table of recipes: how each is written. */
const recipes = {
  mmdebstrap: bootstrap,
  debootstrap: bootstrap,
  pacstrap,
  dnf,
  tar: provenFile('tar'),
  disk: provenFile('disk'),
  directory: hostPath('directory', 'directory'),
  oci: object(
    { what: 'oci', short: 'layout' },
    { layout: hostPath('layout', 'directory'), ref: rawText('ref').optional() },
  ),
  docker: object(
    { what: 'docker' },
    {
      file: hostPath('file').optional(),
      image: word('the name of an image', /^\w[\w./:@-]*$/, 'such as debian:12').optional(),
      dockerfile: hostPath('dockerfile').optional(),
    },
  ),
  from: imageName,
};
type RecipeName = keyof typeof recipes;
const readers: { readonly [K in RecipeName]: (cell: Cell) => Recipe } = {
  mmdebstrap: (cell) => bootstrapRecipe('mmdebstrap', cell),
  debootstrap: (cell) => bootstrapRecipe('debootstrap', cell),
  pacstrap: (cell) => {
    const { config, packages } = pacstrap.parse(cell);
    return { kind: 'pacstrap', config, packages };
  },
  dnf: (cell) => ({ kind: 'dnf', ...dnf.parse(cell) }),
  tar: (cell) => {
    const { file, sha256 } = recipes.tar.parse(cell);
    return { kind: 'tar', file, sha256 };
  },
  disk: (cell) => {
    const { file, sha256 } = recipes.disk.parse(cell);
    return { kind: 'disk', file, sha256 };
  },
  directory: (cell) => ({ kind: 'directory', path: recipes.directory.parse(cell) }),
  oci: (cell) => {
    const { layout, ref } = recipes.oci.parse(cell);
    return { kind: 'oci', layout, ref };
  },
  docker: dockerRecipe,
  from: (cell) => ({ kind: 'from', image: imageName.parse(cell) }),
};
const recipeNames = keysOf(recipes);

function bootstrapRecipe(kind: BootstrapRecipe['kind'], cell: Cell): BootstrapRecipe {
  const { 'check-valid-until': checkValidUntil, at: _at, ...rest } = bootstrap.parse(cell);
  return { kind, ...rest, checkValidUntil };
}

function dockerRecipe(cell: Cell): DockerRecipe {
  const { at: _at, ...given } = recipes.docker.parse(cell);
  const named = Object.keys(given);
  if (named.length !== 1)
    problem(
      cell,
      `docker has ${named.length === 0 ? 'none' : 'several'} of file, image and dockerfile`,
      'keep one of them',
    );
  const { file = '', image: engineImage, dockerfile } = given;
  if (engineImage !== undefined) return { kind: 'docker', image: engineImage };
  return dockerfile === undefined ? { kind: 'docker', file } : { kind: 'docker', dockerfile };
}

const optionalRecipes = Object.fromEntries(recipeNames.map((name) => [name, recipes[name].optional()]));
const fields = {
  name: imageName,
  packages,
  files: list('files', file).default([]),
  run: rawText('run').optional(),
};
const common = z.strictObject({ ...fields, at: place });
const known = knownKeys({ ...fields, ...optionalRecipes });

const image: z.ZodType<ImageSpec> = z.transform((cell: Cell): ImageSpec => {
  const given = fieldsOf(cell, known, { what: 'an image' });
  const named = cell.kind === 'map' ? recipeNames.filter((name) => cell.entries.has(name)) : [];
  const [first, second] = named;
  if (cell.kind === 'map' && second !== undefined)
    report(
      cell.source,
      cell.entries.get(second)?.offset ?? cell.offset,
      `an image has one recipe, and "${first}" stands in it already`,
      'lay more over it with packages, files, run; or make it an image of its own with from:',
    );
  if (first === undefined)
    problem(cell, 'the image has no recipe', `give it one of ${recipeNames.join(', ')}`);
  const recipeCell = first !== undefined && cell.kind === 'map' ? cell.entries.get(first)?.value : undefined;
  const { at, ...rest } = common.parse(
    Object.fromEntries(Object.entries(given).filter(([key]) => key in common.shape)),
  );
  const recipe = first === undefined || recipeCell === undefined ? nowhere : readers[first](recipeCell);
  return { ...rest, recipe, at };
});
const nowhere: Recipe = { kind: 'directory', path: '/' };

export interface Configuration {
  readonly images: readonly ImageSpec[];
  /** Whether scenarios may type on this very computer. */
  readonly allowHost: boolean;
  /** Variables of this computer whose values are masked. */
  readonly secrets: readonly SecretName[];
  readonly defaults: Defaults;
  /** As `--reporter` takes them; absent where the file says nothing. */
  readonly reporters?: readonly ReporterName[] | undefined;
}
/** Which names there are, whoever has the reporters knows. */
export interface ReporterName {
  readonly text: string;
  readonly at: Place;
}
const reporterName: z.ZodType<ReporterName> = z.transform((cell: Cell): ReporterName => ({
  text: textOf(cell, 'a reporter') ?? '',
  at: placeOf(cell),
}));

const configurationFile = object(
  { what: 'the configuration' },
  {
    images: list('images', image).default([]),
    'allow-host': flag('allow-host').default(false),
    secrets: list('secrets', secretName).default([]),
    defaults: defaults.default({}),
    reporters: list('reporters', reporterName).optional(),
  },
);

/** `rootlab.yaml` or the built-in `images.yaml`; problems are in the source. */
export function parseConfiguration(
  text: string,
  options: { readonly file: string; readonly directory: string },
): { readonly configuration: Configuration; readonly source: Source } {
  const cell = readYaml(options.file, options.directory, saysNothing(text) ? '{}' : text);
  const { 'allow-host': allowHost, at: _at, ...rest } = configurationFile.parse(cell);
  const { images } = rest;
  const seen = new Map<string, Place>();
  for (const { name, at } of images) {
    const earlier = seen.get(name);
    if (earlier !== undefined)
      reportAt(
        cell.source,
        at,
        `two images are called "${name}"`,
        `the other stands in line ${earlier.line}`,
      );
    seen.set(name, at);
  }
  return { configuration: { ...rest, allowHost }, source: cell.source };
}

/** Where all is commented out, a configuration is one without settings. */
function saysNothing(text: string): boolean {
  return text.split(/\r?\n/).every((line) => /^\s*(?:---\s*)?(?:#.*)?$/.test(line));
}

/** Images made from themselves or from none, over all catalogues; `sources` are the files they stand in. */
export function checkCatalogue(images: readonly ImageSpec[], sources: readonly Source[]): void {
  const byName = new Map(images.map((spec) => [spec.name, spec]));
  for (const spec of images) {
    const source = sources.find(({ file: path }) => path === spec.at.file);
    if (source === undefined || spec.recipe.kind !== 'from') continue;
    const path = [spec.name];
    for (let next: ImageSpec | undefined = spec; next?.recipe.kind === 'from';) {
      const name: string = next.recipe.image;
      const cycle = path.indexOf(name);
      if (!byName.has(name)) {
        if (next === spec)
          reportAt(
            source,
            spec.at,
            `image "${spec.name}" is made from "${name}", which is no image`,
            suggest(name, [...byName.keys()], 'images'),
          );
        break;
      }
      path.push(name);
      if (cycle >= 0) {
        if (cycle === 0)
          reportAt(
            source,
            spec.at,
            `image "${spec.name}" is made from itself: ${path.join(' from ')}`,
            'give one of them a recipe of its own',
          );
        break;
      }
      next = byName.get(name);
    }
  }
}
