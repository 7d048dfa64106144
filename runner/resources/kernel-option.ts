/** The resource `kernel-option`: an option of the running kernel's configuration, `y`, `m`, `n` or its text. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there } from './resource.ts';
import type { Resource } from './resource.ts';

export const kernelOption: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect(asked, context) {
    const word = optionName(asked.name);
    const pattern = shellWord(`^(# )?${word}[= ]`);
    return [
      'r=$(</proc/sys/kernel/osrelease)',
      `if [[ -e /proc/config.gz ]]; then ${limited('zcat /proc/config.gz', context)} | grep -E -e ${pattern}; :`,
      `else for f in "/boot/config-$r" "/lib/modules/$r/config" none; do [[ ! -e $f ]] || break; done`,
      `[[ $f != none ]] || return 44; grep -E -e ${pattern} "$f"; :; fi`,
    ].join('\n');
  },
  read(output) {
    if (output.status === 44) {
      return {
        ...absent,
        problem: 'the kernel shows its configuration neither in /proc/config.gz nor in /boot',
      };
    }
    const line = output.stdout.split('\n')[0] ?? '';
    const set = /^\w+=(.*)$/.exec(line)?.[1];
    if (set === undefined) return { ...absent, values: { value: line === '' ? undefined : 'n' } };
    return there({ value: set.replace(/^"(.*)"$/, '$1') });
  },
};

function optionName(name: string): string {
  const full = name.startsWith('CONFIG_') ? name : `CONFIG_${name}`;
  return full.replaceAll(/\W/g, String.raw`\$&`);
}
