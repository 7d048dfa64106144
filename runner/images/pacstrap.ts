/** How pacstrap makes a tree: with pacman's configuration of the recipe, and nothing of this computer's own pacman. */
import type { PacstrapRecipe } from '../../src/system-recipe.ts';
import type { Workplace } from './enclosure.ts';
import type { BuildStep } from './recipes.ts';

export function pacstrap(
  recipe: PacstrapRecipe,
  packages: readonly string[],
  { tree }: Workplace,
): readonly BuildStep[] {
  const { config } = recipe;
  // A DBPath in the configuration would else have pacman look at this computer's packages, and install none.
  const own = [`--dbpath=${tree}/var/lib/pacman`, `--logfile=${tree}/var/log/pacman.log`, '--noprogressbar'];
  return [
    {
      phase: 'reading the configuration',
      argv: ['pacman-conf', `--config=${config}`],
      inside: false,
      package: 'pacman-package-manager',
    },
    {
      phase: 'starting',
      argv: ['pacstrap', '-C', config, '-M', '-G', tree, ...recipe.packages, ...packages, ...own],
      inside: false,
      package: 'arch-install-scripts',
      phaseOf: (line) => phases.find(([pattern]) => pattern.test(line))?.[1],
    },
    {
      phase: 'cleaning up',
      argv: ['rm', '-rf', `${tree}/var/cache/pacman/pkg`, `${tree}/var/lib/pacman/sync`],
      inside: false,
    },
  ];
}

const phases: readonly (readonly [RegExp, string])[] = [
  [/^:: Synchronizing/, 'reading package lists'],
  [/ downloading\.\.\.$/, 'downloading packages'],
  [/^checking keyring/, 'checking packages'],
  [/^:: Processing package changes/, 'installing packages'],
];
