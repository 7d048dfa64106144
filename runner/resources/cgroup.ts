/**
 * The resource `cgroup`: the files of a unit's control group, in whichever hierarchy of the machine's view has them.
 * v2 and v1 name them differently; what is there is shown under its own name.
 */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there, unreadable } from './resource.ts';
import type { Asked, Resource, Seen, Value } from './resource.ts';
import { lines, readProperties } from './text.ts';
import { isUnitName, namable, splitBlocks } from './unit.ts';

const parted = '== groups\n';
/** Of v2 only; says why another file is missing. */
const controllers = 'cgroup.controllers';

export const cgroup: Resource = {
  first: { name: 'exists', expected: 'true' },
  collect(asked, context) {
    if (!isUnitName(asked.name)) return 'false';
    const units = namable(context.all).map(shellWord).join(' ');
    const files = [...new Set([controllers, ...context.all.flatMap(filesOf)])].join(' ');
    const show = `systemctl show --no-pager -p ControlGroup -p ActiveState -p LoadState -- ${units}`;
    return `
local shown line top rest group file paths=()
shown=$(${limited(show, context)}) || { local s=$?; printf '%s\\n' "$shown"; return $s; }
printf '%s\\n${parted.trim()}\\n' "$shown"
while read -r line; do
  [[ $line == ControlGroup=?* ]] || continue
  group=\${line#*=}; group=\${group%/}
  while read -r _ _ _ _ top rest; do
    [[ $rest == *' - cgroup '* || $rest == *' - cgroup2 '* ]] && [[ -d $top$group ]] || continue
    printf 'group\\t%s\\t%s\\n' "$top" "$group"
    for file in ${files}; do
      [[ ! -f $top$group/$file ]] || { printf 'file\\t%s\\n' "$top$group/$file"; paths+=("$top$group/$file"); }
    done
  done </proc/self/mountinfo
done <<<"$shown"
[[ \${#paths[@]} == 0 ]] || ${limited(`grep -aH '' -- "\${paths[@]}"`, context)}; :`;
  },
  read(output, asked, context) {
    if (!isUnitName(asked.name)) return { ...absent, problem: `"${asked.name}" names no unit` };
    const [shown = '', found] = output.stdout.split(parted);
    const units = namable(context.all);
    const blocks = splitBlocks(shown);
    const block = blocks[units.indexOf(asked.name)];
    if (found === undefined || blocks.length !== units.length || block === undefined)
      return unreadable(output, context);
    const properties = readProperties(block);
    const group = properties['ControlGroup'] ?? '';
    const places = group === '' ? [] : placesOf(found, group.replace(/\/$/, ''));
    if (places.length > 0) return readFiles(places, readContents(found), asked);
    const gone = properties['LoadState'] === 'not-found';
    return { ...absent, why: gone ? 'there is no such unit' : `the unit is ${properties['ActiveState']}` };
  },
};

/** A name with a slash would lead elsewhere. */
function filesOf({ facts }: Asked): string[] {
  return facts.flatMap((fact) => /^property\.([\w.-]+)$/.exec(fact)?.[1] ?? []);
}

/** The directories of a group, one for each hierarchy that has it. */
function placesOf(found: string, group: string): string[] {
  return lines(found).flatMap((line) => {
    const [kind, top = '', below] = line.split('\t');
    return kind === 'group' && below === group ? [top + below] : [];
  });
}

/** The text of each file that is there, by its path. */
function readContents(found: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string[]>();
  for (const line of found.split('\n')) {
    if (line.startsWith('file\t')) texts.set(line.slice('file\t'.length), []);
    else {
      const path = [...texts.keys()].find((one) => line.startsWith(`${one}:`));
      if (path !== undefined) texts.get(path)?.push(line.slice(path.length + 1));
    }
  }
  return new Map([...texts].map(([path, text]) => [path, text.join('\n')]));
}

function readFiles(places: readonly string[], contents: ReadonlyMap<string, string>, asked: Asked): Seen {
  const read = (file: string): string | undefined =>
    places.map((place) => contents.get(`${place}/${file}`)).find((text) => text !== undefined);
  const values: Record<string, Value> = {};
  for (const file of filesOf(asked)) values[`property.${file}`] = read(file);
  const missing = asked.facts.filter((fact) => fact.startsWith('property.') && values[fact] === undefined);
  if (missing.length === 0) return there(values);
  const names = missing.map((fact) => fact.slice('property.'.length)).join(', ');
  const given = read(controllers);
  const has = given === undefined ? '' : `; its controllers: ${given === '' ? 'none' : given}`;
  return { ...there(values), problem: `no ${names} in ${places.join(', ')}${has}` };
}
