import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import t, { type Test } from 'tap';
import { escapeHtml, linesToHtml } from '../../reports/ansi.ts';
import { linesText, renderTerminal, TRUE_COLOUR, type TextRun } from '../../src/terminal.ts';
import { checkGolden } from '../golden.ts';

const ESC = '\u001B';

async function checkHtml(t: Test, output: string, html: string): Promise<void> {
  t.equal((await linesToHtml((await renderTerminal(output)).lines)).join('\n'), html);
}

const fixtures = join(import.meta.dirname, '../fixtures/term');
const samples = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(txt|log|typescript)$/.test(name))
  .toSorted();

t.test('Real output of systemd becomes HTML without escapes, blink or style', async (t) => {
  for (const name of samples) {
    const { lines } = await renderTerminal(readFileSync(join(fixtures, name)));
    const html = (await linesToHtml(lines)).join('\n');
    t.notMatch(html, /\u001B|blink|style=/, name);
    t.equal(textOf(html), linesText(lines).replace(/\n$/, ''), `${name} keeps its text`);
  }
});

for (const name of ['sid/status.txt', 'sid/security.txt', 'boot-trixie.log', 'apt-fancy.typescript'])
  t.test(`The HTML of ${name} is the one that was looked at`, async (t) => {
    const { lines } = await renderTerminal(readFileSync(join(fixtures, name)));
    checkGolden(t, `term/${name.replace('/', '-')}.html`, `${(await linesToHtml(lines)).join('\n')}\n`);
  });

t.test('Markup in output is text', async (t) =>
  checkHtml(t, `<svg onload=alert(1)> & "'`, '&lt;svg onload=alert(1)&gt; &amp; &quot;&#39;'),
);
t.test('Colours become classes', async (t) =>
  checkHtml(
    t,
    `${ESC}[31mred${ESC}[0;1;92mgreen${ESC}[m`,
    '<span class="f1">red</span><span class="f10"><b>green</b></span>',
  ),
);
t.test('Colours beyond sixteen are the nearest the stylesheet knows', async (t) =>
  checkHtml(
    t,
    `${ESC}[38;5;185ma${ESC}[38:5:245mb${ESC}[38;2;250;5;5mc${ESC}[m`,
    '<span class="f228">a</span><span class="f102">b</span><span class="f196">c</span>',
  ),
);
t.test('A background and an inversion bring their own text colour', async (t) =>
  checkHtml(
    t,
    `${ESC}[31;44ma${ESC}[m${ESC}[7mb${ESC}[m${ESC}[7;31mc${ESC}[m`,
    '<span class="b4">a</span><span class="b257">b</span><span class="b1">c</span>',
  ),
);
t.test('Flags become elements, and nothing blinks or hides', async (t) =>
  checkHtml(
    t,
    `${ESC}[3ma${ESC}[0;4mb${ESC}[0;9mc${ESC}[0;53md${ESC}[0;5me${ESC}[0;8mf${ESC}[0;2mg${ESC}[m`,
    '<i>a</i><u>b</u><s>c</s><span class="over">d</span>ef<span class="f256">g</span>',
  ),
);

function link(href: string): string {
  return `${ESC}]8;;${href}${ESC}\\x${ESC}]8;;${ESC}\\`;
}
t.test('Only http and https are links', async (t) => {
  await checkHtml(
    t,
    link('https://e.org/?a="b"&c'),
    '<a href="https://e.org/?a=&quot;b&quot;&amp;c" rel="noopener noreferrer nofollow">x</a>',
  );
  for (const href of [
    'man:x(1)',
    'file://vm/etc/x',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' https://e.org',
  ])
    await checkHtml(t, link(href), `<span title="${href}">x</span>`);
});
t.test('Text that looks like what ansi-to-html writes stays text', async (t) =>
  checkHtml(
    t,
    `${ESC}[1m style="color:f1" <strike>${ESC}[m`,
    '<b> style=&quot;color:f1&quot; &lt;strike&gt;</b>',
  ),
);

t.test('Any runs give balanced HTML of a few elements and the same text', async (t) => {
  const colour = fc.option(
    fc.oneof(
      fc.nat(255),
      fc.nat(0xffffff).map((rgb) => TRUE_COLOUR + rgb),
    ),
    { nil: undefined },
  );
  const run: fc.Arbitrary<TextRun> = fc.record({
    text: fc.stringMatching(/^[ -~]{1,12}$/),
    fg: colour,
    bg: colour,
    flags: fc.nat(127),
    href: fc.option(fc.webUrl(), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(run, { maxLength: 6 }), async (line) => {
      const [html = ''] = await linesToHtml([line]);
      const tags = html.match(/<[^>]*>/g) ?? [];
      const allowed =
        /^<(\/?(span|b|i|u|s|a)|span class="(over|[fb]\d+)"|a href="https?:[^"]*" rel="[^"]*")>$/;
      const opened = tags.filter((tag) => !tag.startsWith('</')).length;
      return (
        tags.every((tag) => allowed.test(tag)) &&
        opened * 2 === tags.length &&
        textOf(html) === line.map(({ text }) => text).join('')
      );
    }),
  );
  t.pass();
});

function textOf(html: string): string {
  const entities = new Map(['&', '<', '>', '"', "'"].map((character) => [escapeHtml(character), character]));
  return html.replace(/<[^>]*>/g, '').replace(/&#?\w+;/g, (entity) => entities.get(entity) ?? entity);
}
