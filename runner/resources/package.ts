/** The resource `package`: what is installed, by the package manager that the machine has. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there } from './resource.ts';
import type { Resource } from './resource.ts';

/** The manager, and what prints `installed VERSION` for a package that is installed. */
const managers: Readonly<Record<string, (name: string) => string>> = {
  'dpkg-query': (name) => `dpkg-query -W -f '\${db:Status-Status} \${Version}\\n' -- ${name}`,
  rpm: (name) => `rpm -q --qf 'installed %{VERSION}-%{RELEASE}\\n' -- ${name}`,
  pacman: (name) => `pacman -Q -- ${name}`,
};

export const packageResource: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect(asked, context) {
    const branches = Object.entries(managers).map(
      ([tool, ask]) =>
        `if type -P ${tool} >/dev/null; then ${limited(ask(shellWord(asked.name)), context)}; el`,
    );
    return `${branches.join('')}se return 44; fi`;
  },
  read(output, asked) {
    if (output.status === 44) {
      return { ...absent, problem: `no package manager (${Object.keys(managers).join(', ')})` };
    }
    const [state = '', version] = (output.stdout.split('\n')[0] ?? '').split(' ');
    const installed = state === 'installed' || state === asked.name;
    return output.status === 0 && installed
      ? there({ version: version === undefined ? undefined : { version } })
      : absent;
  },
};
