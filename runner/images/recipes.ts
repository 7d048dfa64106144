/** What a recipe does, as steps: the one table from recipe to commands. */
import { shellWord } from '../../src/describe-text.ts';
import type { FileSpec } from '../../src/scenario.ts';
import type { Workplace } from './enclosure.ts';
import { dnf } from './dnf.ts';
import { pacstrap } from './pacstrap.ts';
import type { BaseRecipe, ResolvedImage } from './resolve.ts';

export interface BuildStep {
  /** `unpacking`, for the progress line and messages. */
  readonly phase: string;
  readonly argv: readonly string[];
  /** Whether it runs as a program of the tree (else beside it, as one of the host's). */
  readonly inside: boolean;
  /** The host's package that holds the command. */
  readonly package?: string | undefined;
  readonly stdin?: Uint8Array | undefined;
  /** Beside the environment of every step. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What an output line says about the phase. */
  readonly phaseOf?: ((line: string) => string | undefined) | undefined;
  /** How a message calls it; else the first word. */
  readonly title?: string | undefined;
  /** How a message shows the command; else as a person would paste it. */
  readonly shown?: string | undefined;
}

/** In the order of the language: recipe, packages, files, run. */
export function buildSteps(
  image: ResolvedImage,
  place: Workplace,
  files: readonly LoadedFile[],
): readonly BuildStep[] {
  const bootstrapped = image.recipe?.kind === 'mmdebstrap' || image.recipe?.kind === 'debootstrap';
  const taken = bootstrapped || image.recipe?.kind === 'pacstrap' || image.recipe?.kind === 'dnf';
  return [
    ...(image.recipe === undefined ? [] : recipeSteps(image.recipe, image.packages, place)),
    ...(taken || image.packages.length === 0 ? [] : [installPackages(image.packages)]),
    ...files.map(writeFile),
    ...(image.run === undefined ? [] : [runText(image.run)]),
    ...(image.recipe?.kind === 'directory' ? [] : [finish(place, bootstrapped)]),
  ];
}

export type LoadedFile = FileSpec & { readonly bytes: Uint8Array };

function recipeSteps(
  recipe: BaseRecipe,
  packages: readonly string[],
  place: Workplace,
): readonly BuildStep[] {
  if (recipe.kind === 'tar') return [unpackInto(place.tree, recipe.file)];
  if (recipe.kind === 'pacstrap') return pacstrap(recipe, packages, place);
  if (recipe.kind === 'dnf') return dnf(recipe, packages, place);
  // Used in place; or laid out of its layers before.
  if (!('suite' in recipe)) return [];
  return recipe.kind === 'debootstrap'
    ? debootstrap(recipe, packages, place)
    : [mmdebstrap(recipe, packages, place)];
}
type Bootstrap = Extract<BaseRecipe, { readonly suite: string }>;

export function unpackInto(directory: string, file: string): BuildStep {
  const flags = ['--extract', '--preserve-permissions', '--numeric-owner', '--xattrs', '--xattrs-include=*'];
  return {
    phase: 'unpacking',
    argv: ['tar', ...flags, `--file=${file}`, `--directory=${directory}`],
    inside: false,
    package: 'tar xz-utils zstd',
  };
}

function debootstrap(recipe: Bootstrap, packages: readonly string[], place: Workplace): readonly BuildStep[] {
  const { tree, debs, newDebs } = place;
  // It takes only a cache it can write to; links cost nothing, and only new packages are kept afterwards.
  const seed = 'mkdir -p "$1" && find "$0" -maxdepth 1 -name "*.deb" -exec ln -f -t "$1" -- {} +';
  return [
    { phase: 'preparing', argv: ['sh', '-c', seed, debs, newDebs], inside: false },
    {
      phase: 'starting',
      argv: ['debootstrap', ...options(recipe, packages), `--cache-dir=${newDebs}`, ...places(recipe, tree)],
      inside: false,
      package: 'debootstrap',
      phaseOf: (line) =>
        /^I: (Retrieving|Validating|Extracting|Unpacking|Configuring)/.exec(line)?.[1]?.toLowerCase(),
    },
  ];
}

