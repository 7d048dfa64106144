import * as fc from 'fast-check';
import t from 'tap';
import { compileLine, makeTextLine } from '../../src/pattern-line.ts';
import { matchPattern } from '../../src/pattern-match.ts';
import { isPattern, parsePattern } from '../../src/pattern.ts';

const part = fc.constantFrom(
  'a',
  'b',
  '1',
  ' ',
  '.',
  '<x>',
  '<y:int>',
  '<:word>',
  '<z:version>',
  '<w:text>',
  '<:hex>',
);
const letters = fc.string({ unit: fc.constantFrom('a', 'b', '1', '2', ' ', '.'), maxLength: 14 });

t.test('a piece that begins anywhere catches the same in a short and in a long line', async () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), letters, (parts, text) => {
      const parsed = parsePattern(`<*>(${parts.join('')})<*>`);
      if (!isPattern(parsed)) return false;
      const short = matchPattern(parsed, `(${text})`, {});
      const long = matchPattern(parsed, `(${text})${'~'.repeat(600)}`, {});
      return short.ok === long.ok && (!short.ok || !long.ok || same(short.captures, long.captures));
    }),
    { numRuns: 500 },
  );
});

t.test('holes put back into their pattern give the text', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '.', ' ', '<x>', '<y:int>'), { maxLength: 5 }),
      letters,
      (parts, text) => {
        const source = parts.join('');
        // Three dots alone are no text: they stand for any lines.
        fc.pre(source.trim() !== '...');
        const parsed = parsePattern(source);
        if (!isPattern(parsed)) return false;
        const result = matchPattern(parsed, text, {});
        if (!result.ok) return true;
        const filled = source.replace(/<(x|y):?[a-z]*>/g, (_, name: string) => result.captures[name] ?? '');
        return plain(filled) === plain(text);
      },
    ),
    { numRuns: 500 },
  );
});

t.test('a line fits exactly where it catches', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(part, fc.constant('<*>')), { maxLength: 5 }),
      letters,
      fc.boolean(),
      (parts, text, within) => {
        const parsed = parsePattern(parts.join(''));
        if (!isPattern(parsed)) return false;
        const line = makeTextLine(text);
        return parsed.lines
          .filter(({ anyLines }) => !anyLines)
          .flatMap((tokens) => compileLine(tokens, {}, within))
          .every((matcher) => {
            const catches = matcher.match(line) !== undefined;
            // Asked often enough, it answers in another way.
            return Array.from({ length: 120 }, () => matcher.fits(line)).every((fits) => fits === catches);
          });
      },
    ),
    { numRuns: 3000 },
  );
});

t.test('what is told from the first word alone is what the whole line would tell', async () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(part, { maxLength: 4 }),
      letters,
      fc.constantFrom('', ' ', '\t '),
      (parts, text, blanks) => {
        const parsed = parsePattern(`${parts.join('')}z`);
        if (!isPattern(parsed)) return false;
        const line = `${blanks}${text}z`;
        const [matcher] = parsed.lines.flatMap((tokens) => compileLine(tokens, {}, false));
        return matchPattern(parsed, line, {}).ok === (matcher?.match(makeTextLine(line)) !== undefined);
      },
    ),
    { numRuns: 2000 },
  );
});

function same(left: object, right: object): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function plain(text: string): string {
  return text.trim().replace(/ +/g, ' ');
}
