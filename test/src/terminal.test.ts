import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import t from 'tap';
import {
  FLAGS,
  linesText,
  plainText,
  renderTerminal,
  terminalText,
  TRUE_COLOUR,
} from '../../src/terminal.ts';
import { dressedLines } from '../../src/terminal-dress.ts';
import { playTerminal } from '../../src/terminal-screen.ts';
import { checkGolden } from '../golden.ts';

const ESC = '\u001B';
const size = { columns: 80, rows: 24, convertEol: true, maxLines: 1_000 };

const samples = readdirSync(join(import.meta.dirname, '../fixtures/term'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter((name) => /\.(txt|log|typescript)$/.test(name))
  .toSorted();

t.test('Real output of systemd reads as on a terminal', async (t) => {
  for (const name of samples) {
    const bytes = readFileSync(join(import.meta.dirname, '../fixtures/term', name));
    checkGolden(t, `term/${name.replace('/', '-')}.text`, await terminalText(bytes));
  }
});

const SEEN: readonly (readonly [title: string, output: string, seen: string])[] = [
  ['plain text stays as it is', 'a\n  b\tc\n', 'a\n  b\tc\n'],
  ['carriage returns before a newline are no part of the line', 'a\r\nb\r\r\n', 'a\nb\n'],
  ['a carriage return writes over', '10 %\r20 %\rdone\n', 'done\n'],
  ['a longer line shows through a shorter one', 'reading\rdone\n', 'doneing\n'],
  ['a backspace goes back', 'abc\b\bX\n', 'aXc\n'],
  ['colours say nothing', `${ESC}[0;1;38:5:185mwarn${ESC}[0m ${ESC}[38;2;1;2;3mx${ESC}[m\n`, 'warn x\n'],
  ['a link is its text', `${ESC}]8;;https://example.org${ESC}\\here${ESC}]8;;${ESC}\\\n`, 'here\n'],
  ['contexts and titles are not shown', `${ESC}]3008;start=1${ESC}\\a${ESC}]0;title\u0007b\n`, 'ab\n'],
  ['questions to the terminal are not shown', `${ESC}[18t${ESC}[6na\n`, 'a\n'],
  ['an erased line is gone', `loading${ESC}[2K\rready\n`, 'ready\n'],
  ['an unfinished escape swallows only itself', `a${ESC}[3`, 'a\n'],
  ['blank lines that were printed stay', `${ESC}[1ma${ESC}[m\n\n\n`, 'a\n\n\n'],
  ['a line of 300 characters is one line', `${ESC}[m${'x'.repeat(300)}\ny\n`, `${'x'.repeat(300)}\ny\n`],
  ['wide characters at the margin leave no gap', `${ESC}[m${'x'.repeat(239)}語\n`, `${'x'.repeat(239)}語\n`],
  ['zero bytes and bells say nothing', 'a\0b\u0007c\n', 'abc\n'],
  ['C1 controls are obeyed', 'a\u009B31mb\n', 'ab\n'],
  ['concealed text is shown', `${ESC}[8msecret${ESC}[m\n`, 'secret\n'],
  ['the alternate screen is shown when it was left on', `a\n${ESC}[?1049hb`, 'a\n\nb\n'],
  ['nothing is nothing', '', ''],
];
for (const [title, output, seen] of SEEN)
  t.test(`In a terminal, ${title}`, async (t) => t.equal(await terminalText(output), seen));

t.test('Text without controls is answered at once', async (t) => {
  t.equal(plainText(new TextEncoder().encode('grüße\r\n')), 'grüße\n');
  for (const output of ['a\rb', 'a\bb', `a${ESC}b`, 'a\0b', 'a\u009Bb'])
    t.equal(plainText(output), undefined);
});

t.test('Runs carry colours, flags and links', async (t) => {
  const output = `${ESC}[1;31mA${ESC}[22;38;2;255;128;0;48;5;4mB${ESC}[m${ESC}]8;;man:x(1)${ESC}\\C${ESC}]8;;${ESC}\\D`;
  const { lines } = await renderTerminal(output);
  t.strictSame(lines, [
    [
      { text: 'A', fg: 1, bg: undefined, flags: FLAGS.bold, href: undefined },
      { text: 'B', fg: TRUE_COLOUR + 0xff8000, bg: 4, flags: 0, href: undefined },
      { text: 'C', fg: undefined, bg: undefined, flags: 0, href: 'man:x(1)' },
      { text: 'D', fg: undefined, bg: undefined, flags: 0, href: undefined },
    ],
  ]);
});

function link(text: string): string {
  return `${ESC}]8;;https://e.org/${text[0]}${ESC}\\${text}${ESC}]8;;${ESC}\\`;
}
t.test('A link that wraps and one that scrolled keep their place', async (t) => {
  const { lines } = await renderTerminal(`${link('a'.repeat(300))}\n${'x\n'.repeat(100)}${link('bb')} c\n`);
  const links = lines.flat().filter(({ href }) => href !== undefined);
  t.strictSame(
    links.map(({ text, href }) => [text.length, href]),
    [
      [300, 'https://e.org/a'],
      [2, 'https://e.org/b'],
    ],
  );
});

t.test('Only the newest lines are kept, and the others are counted', async (t) => {
  const lines = Array.from({ length: 200 }, (_, index) => `line ${index + 1}\n`).join('');
  for (const output of [lines, `${ESC}[m${lines}`]) {
    const rendered = await renderTerminal(output, { maxLines: 50 });
    t.equal(rendered.lines.length, 50);
    t.equal(rendered.cutLines, 150);
    t.match(linesText(rendered.lines), /^line 151\n/);
  }
});

t.test('Blanks behind the last newline are no line of their own', async (t) => {
  for (const text of [' ', 'a\r\n\t ', `${ESC}[1ma${ESC}[m\r\n `]) {
    const { lines } = await playTerminal(text, size);
    t.equal(linesText((await renderTerminal(text)).lines), linesText(lines), JSON.stringify(text));
  }
});

t.test('The quick way and the emulator agree', async (t) => {
  const text = fc
    .array(fc.stringMatching(/^[ -~äß語]{0,99}$/), { maxLength: 40 })
    .map((lines) => lines.join('\r\n'));
  await fc.assert(
    fc.asyncProperty(text, async (output) => {
      const quick = linesText((await renderTerminal(output)).lines);
      return quick === linesText((await playTerminal(output, size)).lines);
    }),
    { numRuns: 50 },
  );
  t.pass();
});

t.test('Colours and links are read as the emulator reads them', async (t) => {
  const piece = fc.oneof(
    fc.stringMatching(/^[ -~äß語●]{0,30}$/),
    fc.stringMatching(/^[0-9]{1,3}(;[0-9]{0,3}){0,4}$/).map((codes) => `${ESC}[${codes}m`),
    fc.constantFrom(
      '\n',
      '\r\n',
      '\r\r\n',
      `${ESC}[m`,
      `${ESC}[0;1;38:5:185m`,
      `${ESC}[48:2::1:2:3m`,
      `${ESC}[0;038;1m`,
      `${ESC}[385;5;1m`,
      `${ESC}(B`,
    ),
    fc.constantFrom(`${ESC}[38;5;7;4m`, `${ESC}[38;2;1;2;3;48;5;9m`, `${ESC}[1;4;7m`, `${ESC}[22;24;27m`),
    fc.constantFrom(
      `${ESC}]3008;start=1${ESC}\\`,
      `${ESC}]0;title\u0007`,
      'x'.repeat(250),
      link('ab'),
      '   ',
    ),
  );
  let quick = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.boolean(), async (pieces, convertEol) => {
      const output = `${ESC}[m${pieces.join('')}`;
      const lines = dressedLines(output, convertEol);
      if (lines === undefined) return;
      quick += 1;
      const played = await playTerminal(output, { ...size, convertEol });
      assert.deepEqual(lines, played.lines);
    }),
    { numRuns: 300, seed: Number(process.env['SEED'] ?? 7) },
  );
  t.ok(quick > 100, `${quick} of 300 needed no screen`);
});

