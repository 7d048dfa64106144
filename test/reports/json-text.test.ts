import t from 'tap';
import { jsonText } from '../../reports/json-text.ts';

t.test('Half a character is replaced, all else is as it was', async (t) => {
  t.equal(
    jsonText({ a: '\uD83Dx\uDE00', b: ['💥\u0000\u001B"', 1, null] }),
    '{"a":"�x�","b":["💥\\u0000\\u001b\\"",1,null]}',
  );
});
