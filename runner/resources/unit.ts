/** The resource `unit`: what `systemctl show` says of a unit; one call for all units of a step. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there, unreadable } from './resource.ts';
import type { Asked, Resource, Value } from './resource.ts';
import { readProperties, some } from './text.ts';

const propertyOf: Readonly<Record<string, string>> = {
  active: 'ActiveState',
  sub: 'SubState',
  enabled: 'UnitFileState',
  result: 'Result',
  restarts: 'NRestarts',
};

export const unit: Resource = {
  first: { name: 'active', expected: 'active' },
  collect(asked, context) {
    if (!isUnitName(asked.name)) return 'false';
    const units = namable(context.all);
    const properties = new Set(['LoadState', 'ActiveState', ...context.all.flatMap((one) => wanted(one))]);
    const words = [...properties].map((name) => `-p ${shellWord(name)}`);
    const show = `systemctl show --no-pager ${words.join(' ')} -- ${units.map(shellWord).join(' ')}`;
    return limited(show, context);
  },
  read(output, asked, context) {
    if (!isUnitName(asked.name)) return { ...absent, problem: `"${asked.name}" names no unit` };
    const units = namable(context.all);
    const blocks = splitBlocks(output.stdout);
    const block = blocks[units.indexOf(asked.name)];
    if (output.status !== 0 || blocks.length !== units.length || block === undefined) {
      return unreadable(output, context);
    }
    const properties = readProperties(block);
    const values: Record<string, Value> = {};
    for (const fact of asked.facts) {
      const property = factProperty(fact);
      if (property !== undefined)
        values[fact] = isAsked(fact) ? properties[property] : some(properties[property]);
    }
    // A unit whose file was removed while it ran is `not-found` and still there.
    const gone = properties['LoadState'] === 'not-found' && properties['ActiveState'] === 'inactive';
    return { ...there(values), exists: !gone };
  },
  // With a restart to come it would be `activating`.
  over(seen, failed) {
    if (!failed.includes('active') || seen.values['active'] !== 'failed') return undefined;
    return 'the unit has failed and will not be restarted';
  },
};

function wanted(asked: Asked): string[] {
  return asked.facts.flatMap((fact) => factProperty(fact) ?? []);
}

function factProperty(fact: string): string | undefined {
  return isAsked(fact) ? fact.slice('property.'.length) : propertyOf[fact];
}

/** Whether the file names the property itself, which may then well be empty. */
function isAsked(fact: string): boolean {
  return fact.startsWith('property.');
}

/** systemctl would expand a glob to any number of units, and gives up at an empty name. */
export function isUnitName(name: string): boolean {
  return name !== '' && name.length < 256 && !/[*?[\]\n]/.test(name);
}

export function namable(all: readonly Asked[]): string[] {
  return [...new Set(all.map((one) => one.name).filter(isUnitName))];
}

/** systemctl parts the units it shows by an empty line. */
export function splitBlocks(stdout: string): string[] {
  return stdout.trim().split(/\n\n+/);
}
