/** The resource `process`: the processes of a name, from /proc alone. */
import { there, unreadable } from './resource.ts';
import type { Resource } from './resource.ts';
import { lines } from './text.ts';

const parted = ['== argv', '== users', '== self'];
/** The kernel keeps this much of a process's name. */
const commLength = 15;

interface Process {
  comm: string;
  argv0: string;
  uid: string;
  state: string;
  parent: string;
}

export const process: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect(_, { all }) {
    const long = all.some(({ name }) => name.length > commLength);
    const owner = all.some(({ facts }) => facts.includes('owner'));
    return [
      "grep -asHE '^(Name|State|PPid|Uid):' /proc/[0-9]*/status",
      `printf '${parted[0]}\\n'`,
      // To the first NUL: the word it was started as.
      ...(long ? ["grep -aszHm1 '' /proc/[0-9]*/cmdline"] : []),
      `printf '${parted[1]}\\n'`,
      ...(owner ? ['getent passwd'] : []),
      `printf '${parted[2]}\\n%s\\n' "$BASHPID"`,
    ].join('\n');
  },
  read(output, asked, context) {
    const [status = '', argv = '', users = '', self = ''] = splitParts(output.stdout);
    const all = readProcesses(status, argv);
    if (all.size === 0) return unreadable(output, context);
    const mine = descendants(all, self.trim());
    const found = [...all].filter(
      ([pid, one]) => !mine.has(pid) && one.state !== 'Z' && isCalled(one, asked.name),
    );
    const names = new Map(lines(users).map((line) => [line.split(':')[2] ?? '', line.split(':')[0] ?? '']));
    const owners = new Set(found.map(([, one]) => names.get(one.uid) ?? one.uid));
    const seen = there({ count: String(found.length), owner: { items: [...owners] } });
    return { ...seen, exists: found.length > 0 };
  },
};

function splitParts(text: string): string[] {
  return parted.reduce<string[]>(
    (parts, mark) => [...parts.slice(0, -1), ...(parts.at(-1) ?? '').split(`${mark}\n`)],
    [text],
  );
}

function readProcesses(status: string, argv: string): Map<string, Process> {
  const all = new Map<string, Process>();
  for (const line of lines(status)) {
    const [, pid, key, value = ''] = /^\/proc\/(\d+)\/status:(\w+):\t(.*)$/.exec(line) ?? [];
    if (pid === undefined) continue;
    const one = all.get(pid) ?? { comm: '', argv0: '', uid: '', state: '', parent: '' };
    all.set(pid, one);
    if (key === 'Name') one.comm = value;
    // The effective one, as ps shows it.
    if (key === 'Uid') one.uid = value.split('\t')[1] ?? '';
    if (key === 'State') one.state = value.slice(0, 1);
    if (key === 'PPid') one.parent = value;
  }
  for (const line of argv.split('\0')) {
    const [, pid, word = ''] = /^\/proc\/(\d+)\/cmdline:(.*)$/s.exec(line) ?? [];
    const one = pid === undefined ? undefined : all.get(pid);
    if (one !== undefined) one.argv0 = word;
  }
  return all;
}

/** The shell that looks, and what it started to look. */
function descendants(all: ReadonlyMap<string, Process>, shell: string): Set<string> {
  const mine = new Set([shell]);
  for (let grown = true; grown;) {
    const more = [...all].filter(([pid, one]) => !mine.has(pid) && mine.has(one.parent)).map(([pid]) => pid);
    for (const pid of more) mine.add(pid);
    grown = more.length > 0;
  }
  return mine;
}

/** A longer name is cut in `comm`, and told apart by what it was started as. */
function isCalled(one: Process, name: string): boolean {
  if (one.comm === name) return true;
  const base = one.argv0.split('/').at(-1)?.replace(/:$/, '');
  return name.length > commLength && one.comm === name.slice(0, commLength) && base === name;
}
