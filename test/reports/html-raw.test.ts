import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import t, { type Test } from 'tap';
import { FULL, SHORT, showOutput } from '../../reports/html/output-lines.ts';
import { rawOf } from '../../reports/html/page/raw.ts';
import { rawData } from '../../reports/html/raw.ts';
import type { OutputChunk } from '../../src/result.ts';
import { linesText } from '../../src/terminal.ts';

const fixtures = join(import.meta.dirname, '../fixtures/term');

function chunk(content: string | Uint8Array): OutputChunk {
  return typeof content === 'string'
    ? { fd: 'out', atMs: 0, text: content }
    : { fd: 'out', atMs: 0, base64: Buffer.from(content).toString('base64') };
}

/** What a page's Save gives of it, and the attribute that holds it. */
async function saved(content: string | Uint8Array): Promise<{ bytes: Buffer; data: string }> {
  const chunks = [chunk(content)];
  const { pieces } = await showOutput(chunks, FULL);
  const data = rawData(chunks, pieces)?.html ?? '';
  const held = /^ data-raw="([^"]*)"$/.exec(data)?.[1]?.replaceAll(/&(\w+|#39);/g, decode);
  const text = linesText(pieces.flatMap(({ lines }) => lines));
  return { bytes: Buffer.from(rawOf(held ?? null, text)), data };
}

function decode(_: string, name: string): string {
  return { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" }[name] ?? name;
}

async function checkSaved(t: Test, content: string | Uint8Array, data?: RegExp): Promise<void> {
  const { bytes, data: held } = await saved(content);
  t.ok(bytes.equals(Buffer.from(content)), JSON.stringify(String(content).slice(0, 60)));
  // oxlint-disable-next-line no-control-regex
  t.notOk(/[\0-\x1f\x7f-\x9f]| on\w+=/.test(held), 'no control stands in the page');
  if (data !== undefined) t.match(held, data);
}

t.test('Real output is saved as it came', async (t) => {
  const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.\w+$/.test(name),
  );
  t.ok(files.length > 5);
  for (const file of files) {
    const content = readFileSync(join(fixtures, file));
    if (content.length < 64_000) await checkSaved(t, content);
  }
});

t.test('What the text says itself is not held twice', async (t) => {
  await checkSaved(t, 'one\ntwo\n', /^$/);
  await checkSaved(t, '\u001B[31mred\u001B[0m and plain\n', /^ data-raw="\[0,&quot;\\u001b\[31m&quot;,3,/);
  await checkSaved(t, 'ends in no line', /^ data-raw="\[15\]"$/);
  await checkSaved(t, 'blanks  \r\nat ends \u001B[0m\n', /^ data-raw="\[6,/);
});

t.test('What no escapes explain is held whole', async (t) => {
  await checkSaved(t, 'half\rover\n', /^ data-raw="&quot;half\\rover\\n&quot;"$/);
  await checkSaved(t, `${'x'.repeat(9_000)}\n`, /^ data-raw="&quot;x/);
  await checkSaved(t, Uint8Array.of(0x61, 0xff, 0x85, 0x0a), /^ data-raw="\{&quot;bytes&quot;:/);
  await checkSaved(t, 'x onclick=1 del \u007F and \u0085, <b>&quot;\'"\\\n');
});

t.test('Any output is', async (t) => {
  const part = fc.constantFrom(
    'a',
    ' ',
    '\n',
    '\r',
    '\u001B[1m',
    '\u001B]8;;x\u0007',
    '\u001B[2K',
    'é',
    '"',
    '\\',
    '[',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
      const { bytes } = await saved(parts.join(''));
      return bytes.equals(Buffer.from(parts.join('')));
    }),
  );
  t.pass();
});

t.test('Of what is cut or very long it is told that the page has the text alone', async (t) => {
  const lines = [chunk('line\n'.repeat(500))];
  t.equal(rawData(lines, (await showOutput(lines, SHORT)).pieces)?.html, ' data-partial');
  const long = [chunk('\u001B[1mx\u001B[0m\n'.repeat(6_900))];
  t.equal(rawData(long, (await showOutput(long, FULL)).pieces)?.html, ' data-partial');
});
