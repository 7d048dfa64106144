/** Secrets in texts and in streams: what is seen of them is their name. */
import { array, assert, constantFrom, property, string } from 'fast-check';
import t, { type Test } from 'tap';
import { mask, maskStream, needlesOf, type Secret } from '../../src/mask.ts';

const secret = (value: string, name = 'A'): Secret => ({ name, value });

function checkMask(t: Test, secrets: readonly Secret[], text: string, expected: string): void {
  const needles = needlesOf(secrets);
  t.equal(mask(text, needles), expected);
  for (let at = 0; at <= text.length; at += 1)
    t.equal(inPieces(secrets, [text.slice(0, at), text.slice(at)]), expected, `cut at ${at}`);
  t.equal(inPieces(secrets, text.split('')), expected, 'one by one');
}

function inPieces(secrets: readonly Secret[], pieces: readonly string[]): string {
  const stream = maskStream(needlesOf(secrets));
  return [...pieces.map((piece) => stream.add(piece)), stream.end()].join('');
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

t.test('every occurrence becomes the name, wherever the text is cut', async (t) => {
  checkMask(
    t,
    [secret('hunter22')],
    'a hunter22, hunter2 hunter22hunter22!',
    'a ***A***, hunter2 ***A******A***!',
  );
  checkMask(t, [secret('hunter22')], 'nothing here, hunt', 'nothing here, hunt');
  checkMask(t, [secret('pässwörd€')], 'so pässwörd€ it is', 'so ***A*** it is');
});

t.test('of secrets in one another the longest is named, and no end sticks out', async (t) => {
  const within = [secret('abcd', 'SHORT'), secret('abcdefgh', 'LONG')];
  checkMask(t, within, 'abcd abcdef abcdefgh', '***SHORT*** ***SHORT***ef ***LONG***');
  const across = [secret('abcdef', 'FIRST'), secret('defghi', 'SECOND')];
  checkMask(t, across, '-abcdefghi-', '-***FIRST***-');
  checkMask(t, [secret('aaaa')], `x${'a'.repeat(11)}x`, 'x***A***x');
  checkMask(t, [secret('abab')], 'ababab abab', '***A*** ***A***');
});

t.test('lines of a secret are secrets, but for those that are nearly nothing', async (t) => {
  const key = secret('-----BEGIN-----\nfirst line\r\nend\n');
  checkMask(t, [key], 'first line', '***A***');
  checkMask(t, [key], 'the end of -----BEGIN-----\r\nfirst line', 'the end of ***A***\r\n***A***');
  checkMask(t, [key], '-----BEGIN-----\nfirst line\r\nend\n.', '***A***.');
});

t.test('as JSON, a shell, URLs and base64 write it, it is seen as little', async (t) => {
  const value = `p"w' 1/2`;
  const secrets = [secret(value)];
  checkMask(t, secrets, JSON.stringify({ value }), '{"value":"***A***"}');
  checkMask(t, secrets, String.raw`echo 'p"w'\'' 1/2'`, "echo '***A***'");
  checkMask(t, secrets, `?q=${encodeURIComponent(value)}&`, '?q=***A***&');
  checkMask(t, [secret('hunter22')], `Basic ${base64('hunter22')}`, 'Basic ***A***');
  for (const user of ['a:', 'ab:', 'abc:'])
    t.match(
      mask(`Basic ${base64(`${user}hunter22hunter22`)}`, needlesOf([secret('hunter22hunter22')])),
      '***A***',
    );
});

t.test('what cannot become a secret any more is shown at once', async (t) => {
  const stream = maskStream(needlesOf([secret('hunter22')]));
  t.equal(stream.add('say hunt'), 'say ');
  t.equal(stream.add('ing hun'), 'hunting ');
  t.equal(stream.add('ter22 h'), '***A*** ');
  t.equal(stream.end(), 'h');
});

t.test('however a text is cut, the same is shown, and no secret', async () => {
  const letters = constantFrom('a', 'b', 'ab', 'ba', '\n');
  const words = array(letters, { minLength: 4, maxLength: 6 }).map((parts) => parts.join(''));
  assert(
    property(
      array(words, { minLength: 1, maxLength: 3 }),
      array(array(letters).map((it) => it.join(''))),
      (values, pieces) => {
        const secrets = values.map((value, at) => secret(value, `N${at}`));
        const shown = inPieces(secrets, pieces);
        const needles = needlesOf(secrets);
        return shown === mask(pieces.join(''), needles) && needles.every(({ text }) => !shown.includes(text));
      },
    ),
  );
  assert(property(string(), (text) => mask(text, needlesOf([secret('hunter22')])) === text));
});
