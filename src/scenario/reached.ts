/** `ssh` of a machine: another computer, which is there already and outlives the job as this one does. */
import type { Place } from '../error.ts';
import { nearest } from '../nearest.ts';
import { report } from '../problem.ts';
import { checkReferences } from './text.ts';
import type { Cell } from '../yaml.ts';
import { leaf, object, placeOf, problem } from './shape.ts';

export interface SshSpec {
  readonly kind: 'ssh';
  /** To the job's others, and to `on`; `ssh` where it is the only one. */
  readonly name: string;
  /** `user@host:port`, of which only the host must be there; may hold `${axis}` until the plan has resolved it. */
  readonly ssh: string;
  readonly at: Place;
}

/** No word that ssh could take for an option. */
const form = /^(?:[\w.${}][\w.${}-]*@)?(?:\[[\da-f:.]+\]|[\w.${}][\w.${}-]*)(?::[\d${}\w]+)?$/i;

const destination = leaf(
  'ssh',
  '',
  (value, cell) => {
    checkReferences(value, cell);
    if (!form.test(value) || destinationOf(value) === undefined)
      problem(
        cell,
        `ssh cannot reach "${value}"`,
        'such as root@example.org, root@example.org:2222, or a Host of ssh_config',
      );
    return value;
  },
  { type: 'string' },
);

export interface Destination {
  /** As ssh takes it: `user@host`, or an alias. */
  readonly host: string;
  readonly port?: string | undefined;
}

/** Undefined where the port is none; a text with `${…}` in it is not judged. */
export function destinationOf(ssh: string): Destination | undefined {
  const [, host = ssh, port] = /^(.*?[^:\]]|.*\]):(\w+)$/.exec(ssh) ?? [];
  const bare = host.replace(/\[(.*)\]$/, '$1');
  if (port === undefined || ssh.includes('${')) return { host: bare };
  const number = /^\d+$/.test(port) ? Number(port) : 0;
  return number > 0 && number < 65_536 ? { host: bare, port } : undefined;
}

export const reachedFields = { ssh: destination };
export const reached = object({ what: 'machine' }, reachedFields);

/** The cell of a machine that is reached by ssh: what one of an image says, by `others`, means nothing there. */
export function reachedCell(
  cell: Cell,
  others: readonly string[],
  own: readonly string[] = [],
): Cell | undefined {
  if (cell.kind !== 'map' || !cell.entries.has('ssh')) return undefined;
  const isOwn = (key: string): boolean => key === 'ssh' || own.includes(key);
  for (const [key, { offset }] of cell.entries) {
    if (isOwn(key)) continue;
    const near = others.includes(key) ? undefined : nearest(key, [...own, ...others]);
    const meant = near === undefined ? '' : `did you mean "${near}"? `;
    report(
      cell.source,
      offset,
      others.includes(key) ? `"${key}" means nothing beside "ssh"` : `unknown key "${key}" beside "ssh"`,
      near !== undefined && own.includes(near) ? meant.trim() : `${meant}${asItIs}`,
    );
  }
  return { ...cell, entries: new Map([...cell.entries].filter(([key]) => isOwn(key))) };
}

const asItIs = 'nothing else stands beside it: that is a computer of its own, taken as it is';

export function reachedAt(cell: Cell, ssh: string, name: string): SshSpec {
  return { kind: 'ssh', name, ssh, at: placeOf(cell) };
}
