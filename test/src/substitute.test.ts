import * as fc from 'fast-check';
import t from 'tap';
import { checkSubstitution, namesIn, splitVariables, substitute } from '../../src/substitute.ts';

t.test('a variable is replaced once and its value never scanned again', async (t) => {
  t.strictSame(substitute('a ${x} $${x} ${y}', { x: '${y}', y: '1' }), {
    text: 'a ${y} ${x} 1',
    problems: [],
  });
});

t.test('an unknown name stays and is reported with what is known', async (t) => {
  const { text, problems } = substitute('say ${pidd}', { pid: '1' });
  t.equal(text, 'say ${pidd}');
  t.match(problems, [{ offset: 4, message: 'unknown variable "pidd"', hint: /pid/ }]);
  t.equal(substitute('${constructor}', {}).problems.length, 1);
});

t.test('names are listed with their places', async (t) => {
  t.strictSame(namesIn('${a}-${b} $${c} $d'), [
    { name: 'a', offset: 0 },
    { name: 'b', offset: 5 },
  ]);
});

t.test('a stray ${ is a problem', async (t) => {
  t.match(checkSubstitution('x ${HOME}'), [{ offset: 2, hint: /\$\$\{/ }]);
  t.strictSame(checkSubstitution('$HOME $${HOME} $x {y}'), []);
});

t.test('any text with its ${ doubled comes out as it was', async () => {
  const text = fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', ' ') });
  fc.assert(
    fc.property(
      text,
      (text) =>
        substitute(
          text.replaceAll('${', () => '$${'),
          {},
        ).text === text,
    ),
  );
});

t.test('the parts of a text stand one after the other', async () => {
  const text = fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', ' ') });
  fc.assert(
    fc.property(text, (text) =>
      splitVariables(text).every((part, i, all) => part.offset >= (all[i - 1]?.offset ?? 0)),
    ),
  );
});
