import t from 'tap';
import { matchPattern } from '../../src/pattern-match.ts';
import { isPattern, parsePattern } from '../../src/pattern.ts';

function marked(line = '', parts: readonly (readonly [number, number])[] = []): string {
  return parts.map(([start, end]) => line.slice(start, end)).join('|');
}

/** The end of the message, and what of both lines is marked. */
function blamed(source: string, text: string): readonly [string, string, string] {
  const parsed = parsePattern(source);
  if (!isPattern(parsed)) throw new Error('bad pattern');
  const result = matchPattern(parsed, text, {});
  if (result.ok) throw new Error('it matches');
  const { message, rows } = result.mismatch;
  const row = rows.find(({ kind }) => kind === 'differs');
  const after = message.slice(message.lastIndexOf('saw '));
  return [
    after.slice(after.indexOf('"', 5) + 1),
    marked(row?.expected, row?.expectedParts),
    marked(row?.actual, row?.actualParts),
  ];
}

t.test('the hole that does not fit is named, with what stands there', async (t) => {
  t.same(blamed('up <d:duration> at <t:time>', 'up 1min 2.3s at Mon 06:59'), [
    ': "Mon 06:59" does not fit <t:time>, for example 06:59:14',
    '',
    'Mon ',
  ]);
  t.same(blamed('pid <pid:int> of <name>', 'pid none of cron'), [
    ': "none of cron" does not fit <pid:int>, for example 42',
    '<pid:int>',
    'none',
  ]);
  t.equal(blamed('<*> = <n:int>', 'a = b')[0], ': "b" does not fit <n:int>, for example 42');
  t.match(blamed('x <*><n:int>', 'x b')[0], ': nothing in "b" fits <n:int>, for example 42');
  t.equal(blamed('x <v:/a+/>', 'x b')[0], ': "b" does not fit <v:/a+/>');
  t.equal(blamed('pid <pid:int>', 'pid')[0], '', 'the blank before it is what is missing');
  t.equal(blamed('pid=<pid:int>', 'pid=')[0], ': nothing is left for <pid:int>');
});

t.test('a hole that took less than is there is named, with what follows', async (t) => {
  t.same(blamed('<n:int>% used', '5.5% used')[0], ': <n:int> took "5", and ".5% used" follows');
  t.equal(blamed('of <n:int>', 'of 5 files')[0], ': <n:int> took "5", and "files" follows');
});

t.test('where no hole is to blame nothing more is said', async (t) => {
  t.same(blamed('a b c', 'a x c'), ['', 'b', 'x']);
  t.same(blamed('took <d:duration> (userspace)', 'took 1min 2.3s (kernel)'), ['', 'userspace', 'kernel']);
  t.same(blamed('<n:int> of 7', '3 of 9'), ['', '7', '9']);
  t.equal(blamed(`a <n:int> ${'b'.repeat(700)}`, 'a x')[0], '', 'lines that are shown in part');
});
