/**
 * The resource `file`: what stat says of a path, and what the file holds.
 * `type` and `target` are of the path itself; all else is of what it leads to, as a reader would find it.
 */
import { shellWord } from '../../src/describe-text.ts';
import { fileTypes } from '../../src/scenario/fact.ts';
import { absent, limited, there, unreadable } from './resource.ts';
import type { Resource, Value } from './resource.ts';
import { lines } from './text.ts';

const parted = '== content';
const digest = '== sha256';
/** What a test of bash says of the path; in this order, for a link passes them all. */
const types: readonly (readonly [test: string, type: keyof typeof fileTypes])[] = [
  ['-L', 'link'],
  ['-f', 'file'],
  ['-d', 'directory'],
  ['-p', 'fifo'],
  ['-S', 'socket'],
  ['-b', 'block'],
  ['-c', 'character'],
];

export const file: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect(asked, context) {
    // A path of `-` is standard input to stat and cat.
    const path = shellWord(asked.name.startsWith('-') ? `./${asked.name}` : asked.name);
    const asks = (...facts: string[]): boolean => facts.some((fact) => asked.facts.includes(fact));
    const kinds = types.map(([test, word]) => `[[ ${test} ${path} ]] && echo type=${word}`).join(' || ');
    // Each command is a process, bash's own tests are free; a regular file needs no time limit.
    return [
      `[[ -e ${path} || -L ${path} ]] || { : <${path}; return 44; }`,
      ...(asks('type') ? [kinds] : []),
      ...(asks('mode', 'owner', 'size') ? [`stat -L -c 'stat=%a %U:%G %u:%g %s' -- ${path} || return`] : []),
      ...(asks('target') ? [`[[ ! -L ${path} ]] || printf 'target=%s\\n' "$(readlink -- ${path})"`] : []),
      ...(asks('sha256')
        ? [`printf '${digest} '; ${limited(`sha256sum -- ${path}`, context)} || return`]
        : []),
      ...(asks('contains', 'lacks')
        ? [
            `printf '${parted}\\n'`,
            `if [[ -f ${path} ]]; then cat -- ${path}; else ${limited(`cat -- ${path}`, context)}; fi`,
          ]
        : [':']),
    ].join('\n');
  },
  read(output, asked, context) {
    if (output.status === 44) {
      return /No such file|Not a directory/.test(output.stderr) ? absent : unreadable(output, context);
    }
    const at = output.stdout.indexOf(`${parted}\n`);
    const head = at === -1 ? output.stdout : output.stdout.slice(0, at);
    const content =
      at === -1 || output.status !== 0 ? undefined : output.stdout.slice(at + parted.length + 1);
    const line = (key: string): string | undefined =>
      lines(head)
        .find((one) => one.startsWith(key))
        ?.slice(key.length);
    const [mode, owner, ids, size] = line('stat=')?.split(' ') ?? [];
    const type = types.find(([, word]) => word === line('type='));
    return {
      ...there({
        type: type === undefined ? undefined : { either: [type[1], ...fileTypes[type[1]]] },
        mode: spellMode(mode),
        owner: spellOwner(owner, ids),
        size,
        target: line('target='),
        sha256: /^[0-9a-f]{64}/.exec(line(`${digest} `)?.replace(/^\\/, '') ?? '')?.[0],
        contains: content,
        lacks: content,
      }),
      problem: output.status === 0 ? undefined : unreadable(output, context).problem,
    };
  },
};

function spellMode(mode: string | undefined): Value {
  return mode === undefined ? undefined : { either: [mode.padStart(4, '0'), mode, `0${mode}`] };
}

/** By names and by numbers; a name alone is the user. */
function spellOwner(owner: string | undefined, ids: string | undefined): Value {
  if (owner === undefined || ids === undefined) return undefined;
  return { either: [owner, ids, owner.split(':')[0] ?? '', ids.split(':')[0] ?? ''] };
}
