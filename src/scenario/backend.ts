/** `backend` of a machine: what must start it, where the weakest that fits will not do. */
import { suggest } from '../nearest.ts';
import { leaf, problem } from './shape.ts';

/** Those that start machines from images; a backend of runner/ has the name. */
export const backendNames = ['nspawn'] as const;

/** What is a backend as well, and is asked for otherwise. */
const asked: Readonly<Record<string, string>> = {
  host: 'say machine: host',
  ssh: 'say machine: {ssh: user@host}',
};

export const backend = leaf<string>(
  'backend',
  '',
  (value, cell) => {
    if (backendNames.some((name) => name === value)) return value;
    const other = asked[value];
    if (other === undefined) problem(cell, `backend cannot be "${value}"`, suggest(value, backendNames));
    else problem(cell, `the backend "${value}" starts no images`, other);
    return '';
  },
  { enum: [...backendNames] },
);
