/** The resource `command`: whether a command is on the PATH, and the version it says it has. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there, unreadable } from './resource.ts';
import type { Resource } from './resource.ts';
import { findVersion } from './text.ts';

const parted = '== version';

export const command: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect(asked, context) {
    const name = shellWord(asked.name);
    const find = `type -P -- ${name} || return 44`;
    if (!asked.facts.includes('version')) return find;
    return `${find}; printf '${parted}\\n'; ${limited(`${name} --version`, context)} 2>&1`;
  },
  read(output, asked, context) {
    if (output.status === 44) return absent;
    const said = output.stdout.split(`${parted}\n`)[1] ?? '';
    const version = findVersion(said);
    const seen = there({ version: version === undefined ? undefined : { version } });
    return asked.facts.includes('version') && version === undefined
      ? { ...seen, problem: unreadable({ ...output, stdout: said }, context).problem }
      : seen;
  },
};
