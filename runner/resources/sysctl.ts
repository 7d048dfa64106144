/** The resource `sysctl`: a value of /proc/sys. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, there, unreadable } from './resource.ts';
import type { Resource } from './resource.ts';

export const sysctl: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect(asked) {
    const path = shellWord(`/proc/sys/${keyPath(asked.name)}`);
    return `[[ -f ${path} ]] || return 44; cat ${path}`;
  },
  read(output, asked, context) {
    if (output.status === 44) return absent;
    // Some may only be written.
    if (output.status !== 0) return { ...unreadable(output, context), exists: true };
    return there({ value: output.stdout.trimEnd() });
  },
};

/** As sysctl(8) reads a key: the first separator decides, the other one is then part of a name (`net.ipv4.conf.eth0/1.x`). */
function keyPath(key: string): string {
  const swap: Readonly<Record<string, string>> = { '.': '/', '/': '.' };
  const first = /[./]/.exec(key)?.[0];
  return first === '/' ? key : key.replaceAll(/[./]/g, (separator) => swap[separator] ?? separator);
}
