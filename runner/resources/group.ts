/** The resource `group`, as getent knows it. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there, unreadable } from './resource.ts';
import type { Resource } from './resource.ts';

export const group: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect: (asked, context) => limited(`getent group -- ${shellWord(asked.name)}`, context),
  read(output, asked, context) {
    if (output.status === 2) return absent;
    if (output.status !== 0) return unreadable(output, context);
    return there({ gid: output.stdout.split(':')[2] });
  },
};
