import t from 'tap';
import { capturesOf, checkMatcher, checkWhere, match, matchFact, variablesOf } from '../../src/match.ts';
import type { Captures as Variables } from '../../src/pattern-match.ts';
import type { FactMatcher, Matcher } from '../../src/scenario.ts';

const at = { file: 'x.yaml', line: 1, column: 1 };
const pattern = (value: string): Matcher => ({ kind: 'pattern', value, at });
const contains = (...values: readonly string[]): Matcher => ({
  kind: 'contains',
  value: values.map(pattern),
  at,
});
const lacks = (...values: readonly string[]): Matcher => ({ kind: 'lacks', value: values.map(pattern), at });
const inOrder = (...values: readonly string[]): Matcher => ({
  kind: 'in-order',
  value: values.map(pattern),
  at,
});
const fact = (value: string): FactMatcher => ({ kind: 'comparison', value, at });
const text = (kind: 'equals' | 'matches' | 'lines', value: string): Matcher => ({ kind, value, at });

function checkMatch(
  matcher: Matcher,
  seen: string,
  expected: Variables | RegExp,
  variables: Variables = {},
): void {
  const result = match(matcher, seen, variables);
  if (expected instanceof RegExp) t.match(result.ok ? 'it matches' : result.mismatch.message, expected);
  else t.strictSame(result.ok ? result.captures : result.mismatch, expected);
}

t.test('equals compares bytes, one final newline aside', async () => {
  checkMatch(text('equals', 'a  b\n'), 'a  b', {});
  checkMatch(text('equals', '<a> ${x}'), '<a> 1\n', {}, { x: '1' });
  checkMatch(text('equals', 'a b'), 'a  b', /line 1 is not equal: expected "a b", saw "a  b"$/);
  checkMatch(text('equals', 'a\nb'), 'a\nb \n', /line 2 .*saw "b " \(only blanks at its end differ\)/);
  checkMatch(text('equals', 'a'), 'a\n\n', /line 2 is not expected: ""/);
  checkMatch(text('equals', 'a\nb'), 'a\n', /line 2 is missing: "b"/);
});

t.test('contains finds a pattern anywhere within a line', async () => {
  checkMatch(contains('leader <pid:int>', 'b'), 'x\nthe leader 42 is\nabc', { pid: '42' });
  checkMatch(contains('b\nc'), 'ab\ncd', {});
  checkMatch(contains('nope'), 'x\ny', /expected a line that contains "nope"/);
  checkMatch(contains('${x}'), 'the <b> is', {}, { x: '<b>' });
});

t.test('lacks names the line that holds what must not be there', async () => {
  checkMatch(lacks('error'), 'fine\n', {});
  checkMatch(lacks('error'), 'fine\nan error here\n', /line 2 contains "error"/);
});

t.test('in-order goes on where the last one ended, on the same line too', async () => {
  checkMatch(inOrder('cpu', 'memory', 'pids'), '  cpuset cpu  io memory pids\n', {});
  checkMatch(inOrder('a <x>', 'b'), 'a 1\nc\nb', { x: '1' });
  checkMatch(inOrder('b', 'a'), 'a\nb', /contains "a" after "b" on line 2; it stands before, on line 1$/);
  checkMatch(inOrder('a', 'a'), 'a\nb', /contains "a" after "a" on line 1, saw none$/);
});

t.test('matches is RE2, line by line, and a variable in it is literal', async () => {
  checkMatch(text('matches', '^b+$'), 'a\nbb\r\n', {});
  checkMatch(text('matches', '^${x}$'), 'a.c', {}, { x: 'a.c' });
  checkMatch(text('matches', '^${x}$'), 'abc', /nothing matches/, { x: 'a.c' });
});

t.test('lines compares the number of lines', async () => {
  checkMatch(text('lines', '> 1'), 'a\nb\n', {});
  checkMatch(text('lines', '1'), '\n', {});
  checkMatch(text('lines', '0'), '', {});
  checkMatch(text('lines', '3'), 'a\n', /expected 3 lines, saw 1/);
});

t.test('all, any and not combine matchers', async () => {
  checkMatch({ kind: 'all', value: [contains('a <x>'), contains('b <x>')], at }, 'a 1\nb 1', { x: '1' });
  checkMatch(
    { kind: 'all', value: [contains('a <x>'), contains('b <x>')], at },
    'a 1\nb 2',
    /contains "b <x>"/,
  );
  checkMatch({ kind: 'any', value: [pattern('a'), pattern('<x>')], at }, 'b', { x: 'b' });
  checkMatch({ kind: 'any', value: [pattern('a')], at }, 'b', /none of 1/);
  checkMatch({ kind: 'not', value: pattern('<x>'), at }, 'a b', {});
  checkMatch({ kind: 'not', value: pattern('<x>'), at }, 'a', /must not hold, but does: "<x>"/);
});

t.test('what is wrong in a matcher shows without a text', async (t) => {
  t.match(checkMatcher(contains('<a:itn>')), [{ at, offset: 0, hint: /int/ }]);
  t.match(checkMatcher(text('matches', '(')), [{ at, message: /bad regular expression/ }]);
  t.match(checkMatcher(text('lines', 'many')), [{ at, message: /not a comparison/ }]);
  t.match(checkMatcher(contains()), [{ message: /asserts nothing/ }]);
  t.strictSame(checkMatcher(text('lines', '> ${n}')), []);
});

t.test('captures and variables of a matcher are known', async (t) => {
  const any: Matcher = { kind: 'any', value: [pattern('<a> <b:int>'), pattern('<b:int>')], at };
  t.strictSame([...capturesOf(any)], [['b', 'int']]);
  t.strictSame([...capturesOf(lacks('<a>'))], []);
  t.strictSame(variablesOf({ kind: 'all', value: [contains('${x}'), text('equals', '${y}')], at }), [
    'x',
    'y',
  ]);
});

t.test('a fact is a comparison or any matcher', async (t) => {
  t.ok(matchFact(fact('>= 252'), '252.38-1~deb12u1', {}).ok);
  t.ok(matchFact(fact('${n}'), '3', { n: '3' }).ok);
  t.notOk(matchFact(fact('0'), '1', {}).ok);
  t.notOk(matchFact(fact('257'), '257.13', {}).ok);
  t.ok(matchFact(fact('257'), '257.13', {}, { kind: 'version' }).ok);
  t.strictSame(matchFact(pattern('act<x>'), 'active', {}), match(pattern('act<x>'), 'active', {}));
});

t.test('where names every comparison that does not hold', async (t) => {
  const values = { boot: '1min 2.3s', pid: '7', v: '257.13' };
  t.strictSame(checkWhere({ boot: '< 2min', pid: '!= ${other}' }, { ...values, other: '8' }, at), []);
  t.strictSame(checkWhere({ boot: '< 30s' }, values, at), [
    { kind: 'fact', what: 'boot', expected: '< 30s', actual: '1min 2.3s', at },
  ]);
  t.equal(checkWhere({ v: '257' }, values, at).length, 1);
  t.strictSame(checkWhere({ v: '257' }, values, at, capturesOf(pattern('<v:version>'))), []);
  t.equal(checkWhere({ gone: '1' }, values, at).length, 1);
});
