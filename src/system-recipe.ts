/** The recipes that another distribution's own tool carries out: pacstrap and dnf. */
import * as z from 'zod';
import { hostPath } from './scenario/machine.ts';
import { list, object, problem } from './scenario/shape.ts';
import { word } from './scenario/text.ts';
import type { Cell } from './yaml.ts';

export interface PacstrapRecipe {
  readonly kind: 'pacstrap';
  /** A pacman.conf with the repositories. */
  readonly config: string;
  readonly packages: readonly string[];
}
export interface DnfRecipe {
  readonly kind: 'dnf';
  /** A dnf.conf with the repositories; none of this computer's own is asked. */
  readonly config: string;
  readonly releasever: string;
  readonly packages: readonly string[];
}

const names = list(
  'packages',
  word('a package', /^@?[A-Za-z0-9][\w.+:@-]*$/, 'a name, such as base, or a group of dnf, such as @core'),
);

export const pacstrap = object(
  { what: 'pacstrap', short: 'config' },
  { config: hostPath('config'), packages: names.default(['base']) },
);
const dnfFields = object(
  { what: 'dnf' },
  {
    config: hostPath('config'),
    releasever: word('releasever', /^[\w.-]+$/, 'the release, such as 41'),
    packages: names,
  },
);
export const dnf: z.ZodType<Omit<DnfRecipe, 'kind'>> = z.transform((cell: Cell) => {
  const { at: _at, ...recipe } = dnfFields.parse(cell);
  const packages = cell.kind === 'map' ? cell.entries.get('packages')?.value : undefined;
  if (packages?.kind === 'list' && packages.items.length === 0)
    problem(packages, 'packages cannot be empty', 'dnf makes a tree of the packages it is told');
  return recipe;
});
