/** `machines`: several in one job, by their names; and `on`, which says where a step is typed. */
import * as z from 'zod';
import { nearest, suggest } from '../nearest.ts';
import { report } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import { rootFields, rootOf, type MemberSpec } from './machine.ts';
import { checkNetwork, checkPorts } from './network.ts';
import { reachedAt, reachedCell, reachedFields } from './reached.ts';
import { entryOf, itemsOf, jsonNotes, leaf, list, mapOf, object, placeOf, problem } from './shape.ts';
import { word } from './text.ts';

/** As machined and the link know it. */
const machineName = word(
  'name',
  /^[a-z][a-z0-9-]{0,11}$/,
  'at most 12 lower-case letters, digits and -, a letter first',
);
export const on = machineName;

const linked = leaf<boolean>(
  'link',
  true,
  (value, cell) => {
    if (value !== 'none')
      problem(cell, `link cannot be "${value}"`, 'link: none leaves the machine unconnected');
    return false;
  },
  { enum: ['none'] },
);

const member = object(
  { what: 'a machine', also: ['ssh'] },
  { name: machineName, ...rootFields, link: linked.default(true) },
);
const reachedMember = object({ what: 'a machine' }, { name: machineName, ...reachedFields });

export const machines: z.ZodType<readonly MemberSpec[]> = z.transform((cell: Cell): readonly MemberSpec[] => {
  const items = itemsOf(cell, 'machines');
  if (cell.kind === 'list' && items.length === 0)
    problem(cell, 'no machines are nothing to type in', 'add one: - {name: a, image: debian-12}');
  items.forEach(checkMember);
  checkNames(items);
  checkPorts(items.flatMap((item) => itemsOf(entryOf(item, 'ports') ?? item, 'ports')));
  return items.map((item) => {
    const other = reachedCell(item, [...Object.keys(rootFields), 'link'], ['name']);
    if (other !== undefined) {
      const { name, ssh } = reachedMember.parse(other);
      return reachedAt(item, ssh, name);
    }
    const { name, link, ...said } = member.parse(item);
    return rootOf(said, { name, linked: link });
  });
});
jsonNotes.set(machines, { as: list('machines', z.union([member, reachedMember])) });

function checkMember(cell: Cell): void {
  checkNetwork(cell);
  const network = entryOf(cell, 'network');
  if (network?.kind === 'text' && network.text === 'shared' && entryOf(cell, 'link') === undefined)
    problem(
      network,
      'the network of this computer cannot be linked to other machines',
      'say link: none beside it, or network: uplink',
    );
}

/** A name stands in /etc/hosts of all of them. */
function checkNames(items: readonly Cell[]): void {
  const seen = new Map<string, number>();
  for (const item of items) {
    const name = entryOf(item, 'name');
    if (name?.kind !== 'text') continue;
    const other = seen.get(name.text);
    if (other !== undefined)
      problem(name, `two machines are called "${name.text}"`, `the other stands in line ${other}`);
    else if (name.text === 'localhost' || name.text === 'host')
      problem(name, `a machine cannot be called "${name.text}"`, 'that name means another one already');
    seen.set(name.text, placeOf(name).line);
  }
}

const phases = ['prepare', 'steps', 'on-failure', 'cleanup'];

/** With `machines` every step that does something says where; without, none does. `names` are undefined then. */
export function checkOn(file: Cell, names: readonly string[] | undefined): void {
  for (const phase of phases) {
    const cell = entryOf(file, phase);
    for (const step of cell === undefined ? [] : cell.kind === 'list' ? cell.items : [cell])
      checkStepOn(step, names);
  }
}

function checkStepOn(step: Cell, names: readonly string[] | undefined): void {
  if (step.kind !== 'map') return;
  const said = step.entries.get('on');
  if (said !== undefined && names === undefined)
    report(
      step.source,
      said.offset,
      '"on" means nothing in a job of one machine',
      'leave it out, or name several: machines: [{name: …, image: …}]',
    );
  // Where there is no machine that is told.
  if (names === undefined || names.length === 0) return;
  if (said?.value.kind === 'text' && !names.includes(said.value.text))
    problem(
      said.value,
      `no machine is called "${said.value.text}"`,
      suggest(said.value.text, names, 'machines here'),
    );
  const others = [...step.entries.keys()];
  const speaks = others.every((key) => ['say', 'title', 'id', 'when', 'because', 'learn'].includes(key));
  if (said === undefined && !speaks && nearest('on', others) === undefined)
    problem(step, 'the step does not say which machine it is for', `add on: ${names.join(' or on: ')}`);
}

/** Exactly one of the two says where a scenario runs. */
export function checkMachines(file: Cell): void {
  const map = mapOf(file, 'the scenario');
  if (map === undefined) return;
  const several = map.entries.get('machines');
  if (several !== undefined && map.entries.has('machine'))
    report(map.source, several.offset, '"machines" cannot stand beside "machine"', 'keep one of them');
  const known = ['machine', 'machines'];
  const misspelt = [...map.entries.keys()].some((key) => nearest(key, known) !== undefined);
  if (!misspelt)
    problem(map, 'the scenario has no "machine"', 'add machine: … (required: title, machine, steps)');
}
