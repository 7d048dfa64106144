/** The resource `user`, as getent and id know it. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there, unreadable } from './resource.ts';
import type { Resource } from './resource.ts';
import { lines } from './text.ts';

export const user: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect(asked, context) {
    const name = shellWord(asked.name);
    const entry = limited(`getent passwd -- ${name}`, context);
    return asked.facts.includes('groups') ? `${entry} && ${limited(`id -Gn -- ${name}`, context)}` : entry;
  },
  read(output, asked, context) {
    if (output.status === 2) return absent;
    if (output.status !== 0) return unreadable(output, context);
    const [entry = '', groups = ''] = lines(output.stdout);
    const [, , uid, gid, , , shell] = entry.split(':');
    return there({ uid, gid, shell, groups: { items: groups.split(' ') } });
  },
};
