import t from 'tap';
import { failureLines } from '../../src/describe-failure.ts';
import { failureHint } from '../../src/describe-hint.ts';
import type { Failure, Mismatch } from '../../src/event.ts';
import { matchPattern } from '../../src/pattern-match.ts';
import { isPattern, parsePattern } from '../../src/pattern.ts';

function mismatchOf(source: string, text: string): Mismatch {
  const parsed = parsePattern(source);
  if (!isPattern(parsed)) throw new Error('bad pattern');
  const result = matchPattern(parsed, text, {});
  if (result.ok) throw new Error('it matches');
  return result.mismatch;
}

t.test('an inserted line is extra and the rest stays aligned', async (t) => {
  const { message, rows } = mismatchOf('a\nb\nc', 'a\nx\nb\nc\n');
  t.equal(message, 'line 2 is not expected: "x"');
  t.strictSame(
    rows.map((row) => row.kind),
    ['same', 'extra', 'same', 'same'],
  );
});

t.test('one line among more is what only was expected', async (t) => {
  t.equal(mismatchOf('Debian', 'ID=debian\nNAME=Debian\n').message, 'expected only "Debian", saw 2 lines');
  t.equal(mismatchOf('a', 'a\nb\n').message, 'expected only "a", saw 2 lines');
  t.equal(mismatchOf('a', 'b\nc\n').message, 'line 1: expected "a", saw "b"');
});

t.test('a pattern that is a part of what was seen is advised to say so', async (t) => {
  const advice = (source: string, text: string): string | undefined => {
    const failure: Failure = { kind: 'mismatch', what: 'stdout', mismatch: mismatchOf(source, text) };
    const last = failureLines(failure).at(-1);
    t.equal(failureHint(failure), last?.kind === 'hint' ? last.text.slice('hint: '.length) : undefined);
    return failureHint(failure);
  };
  t.match(advice('Debian', 'ID=debian\nNAME=Debian GNU/Linux\n'), /\{contains: …\}/);
  t.match(advice('active', 'active (running)'), /\{contains: …\}/);
  t.match(advice('two', 'one\ntwo\nthree'), /\{contains: …\}/);
  t.match(advice('MainPID=<Main-PID>', 'MainPID=12'), /^<Main-PID> is literal: /);
  t.equal(advice('<Name> <n:int>', '<Name> x'), undefined, 'a literal that was seen, and a hole');
  t.equal(advice('a <<Name>', 'a'), undefined, 'meant so');
  t.equal(advice('active', 'inactive'), undefined);
  t.equal(advice('3', '13'), undefined);
  t.equal(advice('a\nb', 'a b\nc'), undefined);
  t.equal(advice('running', ''), undefined);
  const rows = [
    { kind: 'same', actual: 'Started b.', line: 1 },
    { kind: 'missing', expected: 'Started b' },
  ] as const;
  t.equal(
    failureHint({ kind: 'mismatch', what: 'stdout', mismatch: { message: 'in-order', rows } }),
    undefined,
  );
});

t.test('a missing line is missing', async (t) => {
  const { message, rows } = mismatchOf('a\nb\nc', 'a\nc\n');
  t.equal(message, '"b" is missing after line 1');
  t.strictSame(
    rows.map((row) => row.kind),
    ['same', 'missing', 'same'],
  );
});

t.test('the nearest line is shown with the words that differ', async (t) => {
  const { message, rows } = mismatchOf('...\nLeader: <l:int> (systemd)\n...', 'x\nLeader: 42 (sshd)\ny');
  t.match(message, /no line .* matches "Leader: <l:int> \(systemd\)"/);
  t.match(
    rows.find((row) => row.kind === 'differs'),
    {
      line: 2,
      actual: 'Leader: 42 (sshd)',
      expectedParts: [[17, 24]],
      actualParts: [[12, 16]],
    },
  );
});

t.test('a mismatch of a long text is small', async (t) => {
  const text = Array.from(
    { length: 100_000 },
    (_, index) => `line ${index} ${'x'.repeat(index === 500 ? 1e6 : 1)}`,
  );
  for (const pattern of [
    text.slice(0, 600).join('\n'),
    '...\nnowhere <*>\n...',
    '...\nlast',
    'line 0 x\n...\nx'.repeat(300),
  ]) {
    t.ok(JSON.stringify(mismatchOf(pattern, text.join('\n'))).length < 40_000);
  }
});
