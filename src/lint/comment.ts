/** A rule about what YAML takes for a comment. */
import type { Cell } from '../yaml.ts';
import type { Rule, Spot } from './rule.ts';

export const lostComment: Rule = {
  id: 'L016',
  name: 'lost-comment',
  title: 'an expected text that ends at a `#`',
  why: 'Behind a blank, # begins a comment of YAML: what stands there is not expected.',
  hint: 'quote the text, or use | before it; a comment stands on a line of its own',
  severity: 'warning',
  bad: 'steps:\n- run: cat /etc/hello.conf\n  expect: listen 80 «# for all\n',
  good: 'steps:\n- run: cat /etc/hello.conf\n  expect: "listen 80 # for all"\n',
  find: ({ sites }) =>
    sites.flatMap(({ cell }) =>
      [...cell.entries].flatMap(([key, { value }]) => {
        if (key === 'expect') return lostIn(value);
        if (key === 'except' || key === 'check' || key === 'wait') return below(value);
        return [];
      }),
    ),
};

/** Keys whose texts are what is expected; what stands beside them are names, numbers and reasons. */
const expected = ['expect', 'stdout', 'stderr', 'output', 'contains', 'lacks', 'body'];

function below(cell: Cell): readonly Spot[] {
  if (cell.kind === 'list') return cell.items.flatMap(below);
  if (cell.kind !== 'map') return [];
  return [...cell.entries].flatMap(([key, { value }]) =>
    expected.includes(key) ? lostIn(value) : below(value),
  );
}

const numbers = new Set(['exit', 'where', 'took', 'lines']);

function lostIn(cell: Cell): readonly Spot[] {
  if (cell.kind === 'list') return cell.items.flatMap(lostIn);
  if (cell.kind === 'map')
    return [...cell.entries].flatMap(([key, { value }]) => (numbers.has(key) ? [] : lostIn(value)));
  if (cell.kind !== 'text' || cell.text === '') return [];
  const { text, offset, source } = cell;
  // Of a quoted text both ends are seen.
  if (!source.text.startsWith(text, offset)) return [];
  const end = offset + text.length;
  const [, blanks = '', comment] = /^([ \t]+)(#.*)/.exec(source.text.slice(end)) ?? [];
  if (comment === undefined) return [];
  return [{ offset: end + blanks.length, message: `"${comment.trim()}" is a comment, and is not expected` }];
}
