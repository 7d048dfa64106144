import * as fc from 'fast-check';
import t from 'tap';
import { matchPattern } from '../../src/pattern-match.ts';
import { escapePattern, isPattern, parsePattern, type PatternProblem } from '../../src/pattern.ts';

function problemsOf(source: string): readonly PatternProblem[] {
  const parsed = parsePattern(source);
  return isPattern(parsed) ? [] : parsed;
}

t.test('every problem of a pattern is told with its place and what is near', async (t) => {
  t.match(problemsOf('fine\nx <pid:itn> <home:word>'), [
    { line: 2, column: 3, offset: 7, message: /unknown type "itn"/, hint: /"int"/ },
    { line: 2, column: 13, offset: 17, message: /"home"/ },
  ]);
  t.match(problemsOf('<path>'), [{ hint: /<:path>/ }]);
  t.match(problemsOf('<Main-PID:int>'), [
    { message: /"Main-PID" is not a name/, hint: /^write <main_pid:int> / },
  ]);
  t.match(problemsOf('<PATH:/x+/>'), [{ hint: /^choose another name / }]);
  t.match(problemsOf('<x:/(/>'), [{ message: /bad regular expression/ }]);
  t.match(problemsOf('<x:/(?=a)/>'), [{ message: /bad regular expression/ }]);
  t.match(problemsOf('<x:/abc>'), [{ message: /has no end/ }]);
  t.match(problemsOf('${HOME}'), [{ message: /\$\{/ }]);
});

t.test('any other < is literal', async (t) => {
  for (const source of [
    'a < b',
    '<Foo>',
    '<Foo:bar>',
    '<main-pid>',
    '<foo bar>',
    '<<EOF',
    '<',
    '<>',
    '<:>',
    '<-',
    '<1>',
  ]) {
    t.strictSame(problemsOf(source), [], source);
    const parsed = parsePattern(source);
    t.ok(isPattern(parsed) && matchPattern(parsed, source, {}).ok, source);
  }
});

t.test('the names of holes are known with their types', async (t) => {
  const parsed = parsePattern('<a> <b:int> <:ip> <c:/x+/> <a> <<d>');
  t.strictSame(isPattern(parsed) && [...parsed.names], [
    ['a', 'word'],
    ['b', 'int'],
    ['c', 'regex'],
  ]);
});

const awkward = fc.string({
  unit: fc.constantFrom(
    '<',
    '>',
    ':',
    '*',
    '/',
    'a',
    'int',
    '.',
    '...',
    '$',
    '{',
    '}',
    ' ',
    '\t',
    '\n',
    '\r',
    '\\',
    'é',
  ),
});

t.test('any text matches the pattern made by escaping it', async (t) => {
  for (const text of ['...', ' ...\r', '\r...', '\u00a0...']) {
    const parsed = parsePattern(escapePattern(text));
    t.ok(isPattern(parsed) && matchPattern(parsed, text, {}).ok, JSON.stringify(text));
  }
  fc.assert(
    fc.property(fc.oneof(awkward, fc.string({ unit: 'binary' })), (text) => {
      const parsed = parsePattern(escapePattern(text));
      return isPattern(parsed) && matchPattern(parsed, text, {}).ok;
    }),
    { numRuns: 300 },
  );
});

t.test('no pattern and no text crash or hang', async () => {
  fc.assert(
    fc.property(awkward, awkward, (source, text) => {
      const parsed = parsePattern(source);
      if (isPattern(parsed)) matchPattern(parsed, text, { a: 'a b\nc' });
    }),
    { numRuns: 300, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
  );
});