t.test('What needs a screen is left to the emulator', async (t) => {
  for (const text of [
    'a\tb',
    'a\rb',
    'e\u0301',
    'a\u200Db',
    `${ESC}[2Ka`,
    `${ESC}[4:3ma`,
    `${ESC}[58;5;1ma`,
    `a${ESC}[3`,
  ])
    t.equal(dressedLines(`${ESC}[1m${text}\n`, true), undefined, JSON.stringify(text));
  t.equal(dressedLines(`${ESC}]8;;https://e.org${ESC}\\a\n`, true), undefined, 'a link without its end');
  t.equal(dressedLines('a\nb', false), undefined, 'a line that begins where the last one ended');
});

t.test('Real output of systemd in colours needs no screen, and reads the same', async (t) => {
  let quick = 0;
  for (const name of samples) {
    const text = readFileSync(join(import.meta.dirname, '../fixtures/term', name), 'utf8');
    const lines = dressedLines(text, true);
    if (lines === undefined) continue;
    quick += 1;
    const played = await playTerminal(text, { ...size, columns: 240, maxLines: 50_000 });
    assert.deepEqual(lines, played.lines, name);
  }
  t.ok(quick >= 8, `${quick} of ${samples.length}`);
});

t.test('Any bytes whatever give text without controls', async (t) => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom(`${ESC}[`, `${ESC}]8;;`, '\u0007', '\r', '\n', '999', ';', 'H', 'J', 'm', '語')
      .map((text) => new TextEncoder().encode(text)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const text = await terminalText(Buffer.concat(pieces), { rows: 10 });
      return !/[\0-\u0008\u000B-\u001F\u007F-\u009F]/.test(text);
    }),
    { numRuns: 60 },
  );
  t.pass();
});
