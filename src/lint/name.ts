/** Rules about names: axes and captures that nothing uses. */
import { isPattern, parsePattern } from '../pattern.ts';
import { mentions } from '../substitute.ts';
import type { Cell } from '../yaml.ts';
import {
  keysBelow,
  offsetWithin,
  textsBelow,
  type LintInput,
  type Rule,
  type Site,
  type Spot,
} from './rule.ts';

export const unusedCapture: Rule = {
  id: 'L007',
  name: 'unused-capture',
  title: 'a capture never used where `<*>` would do',
  why: 'A reader looks for the place where the name is used.',
  hint: 'write <*> for any text, or <:word> for one word',
  severity: 'warning',
  bad: 'steps:\n- run: hostnamectl --static\n  expect: «<who>\n',
  good: 'steps:\n- run: hostnamectl --static\n  expect: <who>\n- run: test "$(hostname)" = "$who"\n',
  // What a part captures, other scenarios may use.
  find: (input) =>
    input.root === input.roots[0]
      ? input.sites.flatMap((site) => capturesIn(site).filter(({ name }) => !isUsed(input, site, name)))
      : [],
};

interface Capture extends Spot {
  readonly name: string;
}

/** Keys of an expectation that hold no pattern. */
const noPatterns = ['where', 'took', 'exit', 'equals', 'matches', 'lines', 'json'];

/** The holes `<name>`; one with a type asserts something of its own. */
function capturesIn({ cell }: Site): readonly Capture[] {
  const expect = cell.entries.get('expect')?.value;
  if (expect === undefined) return [];
  return textsBelow(expect, noPatterns).flatMap(({ text, cell: at }) =>
    holesOf(text).map((name) => ({
      name,
      offset: offsetWithin(at, text.indexOf(`<${name}>`)),
      message: `"${name}" is captured and never used`,
    })),
  );
}

function holesOf(text: string): readonly string[] {
  const parsed = text.includes('<') ? parsePattern(text) : [];
  if (!('lines' in parsed) || !isPattern(parsed)) return [];
  return parsed.lines.flatMap(({ tokens }) =>
    tokens.flatMap((token) =>
      token.kind === 'hole' && token.name !== undefined && token.source === `<${token.name}>`
        ? [token.name]
        : [],
    ),
  );
}

function isUsed({ roots }: LintInput, { cell }: Site, name: string): boolean {
  const twice = textsBelow(cell.entries.get('expect')?.value ?? cell, noPatterns).map(
    ({ text }) => [...text.matchAll(new RegExp(`<${name}(?::[^>]*)?>`, 'g'))].length,
  );
  if (twice.reduce((sum, count) => sum + count, 0) > 1) return true;
  return usedBelow(roots, 'where', name);
}

/** In a text, or as a key under this one. */
function usedBelow(roots: readonly Cell[], key: string, name: string): boolean {
  return roots.some(
    (root) =>
      textsBelow(root, ['matrix']).some(({ text }) => mentions(text, name)) ||
      keysBelow(root).some(([under, found]) => under === key && found === name),
  );
}

export const unusedAxis: Rule = {
  id: 'L008',
  name: 'unused-axis',
  title: 'an axis never used',
  why: 'Its jobs differ in nothing but their names.',
  hint: 'use it as ${name} (or $name in a command, or in when), or remove it',
  severity: 'warning',
  bad: 'matrix:\n  «mode: [a, b]\nsteps:\n- run: systemctl --version\n',
  good: 'matrix:\n  mode: [a, b]\nsteps:\n- run: echo $mode\n',
  find: ({ root, roots, scenario }) => {
    const axes = root.entries.get('matrix')?.value;
    return scenario.axes.flatMap(({ name }): readonly Spot[] => {
      const entry = axes?.kind === 'map' ? axes.entries.get(name) : undefined;
      return entry === undefined || usedBelow(roots, 'when', name)
        ? []
        : [{ offset: entry.offset, message: `nothing uses the axis "${name}"` }];
    });
  },
};
