/** What the type of a hole allows to be done with what it catches. */
import t, { type Test } from 'tap';
import { HOLE_TYPE_NAMES } from '../../src/pattern-types.ts';
import { messagesOf, problemsOf, withSteps } from './parse-check.ts';

/** Messages about `where`, without their places. */
function whereProblems(type: string, comparison: string): readonly string[] {
  const text = withSteps(`- {run: x, expect: "<x:${type}>", where: {x: "${comparison}"}}`);
  return messagesOf(text).map((message) => message.replace(/^\d+:\d+: /, ''));
}

t.test('a comparison that never holds is told where it stands', async (t) => {
  t.equal(
    problemsOf(withSteps('- run: x\n  expect: boot <boot:ip>\n  where: {boot: "< 30s"}')),
    `a.yaml:6:17: "boot" is an ip, not a duration to compare with
    where: {boot: "< 30s"}
                  ^
hint: what is caught as <boot:duration> can be compared so
`,
  );
  t.match(
    problemsOf(withSteps('- {run: x, expect: <a:duration>, where: {a: 10..20}}')),
    '"a" is a duration, not a number to compare with\n',
  );
});

/** Each comparison with the types, of all there are, that it is wrong for. */
function checkWrong(t: Test, comparison: string, ...types: string[]): void {
  t.same(
    HOLE_TYPE_NAMES.filter((type) => whereProblems(type, comparison).length > 0),
    HOLE_TYPE_NAMES.filter((type) => types.includes(type)),
    comparison,
  );
}

t.test('each type knows what it can be compared with', async (t) => {
  const unordered = ['hex', 'path', 'mac', 'uuid'];
  checkWrong(t, '< 30s', ...unordered, 'int', 'number', 'ip', 'version', 'size', 'date', 'time');
  checkWrong(t, '!= 5s', ...unordered, 'int', 'number', 'ip', 'size', 'date', 'time');
  checkWrong(t, '>= 64M', ...unordered, 'ip', 'duration', 'date', 'time');
  checkWrong(t, '> 0', ...unordered);
  checkWrong(t, '< 257', ...unordered, 'duration');
  checkWrong(t, '>= 252.4-1', ...unordered, 'duration');
  checkWrong(t, '= anything');
  checkWrong(t, '> ${x}');
});

t.test('a text that a hole can catch may be asked for', async (t) => {
  for (const [type, value] of [
    ['hex', '12'],
    ['mac', '00:11:22:33:44:55'],
    ['uuid', '00000000000000000000000000000001'],
    ['ip', '::1'],
  ] as const) {
    t.same(whereProblems(type, `= ${value}`), [], type);
    t.same(whereProblems(type, `!= ${value}`), [], type);
  }
  t.same(whereProblems('/[0-9]+/', '< 30s'), []);
});

t.test('a name that two steps catch may be of either type', async (t) => {
  const steps = '- {run: x, expect: <a:ip>}\n- {run: x, expect: "<a:duration>", where: {a: "< 5s"}}';
  t.same(messagesOf(withSteps(steps)), []);
});

function checkStep(t: Test, expected: string, rest: string, ...messages: string[]): void {
  t.same(messagesOf(withSteps(`- {run: x, expect: "${expected}", ${rest}}`)), messages, rest);
}

t.test('a measure that is never a number is told, and so is a budget of another kind', async (t) => {
  checkStep(t, '<a:ip>', 'measure: {m: "${a}"}', '4:43: "${a}" is never a number: "a" is an ip');
  checkStep(t, '<a:duration>', 'measure: {m: "${a}s"}', '4:49: "${a}s" is never a number: "a" is a duration');
  checkStep(t, '<a>', 'measure: {m: soon}', '4:40: "soon" is never a number');
  checkStep(
    t,
    '<a:duration>',
    'measure: {m: "${a}"}, budget: {m: "< 5"}',
    '4:70: the measure is a duration, not a number to compare with',
  );
  checkStep(
    t,
    '<a:number>',
    'measure: {m: "${a}"}, budget: {m: "< 5s"}',
    '4:68: the measure is a number, not a duration to compare with',
  );
  checkStep(t, '<a:number>', 'measure: {m: "${a}s"}, budget: {m: "< 5s"}');
  checkStep(t, '<a:size> <b:int>', 'measure: {m: "${a}", n: "${b}", o: 5ms}, budget: {m: "< 5M", n: "< 5"}');
  checkStep(t, '<a> <b:/x/>', 'measure: {m: "${a}", n: "${b}"}, budget: {m: "< 5M", n: "< 5s"}');
  checkStep(t, '<v:version>', 'measure: {v: "${v}"}');
});
