/** The resource `mount`: what is mounted on exactly this path, as mountinfo says; the newest where several are. */
import { absent, there } from './resource.ts';
import type { Resource } from './resource.ts';
import { lines } from './text.ts';

export const mount: Resource = {
  first: { name: 'exists', expected: 'true' },
  // Read by bash: a process costs as much as all else here.
  collect: () => String.raw`printf '%s\n' "$(</proc/self/mountinfo)"`,
  read(output, asked) {
    const path = asked.name.length > 1 ? asked.name.replace(/\/+$/, '') : asked.name;
    const found = lines(output.stdout)
      .map(readMount)
      .findLast((one) => one.path === path);
    if (found === undefined) return absent;
    return there({ type: found.type, source: found.source, options: { items: found.options } });
  },
};

/** `36 35 98:0 /root /mnt rw,noatime shared:1 - ext3 /dev/root rw,errors=continue` */
function readMount(line: string): { path: string; type: string; source: string; options: string[] } {
  const [before = '', after = ''] = line.split(' - ');
  const own = before.split(' ');
  const [type = '', source = '', superOptions = ''] = after.split(' ');
  const options = [...new Set([...(own[5] ?? '').split(','), ...superOptions.split(',')])];
  // A read-only bind of a writable file system says `ro` of itself and `rw` of the file system.
  const contrary = options[0] === 'ro' ? 'rw' : 'ro';
  return {
    path: unescape(own[4] ?? ''),
    type,
    source: unescape(source),
    options: options.filter((option) => option !== contrary && option !== ''),
  };
}

/** The kernel writes blank, tab, newline and backslash as three octal digits. */
function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 8)),
  );
}
