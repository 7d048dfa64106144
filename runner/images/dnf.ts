/** How dnf makes a tree: with the repositories of the recipe's configuration alone. */
import { join } from 'node:path';
import type { DnfRecipe } from '../../src/system-recipe.ts';
import type { Workplace } from './enclosure.ts';
import type { BuildStep } from './recipes.ts';

export function dnf(
  recipe: DnfRecipe,
  packages: readonly string[],
  { directory, tree }: Workplace,
): readonly BuildStep[] {
  const home = join(directory, 'tmp');
  // Debian's rpm keeps its database elsewhere, where the tree's own rpm would not look.
  const macros = 'echo "%_dbpath /usr/lib/sysimage/rpm" >"$0"';
  const options = [
    '--assumeyes',
    `--config=${recipe.config}`,
    `--installroot=${tree}`,
    `--releasever=${recipe.releasever}`,
    '--setopt=reposdir=/dev/null',
  ];
  return [
    { phase: 'preparing', argv: ['sh', '-c', macros, join(home, '.rpmmacros')], inside: false },
    {
      phase: 'reading package lists',
      argv: ['dnf', ...options, 'install', ...recipe.packages, ...packages],
      env: { HOME: home },
      inside: false,
      package: 'dnf',
      phaseOf: (line) => phases.find(([pattern]) => pattern.test(line))?.[1],
    },
    {
      phase: 'cleaning up',
      argv: ['rm', '-rf', `${tree}/var/cache/dnf`, `${tree}/var/cache/libdnf5`],
      inside: false,
    },
  ];
}

const phases: readonly (readonly [RegExp, string])[] = [
  [/^Downloading Packages/, 'downloading packages'],
  [/^Running transaction check/, 'checking packages'],
  [/^Running transaction$/, 'installing packages'],
];
