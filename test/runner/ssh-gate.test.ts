/** Marks in the stream of a session on another computer, however it is cut into pieces. */
import t from 'tap';
import { makeGate } from '../../runner/backends/ssh/gate.ts';
import { printLines } from '../../runner/session/script.ts';
import { openPlain, type } from './session-tools.ts';

/** What passed, with `|` where a mark settled. */
async function passed(pieces: readonly string[], marks: readonly string[]): Promise<string> {
  let seen = '';
  const gate = makeGate((chunk) => (seen += Buffer.from(chunk).toString('latin1')));
  const settled = marks.map(async (mark) => {
    await gate.until(mark);
    return mark;
  });
  for (const piece of pieces) {
    gate.add(Buffer.from(piece, 'latin1'));
    await new Promise(setImmediate);
  }
  const late = new Promise<string>((resolve) => setImmediate(resolve, 'never'));
  const ends = await Promise.all(settled.map(async (one) => Promise.race([one, late])));
  return `${seen}|${ends.join()}`;
}

t.test('a mark is found wherever it is cut, and is no output', async (t) => {
  const text = 'a\0b\0mark1\0\0mark2c\0mark';
  for (let at = 0; at <= text.length; at += 1)
    for (let next = at; next <= text.length; next += 3)
      t.equal(
        await passed([text.slice(0, at), text.slice(at, next), text.slice(next)], ['mark1', 'mark2']),
        'a\0b\0c\0mark|mark1,mark2',
        `${at} ${next}`,
      );
});

t.test('what is the beginning of a mark waits for more, and all else passes at once', async (t) => {
  t.equal(await passed(['one\0mar'], ['mark1']), 'one|never');
  t.equal(await passed(['one\0mar', 'ble'], ['mark1']), 'one\0marble|never');
  t.equal(await passed(['one\0mark2'], ['mark1']), 'one\0mark2|never');
});

t.test('bash prints a sheet byte for byte', async (t) => {
  await using session = await openPlain();
  const every = Buffer.from(Array.from({ length: 20_000 }, (_, at) => at % 256));
  const lines = printLines('step', every).replaceAll('/proc/self/fd/247', '"$sheet"');
  const { out } = await type(session, `sheet=$(mktemp); ${lines} od -An -v -tu1 -w1 "$sheet"; rm "$sheet"`);
  t.same(out.trim().split(/\s+/).map(Number), [...every]);
});
