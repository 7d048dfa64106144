/** `when`: facts of the step's machine, and axes, that must compare so for the step to run. */
import * as z from 'zod';
import type { Place } from '../error.ts';
import { meant, suggest } from '../nearest.ts';
import { parseComparison } from '../quantity.ts';
import { report } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import { backendNames } from './backend.ts';
import { isComparison, versionComparison } from './quantity.ts';
import { itemsOf, jsonNotes, leaf, mapOf, placeOf, problem } from './shape.ts';
import { checkReferences } from './text.ts';

/** `{name: 'systemd', compare: '>= 257'}`: a fact of the step's machine or an axis. */
export interface Condition {
  readonly name: string;
  readonly compare: string;
  readonly at: Place;
}

/** As `uname -m` says it. */
const architectures =
  'x86_64 i686 i586 i486 i386 aarch64 armv8l armv7l armv6l armv5tel riscv64 ppc64le ppc64 ppc s390x loongarch64 ' +
  'mips64 mips sparc64 sparc ia64 alpha parisc64 parisc m68k sh4';

/** Facts that are one of a few words. */
const words: Readonly<Record<string, readonly string[]>> = {
  arch: architectures.split(' '),
  cgroup: ['v1', 'v2', 'hybrid'],
  backend: [...backendNames, 'host', 'ssh'],
};
const versions: readonly string[] = ['systemd', 'kernel'];
const machineFacts = [...versions, 'image', ...Object.keys(words)];

export const conditions: z.ZodType<readonly Condition[]> = z.transform((cell: Cell): readonly Condition[] =>
  itemsOf(cell, 'when').flatMap((item) =>
    [...(mapOf(item, 'when')?.entries ?? [])].map(([name, { offset, value }]): Condition => {
      const axes = [...cell.source.names].filter(([, kind]) => kind === 'axis').map(([axis]) => axis);
      const known = [...new Set([...machineFacts, ...axes])];
      if (!known.includes(name))
        report(cell.source, offset, `"when" knows no fact "${name}"`, suggest(name, known, 'known'));
      // An axis of that name stands in the place of the fact.
      const form = (!axes.includes(name) && forms.get(name)) || anyText;
      return { name, compare: form.parse(value), at: placeOf(value) };
    }),
  ),
);
jsonNotes.set(conditions, { json: { type: ['object', 'array'] } });

/** Texts are compared as they are, unless an operator stands in them. */
const anyText = condition();
const forms: ReadonlyMap<string, z.ZodType<string>> = new Map([
  ...versions.map((name) => [name, versionComparison('the condition')] as const),
  ...Object.entries(words).map(([name, values]) => [name, condition(checkWord(name, values))] as const),
]);

function condition(check?: (text: string, cell: Cell) => void): z.ZodType<string> {
  return leaf('the condition', '', (text, cell) => {
    checkReferences(text, cell);
    if (/^\s*(?:[<>=!]|\.\.)|\.\.\s*$/.test(text) && !isComparison(text))
      problem(
        cell,
        `the condition cannot be "${text}"`,
        'a comparison is written ">= 252", "< 257", "!= arm64", "252..256" or a value',
      );
    else check?.(text, cell);
    return text;
  });
}

function checkWord(name: string, values: readonly string[]) {
  return (text: string, cell: Cell): void => {
    const read = parseComparison(text) ?? { op: '=', value: text.trim() };
    const value = read.op === '=' || read.op === '!=' ? read.value : undefined;
    if (text.includes('${') || (value !== undefined && values.includes(value))) return;
    const near = value === undefined ? undefined : meant(value, values);
    problem(
      cell,
      `${name} cannot be "${text}"`,
      `${near === undefined ? '' : `did you mean "${near}"? `}it is one of ${values.join(', ')}; "!= ${values[0]}" is any other`,
    );
  };
}
