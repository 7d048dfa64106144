/** The resource `resolves`: the addresses of a name, as the machine's own resolver answers. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there, unreadable } from './resource.ts';
import type { Resource } from './resource.ts';
import { lines } from './text.ts';

export const resolves: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect: (asked, context) => limited(`getent ahosts -- ${shellWord(asked.name)}`, context),
  read(output, asked, context) {
    if (output.status === 2) return absent;
    if (output.status !== 0) return unreadable(output, context);
    const addresses = new Set(lines(output.stdout).flatMap((line) => line.split(/\s+/)[0] ?? []));
    return there({ address: { items: [...addresses] } });
  },
};
