/** The resource `kernel`: its name is the release expected. */
import { there, unreadable } from './resource.ts';
import type { Resource } from './resource.ts';

export const kernel: Resource = {
  first: { name: 'release', expected: '*' },
  nameIs: 'release',
  collect: () => 'cat /proc/sys/kernel/osrelease',
  read(output, asked, context) {
    const release = output.stdout.trim();
    if (output.status !== 0) return unreadable(output, context);
    return there({ release: { version: release } });
  },
};
