/** The resource `interface`: a network link, its state and addresses. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there } from './resource.ts';
import type { Resource } from './resource.ts';
import { lines } from './text.ts';

export const interfaceResource: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect(asked, context) {
    const name = shellWord(asked.name);
    const sys = shellWord(`/sys/class/net/${asked.name}`);
    return [
      `grep -qE ${shellWord(`^ *${asked.name.replaceAll(/\W/g, String.raw`\$&`)}:`)} /proc/net/dev || return 44`,
      `printf 'state=%s\\n' "$(<${sys}/operstate)"; printf 'flags=%s\\n' "$(<${sys}/flags)"`,
      ...(asked.facts.includes('address') ? [limited(`ip -o addr show dev ${name}`, context)] : []),
    ].join('\n');
  },
  read(output) {
    if (output.status === 44) return absent;
    const state = /^state=(.*)$/m.exec(output.stdout)?.[1] ?? '';
    const isUp = (Number(/^flags=(.*)$/m.exec(output.stdout)?.[1]) & 1) === 1;
    const addresses = [...output.stdout.matchAll(/ inet6? ([0-9a-f.:]+)/g)];
    return {
      ...there({
        // The loopback link knows no carrier and says `unknown` for ever.
        state: { either: state === 'unknown' && isUp ? ['unknown', 'up'] : [state] },
        address: { items: addresses.flatMap(([, address]) => address ?? []) },
      }),
      problem: lines(output.stderr).at(-1),
    };
  },
};
