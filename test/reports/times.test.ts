import t from 'tap';
import { lineTimes } from '../../reports/html/times.ts';
import type { OutputChunk } from '../../src/result.ts';

const at = (atMs: number, text: string, fd: OutputChunk['fd'] = 'console'): OutputChunk => ({
  fd,
  atMs,
  text,
});

t.test('Each line has the time since the one before it', async (t) => {
  const chunks = [at(100, 'one\ntwo\nth'), at(400, 'ree\n'), at(1_000, 'last')];
  t.strictSame(lineTimes(chunks, 4), [0, 0, 300, 600]);
});

t.test('Nothing is played that was redrawn, is no terminal, or came at once', async (t) => {
  t.equal(lineTimes([at(0, 'a\n'), at(900, 'b\n')], 1), undefined);
  t.equal(lineTimes([at(0, 'a\n', 'out'), at(900, 'b\n', 'out')], 2), undefined);
  t.equal(lineTimes([at(0, 'a\n'), at(10, 'b\n')], 2), undefined);
  t.equal(lineTimes([], 0), undefined);
});