/** Packages are copied in and out: apt takes no archive directory outside the tree it installs. */
function mmdebstrap(recipe: Bootstrap, packages: readonly string[], place: Workplace): BuildStep {
  const archives = '/var/cache/apt/archives';
  const [debs, newDebs] = [shellWord(place.debs), shellWord(place.newDebs)];
  const argv = [
    'mmdebstrap',
    '--mode=root',
    '--format=directory',
    ...options(recipe, packages),
    ...(recipe.checkValidUntil === false ? [`--aptopt=Acquire::Check-Valid-Until "false"`] : []),
    '--aptopt=APT::Keep-Downloaded-Packages "true"',
    '--skip=download/empty',
    '--skip=essential/unlink',
    `--setup-hook=mkdir -p "$1"${archives}/`,
    `--setup-hook=sync-in ${debs} ${archives}/`,
    `--customize-hook=mkdir -p ${newDebs}`,
    `--customize-hook=sync-out ${archives} ${newDebs}`,
    `--customize-hook=rm -f "$1"${archives}/*.deb`,
    ...places(recipe, place.tree),
  ];
  return { phase: 'starting', argv, inside: false, package: 'mmdebstrap', phaseOf: mmdebstrapPhase };
}

function options(recipe: Bootstrap, packages: readonly string[]): readonly string[] {
  return [
    ...(recipe.variant === undefined ? [] : [`--variant=${recipe.variant}`]),
    ...list('--include', packages),
    ...list('--components', recipe.components),
  ];
}

function places(recipe: Bootstrap, tree: string): readonly string[] {
  return [recipe.suite, tree, ...(recipe.mirror === undefined ? [] : [recipe.mirror])];
}

const mmdebstrapPhases: readonly (readonly [RegExp, string])[] = [
  [/^I: running apt-get update/, 'reading package lists'],
  [/^I: downloading packages/, 'downloading packages'],
  [/^I: extracting archives/, 'unpacking packages'],
  [/^I: installing essential/, 'installing essential packages'],
  [/^I: installing remaining/, 'installing packages'],
  [/^I: cleaning/, 'cleaning up'],
];
function mmdebstrapPhase(line: string): string | undefined {
  return mmdebstrapPhases.find(([pattern]) => pattern.test(line))?.[1];
}

function installPackages(packages: readonly string[]): BuildStep {
  const install = `command -v apt-get >/dev/null || { echo 'this tree has no apt-get'; exit 1; }
apt-get -q update
apt-get -q -y -o Dpkg::Use-Pty=0 -o APT::Keep-Downloaded-Packages=true --no-install-recommends install "$@"
rm -rf /var/lib/apt/lists/*`;
  return {
    phase: 'reading package lists',
    argv: ['sh', '-ec', install, 'apt-get', ...packages],
    inside: true,
    title: 'apt-get',
    shown: `(in the tree) apt-get update && apt-get --no-install-recommends install ${packages.join(' ')}`,
    phaseOf: (line) =>
      line.startsWith('The following NEW')
        ? 'downloading packages'
        : line.startsWith('Unpacking')
          ? 'installing packages'
          : undefined,
  };
}

function writeFile(file: LoadedFile): BuildStep {
  const write = `mkdir -p -- "$(dirname -- "$1")" && cat >"$1" && chmod -- "$2" "$1" && chown -- "$3" "$1"`;
  return {
    phase: `writing ${file.path}`,
    argv: ['sh', '-ec', write, 'sh', file.path, file.mode ?? '0644', file.owner ?? 'root:root'],
    inside: true,
    stdin: file.bytes,
    title: `writing ${file.path}`,
    shown: `(in the tree) cat >${shellWord(file.path)}`,
  };
}

function runText(text: string): BuildStep {
  return {
    phase: 'running its commands',
    argv: ['sh', '-ec', text],
    inside: true,
    title: 'its run:',
    shown: '(the text of run:, in the tree)',
  };
}

/** An empty machine-id lets each machine draw its own; a bootstrap leaves the builder's name and name server. */
function finish(place: Workplace, bootstrapped: boolean): BuildStep {
  const script = `cd "$0"
[ -d etc ] || exit 0
if [ -n "$1" ]; then rm -f etc/hostname etc/resolv.conf var/cache/apt/archives/*.deb; fi
if [ -z "$2" ] || [ -e etc/machine-id ]; then rm -f etc/machine-id; : >etc/machine-id; chmod 444 etc/machine-id; fi`;
  return {
    phase: 'cleaning up',
    argv: ['sh', '-ec', script, place.tree, bootstrapped ? 'yes' : '', place.lower.join(':')],
    inside: false,
  };
}

function list(flag: string, values: readonly string[] | undefined): readonly string[] {
  return values === undefined || values.length === 0 ? [] : [`${flag}=${values.join(',')}`];
}
