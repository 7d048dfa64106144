/** The bounds of a step's output in a result. */
import t from 'tap';
import { keepOutput } from '../../src/fold-output.ts';
import { createFold } from '../../src/fold.ts';
import type { OutputChunk } from '../../src/result.ts';

function keepAll(texts: readonly string[]): readonly OutputChunk[] {
  const chunks: OutputChunk[] = [];
  const keeper = keepOutput(chunks);
  for (const [atMs, text] of texts.entries()) keeper.add({ fd: 'out', atMs, text });
  return chunks;
}

t.test('small output stays as it came', async (t) => {
  t.same(
    keepAll(['a\n', 'b\n']).map(({ text }) => text),
    ['a\n', 'b\n'],
  );
});

t.test('of large output the beginning and the end stay, and what is left out is said', async (t) => {
  const block = 'x'.repeat(65_535);
  const texts = Array.from({ length: 300 }, (_, index) => `${index}${block}`.slice(0, 65_536));
  const kept = keepAll(texts).map(({ text = '' }) => text);
  const length = kept.reduce((sum, text) => sum + text.length, 0);
  t.ok(length < 6.5 * 2 ** 20, `${length} characters`);
  t.ok(kept[0]?.startsWith('0x'));
  t.ok(kept.at(-1)?.startsWith('299x'));
  const marks = kept.filter((text) => text.includes('left out'));
  t.equal(marks.length, 1);
  const said = Number(/… ([\d,]+) characters/.exec(marks[0] ?? '')?.[1]?.replaceAll(',', ''));
  t.equal(said + length - (marks[0]?.length ?? 0), 300 * 65_536, 'what is left out and what is kept are all');
});

t.test('what a terminal shows needs only the end, however large its pieces are', async (t) => {
  const fold = createFold({ output: 'failures' });
  const text = 'x'.repeat(65_536);
  for (let seq = 1; seq <= 100; seq += 1)
    fold.add({
      v: 1,
      seq,
      t: 0,
      m: 0,
      type: 'output',
      job: 'j',
      step: 's',
      fd: 'out',
      text: `${seq} ${text}`,
    });
  const output = fold.step('j', 's')?.output ?? [];
  t.ok(output.length <= 6, `${output.length} pieces`);
  t.ok(output.at(-1)?.text?.startsWith('100 '));
});
