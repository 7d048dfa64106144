import t from 'tap';
import { capturesOf, checkMatcher, match } from '../../src/match.ts';
import type { JsonPattern, Matcher } from '../../src/scenario.ts';

const at = { file: 'x.yaml', line: 1, column: 1 };
const json = (value: JsonPattern): Matcher => ({ kind: 'json', value, at });

function checkJson(
  value: JsonPattern,
  seen: string,
  expected: Readonly<Record<string, string>> | RegExp,
): void {
  const result = match(json(value), seen, { host: 'web' });
  if (expected instanceof RegExp) t.match(result.ok ? 'it matches' : result.mismatch.message, expected);
  else t.strictSame(result.ok ? result.captures : result.mismatch, expected);
}

t.test('objects may have more keys, lists go item by item', async () => {
  checkJson({ machine: 'debian-tree' }, '{"machine":"debian-tree","os":"debian"}', {});
  checkJson([{ a: '1' }, { b: '2' }], '[{"a":1},{"b":"2","c":null}]', {});
  checkJson([{ a: '1' }], '[{"a":1},{"a":2}]', /length/);
  checkJson({ a: { b: 'x' } }, '{"a":{}}', /\$\.a has no "b"/);
  checkJson({ a: 'x' }, '{"a":["x"]}', /\$\.a/);
  checkJson({ a: 'x', b: 'y' }, '{"a":"z"}', /^\$\.a: expected x, saw z \(and 1 more\)$/);
  checkJson({ a: 'x' }, 'not json', /expected JSON, saw "not json" \(unexpected token 'o'\)$/);
  checkJson({ a: 'x' }, '\n', /expected JSON, saw no output/);
});

t.test('leaves are texts, comparisons, patterns or matchers', async () => {
  checkJson(
    { pid: '> 1', os: '<os>', none: 'null', up: 'true' },
    '{"pid":42,"os":"x","none":null,"up":true}',
    { os: 'x' },
  );
  checkJson({ pid: '> 50' }, '{"pid":42}', /^\$\.pid: expected > 50, saw 42$/);
  checkJson({ name: { matches: '^web' } }, '{"name":"web-1"}', {});
  checkJson({ name: { any: ['a', 'b'] } }, '{"name":"b"}', {});
  checkJson({ name: '${host}' }, '{"name":"web"}', {});
  checkJson({ lines: '3' }, '{"lines":3}', {});
  checkJson({ usage: '18446744073709551615' }, '{"usage":18446744073709551615}', {});
  checkJson({ usage: '18446744073709551615' }, '{"usage":18446744073709551614}', /usage/);
  checkJson({ 'a"1': '2' }, '{"a\\"1": 2}', {});
});

t.test('patterns at leaves are checked and their names known', async (t) => {
  t.match(checkMatcher(json({ a: ['<x:itn>'] })), [{ message: /itn/ }]);
  t.strictSame([...capturesOf(json([{ a: '<x:int>' }]))], [['x', 'int']]);
});
