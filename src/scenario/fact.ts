/** What the facts and names of resources may be: what can never be seen of them is told when the file is read. */
import { suggest } from '../nearest.ts';
import { parseComparison, parseSize } from '../quantity.ts';
import type { Cell } from '../yaml.ts';
import { checkDurations, checkNumbers, isComparison, operandsOf } from './quantity.ts';
import { problem } from './shape.ts';
import { priorities } from './watch.ts';

type Check = (value: string, cell: Cell, what: string) => void;

/** The word for each type of a file, and what other tools call it. */
export const fileTypes = {
  link: ['symlink', 'symbolic link'],
  file: ['regular file'],
  directory: ['dir'],
  fifo: ['pipe'],
  socket: [],
  block: ['block special file'],
  character: ['char', 'character special file'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** States of a whole system; `stopping` and `offline` are told by systemctl itself. */
const systemStates = oneOf(
  'initializing starting running degraded maintenance stopping offline unknown'.split(' '),
);
const number: Check = (value, cell, what) => {
  if (!hasHoles(value)) checkNumbers(value, cell, what);
};
const absolute: Check = (value, cell, what) => {
  if (!value.startsWith('/'))
    problem(cell, `${what} "${value}" does not begin with /`, 'a path in the machine is absolute');
};

/** By the resource and the fact, else by the fact alone. Values that hold variables, and matchers, are left alone. */
const checks: Readonly<Record<string, Check>> = {
  'unit.active': oneOf(
    'active reloading refreshing inactive failed activating deactivating maintenance'.split(' '),
  ),
  'unit.enabled': oneOf(
    (
      'enabled enabled-runtime linked linked-runtime alias masked masked-runtime static disabled indirect generated ' +
      'transient bad'
    ).split(' '),
  ),
  'unit.restarts': number,
  'machine.state': systemStates,
  'machine.class': oneOf(['container', 'vm', 'host']),
  'system.jobs': number,
  'journal.priority': (value, cell, what) => {
    // journalctl also takes numbers, and a range.
    if (!value.split('..').every((one) => /^[0-7]$/.test(one))) oneOf([...priorities])(value, cell, what);
  },
  'file.type': oneOf(Object.entries(fileTypes).flat(2)),
  'file.size': (value, cell, what) => {
    const sizes = operandsOf(value)?.every((one) => parseSize(one) !== undefined);
    if (sizes !== true && !hasHoles(value))
      problem(cell, `${what} cannot be "${value}"`, 'a size is written "> 100", "< 64K", "1M..2M"');
  },
  'file.sha256': (value, cell, what) => {
    if (!hasHoles(value) && !/^[0-9a-f]{64}$/.test(plain(value)))
      problem(cell, `${what} cannot be "${value}"`, '64 hexadecimal digits, in lower case');
  },
  'file.mode': (value, cell, what) => {
    if (!/[<>]|\.\./.test(value) && !/^(?:0?[0-7]{1,4})$/.test(plain(value)))
      problem(cell, `${what} cannot be "${value}"`, 'a mode is octal digits, such as 0644');
  },
  'process.count': number,
  'http.status': number,
  'interface.state': oneOf('up down dormant testing unknown notpresent lowerlayerdown'.split(' ')),
  uid: number,
  gid: number,
  took: (value, cell, what) => {
    if (isComparison(value)) checkDurations(value, cell, what);
  },
};

/** A resource's own name, where not every text is one. */
const names: Readonly<Record<string, Check>> = {
  system: systemStates,
  file: absolute,
  mount: absolute,
  kernel: (value, cell, what) => {
    if (!hasHoles(value) && !isComparison(value))
      problem(cell, `${what} cannot be "${value}"`, 'a version to compare with, such as ">= 5.15"');
  },
  port: (value, cell) => {
    const digits = Number(/^(\d{1,5})(?:\/(?:tcp|udp))?$/.exec(value)?.[1]);
    if (!(digits >= 1 && digits <= 65_535))
      problem(
        cell,
        `a port cannot be "${value}"`,
        'a number from 1 to 65535 with tcp or udp, such as 22/tcp',
      );
  },
  http: (value, cell, what) => {
    const hint = 'a URL with http or https, such as http://localhost:8080/';
    if (!/^https?:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/.test(value))
      problem(cell, `${what} cannot ask "${value}"`, hint);
  },
};

export function checkFact(resource: string, fact: string, cell: Cell): void {
  applyTo(cell, checks[`${resource}.${fact}`] ?? checks[fact], `"${fact}"`);
}

export function checkResourceName(resource: string, cell: Cell): void {
  applyTo(cell, names[resource], resource);
}

function applyTo(cell: Cell, check: Check | undefined, what: string): void {
  if (cell.kind === 'text' && !cell.empty && !cell.text.includes('${')) check?.(cell.text, cell, what);
}

function oneOf(words: readonly string[]): Check {
  return (value, cell, what) => {
    if (hasHoles(value) || words.includes(plain(value))) return;
    problem(cell, `${what} cannot be "${value}"`, suggest(plain(value), words, 'it is one of'));
  };
}

/** Without the sign that it is, or is not, to be equal. */
function plain(value: string): string {
  return value.trim().replace(/^(?:!=|==?)\s*/, '');
}

/** A comparison has none, whatever its sign. */
function hasHoles(value: string): boolean {
  return parseComparison(value) === undefined && /<|\.\.\./.test(value);
}

/** The word of a command that must be found for it to be typed; assignments may stand before it. */
export function commandWord(command: string): string | undefined {
  return /^\s*(?:[A-Za-z_]\w*=[^\s'"`$\\]*\s+)*([\w.+/:@%,[-]+)(?=[\s;|&<>]|$)/.exec(command)?.[1];
}

export function checkCommandWord(cell: Cell): void {
  if (cell.kind !== 'text' || cell.empty || commandWord(cell.text) !== undefined) return;
  problem(
    cell,
    '"exists" asks for the first word of the command, and this begins with none',
    'name the command alone: {output-of: NAME, exists: false}',
  );
}
